"""The dataset that streams: samples while their files arrive, each rank's and worker's own."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from torch.utils.data import get_worker_info

from hub.datasets import views
from hub.datasets.origin import Origin
from hub.datasets.recipe import Recipe
from hub.errors import FormatError, InvalidInput
from hub.streaming.order import Cut, cut, even
from hub.streaming.shares import Share, resumed
from hub.streaming.sifting import LEFT_OUT, Keep, changed
from hub.streaming.steps import Steps, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import torch

    from hub.datasets.sample import Sample
    from hub.datasets.table import Table
    from hub.streaming import rows
    from hub.streaming.batches import StreamingBatches, StreamingLoader
    from hub.streaming.pieces import Chunk, Piece

# As in a map-style dataset, transforms run once for so many samples; the first ones come alone.
AT_ONCE = 64


class StreamingDataset(Steps):
    """A split whose samples come while its files arrive: in order, or shuffled, and each rank's and worker's own.

    Samples are those of the map-style dataset. `skip`, `take`, `shuffle`, `filter`, `map`, `shard` and `with_format`
    give new datasets; `state_dict` says how far the last loop over this one has come.

    A loop raises what fetching raises, when it gets to bytes that cannot be had, and DigestMismatch at its end if what
    it has read turns out not to be what was published.
    """

    def part(self, number: int, count: int) -> Self:
        """Return one of `count` parts of this share, which get samples in turn."""
        return self._with(_share=self.share.of_worker(number, count))

    def to_ray(self) -> Any:  # noqa: ANN401  Ray publishes no types that are of use here
        """Return the samples as a `ray.data.Dataset`: each read task takes a share, and every sample comes once.

        Columns are those of `Dataset.to_ray`. Raises MissingExtra if Ray is not installed.
        """
        from hub.clusters.blocks import dataset
        from hub.streaming.blocks import Stream

        return dataset(Stream(self), self.card.name)

    def batch(
        self, size: int, *, drop_last: bool = False, collate: Callable[[Sequence[Any]], Any] | None = None
    ) -> StreamingBatches:
        """Return an iterable dataset of batches, each stacked as torch's default collate or `collate` does it.

        In a `DataLoader(batches, batch_size=None, num_workers=4)` batches have the same order for any number of
        workers.
        """
        from hub.streaming.batches import StreamingBatches

        return StreamingBatches(self, whole(size, "size", 1), drop_last=drop_last, collate=collate)

    def loader(
        self,
        batch_size: int = 1,
        *,
        workers: int = 0,
        drop_last: bool = False,
        device: torch.device | str | None = None,
        prefetch: int = 2,
        collate: Callable[[Sequence[Any]], Any] | None = None,
    ) -> StreamingLoader:
        """Return a loop over batches that can be resumed at any of them; `workers` make `prefetch` each ahead.

        loader = train.shuffle(seed=1).loader(256, workers=4)
        for images, labels in loader:
            ...
            torch.save(loader.state_dict(), "loop.pt")
        """
        from hub.streaming.batches import StreamingLoader

        batches = self.batch(batch_size, drop_last=drop_last, collate=collate)
        return StreamingLoader(batches, workers=whole(workers, "workers", 0), device=device, prefetch=prefetch)

    def state_dict(self) -> dict[str, Any]:
        """Return how far the last loop over this dataset in this process has come: numbers, to be saved as JSON.

        With `load_state_dict` the next loop goes on with the sample behind it. That of a loop without workers can be
        resumed with any number of ranks; torchdata's StatefulDataLoader asks each of its workers.
        """
        if self._told is not None:
            return dict(self._told)
        if self._resumed is not None:
            return dict(self._resumed)
        return self.state(self.share)

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Let the next loop, and that alone, go on where a state was taken. Raises InvalidInput if that is of another.

        What lies before it is read, as far as it must be, and not decoded.
        """
        self.refuse_foreign(state)
        self._resumed, self._told = dict(state), None
        self.set_epoch(state["epoch"])

    def refuse_foreign(self, state: Mapping[str, Any]) -> None:
        """Raise InvalidInput if a state was taken of another dataset, or of one in another order."""
        if state.get("of") != self.identity:
            raise InvalidInput(
                f"this state is not one of {self.card.name} {self.split}, or of that in another order",
                expected="the dataset, the split, the seed and the filters that it was taken with",
                found=str(state.get("name", "a state of something else")),
            )

    @property
    def identity(self) -> str:
        """16 hex digits that differ where positions stand for other samples."""
        told = [
            self._stock.owner,
            self.split,
            sorted(self._stock.choice.options.items()),
            asdict(self._order),
            self._equal,
            sum(isinstance(each, Keep) for each in self._functions),
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    def state(self, share: Share, taken: int = 0) -> dict[str, Any]:
        """Return the state of a loop that has taken so many samples of a share."""
        if share.workers == 1 and taken:
            share, taken = replace(share, start=share.start + taken * share.world), 0
        name = f"{self.card.name} {self.split}"
        return {"of": self.identity, "name": name, "epoch": self.epoch, **asdict(share), "taken": taken}

    def __iter__(self) -> Iterator[Sample]:
        info = get_worker_info()
        share = self.share if info is None else self.share.of_worker(info.id, info.num_workers)
        state, self._resumed = self._resumed, None
        skipped = 0
        if state is not None:
            share, skipped = resumed(share, state)
        return self._samples(share, skipped)

    def _samples(self, share: Share, taken: int) -> Iterator[Sample]:
        size = 1
        for piece, places in self.picked(share, taken):
            start = 0
            while start < len(piece):
                made = self.made(piece[start : start + size])
                for place, sample in zip(places[start : start + size].tolist(), made, strict=True):
                    # Kept before it is given: whoever asks for the state has had the sample.
                    self._told = self.state(share, place + 1)
                    if sample is not LEFT_OUT:
                        yield sample
                start += size
                size = min(2 * size, AT_ONCE)

    def picked(self, share: Share, taken: int = 0) -> Iterator[tuple[Piece, np.ndarray[Any, np.dtype[np.int64]]]]:
        """Yield the rows of a share behind the first `taken`, and the number of each within it.

        Those whose stored columns do not have the values that are asked for are left out.
        """
        opened = self._stock.opened(self._progress)
        number, position = 0, share.start
        try:
            for piece in self._ordered(opened, share):
                positions = np.arange(position, position + len(piece))
                position += len(piece)
                own = piece[share.has(positions)]
                numbers = np.arange(number, number + len(own))
                number += len(own)
                kept = self._kept(own, numbers >= taken)
                if kept.any():
                    yield own[kept], numbers[kept]
            # Of what was taken from the front nobody waits for the rest.
            opened.check() if self._order.is_open else opened.check_published()
        except FormatError:
            # Bytes that were not the published ones are told as such.
            opened.check()
            raise
        finally:
            opened.supply.end()
            opened.close()

    def made(self, piece: Piece) -> Sequence[Any]:
        """Return the samples of some rows, with LEFT_OUT where a filter does not keep one."""
        origin = self._origin(piece.tables)
        recipe = Recipe(origin, self._form, self.transform, self.target_transform, self._joint)
        return changed(recipe.samples(piece.rows), self._functions)

    def _ordered(self, opened: rows.Opened, share: Share) -> Iterator[Piece]:
        found = self._stock.pieces(opened, self._order)
        ordered = cut(self._order.applied(found, self.epoch), Cut(share.start))
        if self._uneven == "keep" or share.world == 1:
            return ordered
        return even(ordered, share.world, repeat=self._uneven == "repeat")

    def _kept(self, piece: Piece, kept: np.ndarray[Any, np.dtype[np.bool_]]) -> np.ndarray[Any, np.dtype[np.bool_]]:
        for name, value in self._equal if len(piece) else ():
            kept = kept & views.equal(self._origin(piece.tables), name, piece.rows, value)
        return kept

    def _origin(self, tables: tuple[Table | Chunk, ...]) -> Origin:
        choice = self._stock.choice
        return Origin(choice.card, self.split, choice.splits, choice.classes, tables, choice.target)  # type: ignore[arg-type]  # a chunk has all that samples need
