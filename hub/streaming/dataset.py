"""The dataset that streams: samples while their files arrive, each rank's and worker's own."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import asdict, dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self

import numpy as np
import torch
from torch.utils.data import IterableDataset, get_worker_info
from torchvision.datasets.vision import StandardTransform

from hub import ranks
from hub.datasets import views
from hub.datasets.joint_transforms import refuse_both
from hub.datasets.origin import Origin
from hub.datasets.recipe import Recipe
from hub.decoders import Form
from hub.errors import FormatError, InvalidInput, WrongType
from hub.fetch.plans import dataset_owner
from hub.progress import Silent
from hub.readers import keeps_order
from hub.streaming import rows
from hub.streaming.order import Cut, Order, cut, even
from hub.streaming.pieces import Piece
from hub.streaming.shares import Share
from hub.streaming.supply import Supply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from hub.cards import DatasetCard
    from hub.datasets.choice import Choice
    from hub.datasets.sample import Sample
    from hub.datasets.splits import Part
    from hub.datasets.table import Table
    from hub.progress import Progress
    from hub.settings import Settings
    from hub.streaming.batches import StreamingBatches, StreamingLoader
    from hub.streaming.pieces import Chunk

    Transform = Callable[..., object]
    Uneven = Literal["keep", "drop", "repeat"]

# As in a map-style dataset, transforms run once for so many samples; the first ones come alone.
AT_ONCE = 64
BUFFER = 1000
"""Rows of a window that is shuffled, unless it is said otherwise: as many as Hugging Face has."""


@dataclass(frozen=True, slots=True)
class Keep:
    """A function that tells which samples are kept."""

    predicate: Callable[[Any], object]


@dataclass(frozen=True)
class Stock:
    """What is streamed: splits of a choice out of the store, or tables that are there already."""

    choice: Choice
    split: str
    parts: tuple[Part, ...]
    settings: Settings
    tables: Mapping[str, Table] | None = None

    @property
    def total(self) -> int | None:
        """How many rows there are, if that is known before they have come."""
        counts = [self._count(part) for part in self.parts]
        return None if None in counts else sum(count for count in counts if count is not None)

    def _count(self, part: Part) -> int | None:
        known = self.samples(part.name)
        return None if known is None else len(part.rows(known))

    def samples(self, name: str) -> int | None:
        """Return how many rows a split has, if the card says so."""
        if self.tables is not None:
            return len(self.tables[name])
        asked = self.choice.card.options
        own = {key: value for key, value in self.choice.options.items() if asked.get(key, value) != value}
        return None if own else self.choice.split(name).samples

    def pieces(self, opened: rows.Opened, order: Order) -> Iterator[Piece]:
        """Yield the rows of all parts, one after the other."""
        found = rows.waited_for if order.needs_all else rows.pieces
        return chain.from_iterable(self._part(part, opened, found) for part in self.parts)

    def _part(self, part: Part, opened: rows.Opened, found: Callable[[rows.Opened, str], Iterator[Piece]]) -> Iterator[Piece]:
        if self.tables is None and part.start is None and part.stop is None:
            return found(opened, part.name)
        known = self.samples(part.name)
        if self.tables is None and known is not None and keeps_order(self.choice.card.reader):
            kept = part.rows(known)
            return cut(found(opened, part.name), Cut(kept.start, kept.stop))
        # A share of rows that nobody can count yet, or that are sorted in the table that slices are of.
        table = self.tables[part.name] if self.tables is not None else rows.prepared(opened, part.name)
        kept = part.rows(len(table))
        return rows.of_table(table, np.arange(kept.start, kept.stop))


class StreamingDataset(IterableDataset["Sample"]):
    """A split whose samples come while its files arrive: in order, or shuffled, and each rank's and worker's own.

    Samples are those of the map-style dataset. `skip`, `take`, `shuffle`, `filter`, `map`, `shard` and `with_format`
    give new datasets; `state_dict` says how far the last loop over this one has come.

    A loop raises what fetching raises, when it gets to bytes that cannot be had, and DigestMismatch at its end if what
    it has read turns out not to be what was published.
    """

    def __init__(self, stock: Stock, progress: Progress | None = None) -> None:
        super().__init__()
        self.transform: Transform | None = None
        self.target_transform: Transform | None = None
        self._joint: Transform | None = None
        self._stock = stock
        self._progress = progress
        self._order = Order()
        self._form = Form()
        self._share: Share | None = None
        self._uneven: Uneven = "keep"
        self._equal: tuple[tuple[str, int | str], ...] = ()
        self._functions: tuple[Callable[..., object] | Keep, ...] = ()
        self._epoch = _shared(0)
        self._resumed: Mapping[str, Any] | None = None
        self._told: Mapping[str, Any] | None = None

    @property
    def card(self) -> DatasetCard:
        """The card that describes this dataset."""
        return self._stock.choice.card

    @property
    def version(self) -> str:
        """The version of the card."""
        return self.card.version

    @property
    def split(self) -> str:
        """The split expression that was asked for."""
        return self._stock.split

    @property
    def classes(self) -> list[str]:
        """The names of the classes, as far as the card has them."""
        return list(self._stock.choice.classes)

    @property
    def class_to_idx(self) -> dict[str, int]:
        """Class name -> label, as far as the card has them."""
        first = next((field.first for field in self.card.fields if field.kind == "label" and field.first), 0)
        return {name: number for number, name in enumerate(self.classes, first)}

    @property
    def epoch(self) -> int:
        """The number of the pass that the next loop makes."""
        return int(self._epoch)

    def set_epoch(self, epoch: int) -> None:
        """Give the next loops the number `epoch`, of which their random order depends; workers that live on hear it."""
        if not isinstance(epoch, int) or epoch < 0:
            raise InvalidInput(f"there is no epoch {epoch!r}", expected="a whole number from 0 on", found=repr(epoch))
        self._epoch.fill_(epoch)

    @property
    def transforms(self) -> Transform | None:
        """The joint transform of image and label; torchvision's StandardTransform for two separate ones."""
        if self._joint is None and (self.transform is not None or self.target_transform is not None):
            return StandardTransform(self.transform, self.target_transform)
        return self._joint

    @transforms.setter
    def transforms(self, joint: Transform | None) -> None:
        refuse_both(self.transform, self.target_transform, joint)
        self._joint = joint

    def __len__(self) -> int:
        """Return how many samples this rank is given. Raises WrongType, a TypeError, if nobody knows."""
        total = self._stock.total
        if total is None or self.is_filtered:
            why = "a filter decides on each sample" if self.is_filtered else "the card does not say"
            raise WrongType(f"how many samples {self.card.name} will give is not known before they have come: {why}")
        share = self.share
        left = max(0, self._order.count(total) - share.start)
        full, rest = divmod(left, share.world)
        return {"keep": full + (share.rank < rest), "drop": full, "repeat": full + (rest > 0)}[self._uneven]

    @property
    def is_filtered(self) -> bool:
        """Whether some samples are left out by what they are."""
        return bool(self._equal) or self.sifts

    @property
    def sifts(self) -> bool:
        """Whether a function of the user's decides on samples once they are made."""
        return any(isinstance(each, Keep) for each in self._functions)

    @property
    def share(self) -> Share:
        """The share of this rank: the one that was asked for, or else the one that the launcher gives it."""
        if self._share is not None:
            return self._share
        current = ranks.current()
        return Share(current.rank, current.world)

    def skip(self, count: int) -> Self:
        """Return a dataset without the first `count` samples. They are passed over and not decoded."""
        self._refuse_filtered("skip")
        return self._with(_order=self._order.skip(_whole(count, "skip", 0)))

    def take(self, count: int) -> Self:
        """Return a dataset of the first `count` samples, of all ranks together."""
        self._refuse_filtered("take")
        return self._with(_order=self._order.take(_whole(count, "take", 0)))

    def shuffle(self, seed: int = 0, buffer: int | None = BUFFER) -> Self:
        """Return the same samples in a random order that depends on `seed` and the epoch alone.

        `buffer` rows at a time are put into random order; no sample is decoded for that, but photos of an archive that
        is compressed as a whole are held in memory. With `buffer=None` all of them are: the first sample then waits
        for the last byte.
        """
        buffer = None if buffer is None else _whole(buffer, "buffer", 1)
        return self._with(_order=self._order.shuffle(_whole(seed, "seed", 0), buffer))

    def filter(self, predicate: Callable[[Any], object] | None = None, **equals: int | str) -> Self:
        """Return a dataset of the samples for which `predicate` holds and whose stored columns have these values.

        `filter(label=3)` compares before anything is decoded; a class may be named.
        """
        functions = self._functions if predicate is None else (*self._functions, Keep(predicate))
        return self._with(_equal=(*self._equal, *equals.items()), _functions=functions)

    def map(self, function: Callable[[Any], object]) -> Self:
        """Return a dataset whose samples are `function(sample)`."""
        return self._with(_functions=(*self._functions, function))

    def with_format(self, form: Literal["torch"] | None, *, min_size: int | None = None) -> Self:
        """Return this dataset with images as uint8 tensors of shape (C, H, W) for "torch", or as Pillow images.

        `min_size` is that of the map-style dataset.
        """
        if form not in ("torch", None):
            raise InvalidInput(f"there is no format {form!r}", expected='"torch" or None', found=repr(form))
        return self._with(_form=Form(form, None if min_size is None else _whole(min_size, "min_size", 1)))

    def shard(self, rank: int | None = None, world: int | None = None, *, uneven: Uneven = "keep") -> Self:
        """Return the share of one rank of `world`; without numbers that of this process, as its launcher says.

        Ranks get samples in turn, so that some have one more than others. With `uneven="drop"` the last few are
        dropped, with "repeat" given twice, so that all have equally many, as DistributedDataParallel needs it.
        """
        if uneven not in ("keep", "drop", "repeat"):
            raise InvalidInput(f"uneven={uneven!r} makes no sense", expected='"keep", "drop" or "repeat"', found=uneven)
        if (rank is None) != (world is None):
            raise InvalidInput("a share is a rank of so many", expected="both rank and world, or neither")
        if rank is None or world is None:
            return self._with(_uneven=uneven)
        if not 0 <= rank < world:
            raise InvalidInput(f"there is no rank {rank} of {world}", expected=f"0 to {world - 1}", found=rank)
        return self._with(_share=Share(rank, world), _uneven=uneven)

    def part(self, number: int, count: int) -> Self:
        """Return one of `count` parts of this share, which get samples in turn."""
        return self._with(_share=self.share.of_worker(number, count))

    def to_ray(self) -> Any:  # noqa: ANN401  Ray publishes no types that are of use here
        """Return the samples as a `ray.data.Dataset`: each of its read tasks takes a share, and every sample comes once.

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

        return StreamingBatches(self, _whole(size, "size", 1), drop_last=drop_last, collate=collate)

    def loader(  # noqa: PLR0913  what a loop is told; each is a keyword of its own
        self,
        batch_size: int = 1,
        *,
        workers: int = 0,
        drop_last: bool = False,
        device: torch.device | str | None = None,
        prefetch: int = 2,
        collate: Callable[[Sequence[Any]], Any] | None = None,
    ) -> StreamingLoader:
        """Return a loop over batches that can be resumed at any of them; `workers` processes make `prefetch` ahead each.

            loader = train.shuffle(seed=1).loader(256, workers=4)
            for images, labels in loader:
                ...
                torch.save(loader.state_dict(), "loop.pt")
        """
        from hub.streaming.batches import StreamingLoader

        batches = self.batch(batch_size, drop_last=drop_last, collate=collate)
        return StreamingLoader(batches, workers=_whole(workers, "workers", 0), device=device, prefetch=prefetch)

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
        """Let the next loop, and that one alone, go on where a state was taken. Raises InvalidInput if it is of another.

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
            dataset_owner(self._stock.choice.id, self.card),
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
        opened = self._opened()
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
            if self._order.is_open:
                opened.check()
            else:
                opened.check_published()
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
        samples: Sequence[Any] = recipe.samples(piece.rows)
        for function in self._functions:
            samples = [_changed(function, sample) for sample in samples]
        return samples

    def _opened(self) -> rows.Opened:
        stock = self._stock
        names = list(dict.fromkeys(part.name for part in stock.parts))
        artifacts = stock.choice.artifacts(names) if stock.tables is None else []
        owner = dataset_owner(stock.choice.id, self.card)
        supply = Supply(owner, artifacts, stock.settings, self._progress or Silent())
        if artifacts:
            supply.begin()
        return rows.Opened(stock.choice, supply, stock.settings, [])

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

    def __getstate__(self) -> dict[str, Any]:
        # A spawned worker does not know its parent's rank, and has no terminal to draw a bar on.
        return vars(self) | {"_share": self.share, "_progress": None}

    def copy(self) -> Self:
        """Return the same dataset with an epoch of its own."""
        return self._with()

    def _with(self, **changes: object) -> Self:
        other = copy.copy(self)
        vars(other).update({"_epoch": _shared(self.epoch), "_told": None, **changes})
        return other

    def _refuse_filtered(self, what: str) -> None:
        if self.is_filtered:
            raise InvalidInput(
                f"{what}() behind filter() would have to know what the filter keeps on all ranks and workers",
                expected=f"{what}() before filter()",
                hint="itertools.islice(dataset, 5) picks the first few in one process",
            )

    def __getitem__(self, key: object) -> NoReturn:
        del key
        raise WrongType(
            "a dataset that streams has no sample number so and so",
            expected="a loop: for sample in dataset",
            hint='dataset.skip(5).take(1) picks one; hub.load_dataset without streaming=True can be indexed',
        )

    def __repr__(self) -> str:
        total = self._stock.total
        lines = [f"Split: {self.split}", f"Number of datapoints: {'not known' if total is None else total}"]
        if self._order != Order():
            lines.append(f"Order: {self._order}")
        if self.transforms is not None:
            lines.extend(repr(self.transforms).splitlines())
        return "\n    ".join([f"StreamingDataset {self.card.name} {self.version}", *lines])


LEFT_OUT = object()
"""Stands for a sample that a filter does not keep."""


def _changed(function: Callable[..., object] | Keep, sample: object) -> object:
    if sample is LEFT_OUT:
        return sample
    if isinstance(function, Keep):
        return sample if function.predicate(sample) else LEFT_OUT
    return function(sample)


def resumed(share: Share, state: Mapping[str, Any]) -> tuple[Share, int]:
    """Return the share that goes on where a state was taken, and how many of its samples are passed over.

    Raises InvalidInput if that needs as many workers and ranks as before, and there are others now.
    """
    now = replace(share, start=int(state["start"]))
    before = Share(**{name: int(state[name]) for name in asdict(share)})
    if state["taken"] and now != before:
        raise InvalidInput(
            "this state was taken in a worker, and fits that worker alone",
            expected=f"worker {before.worker} of {before.workers}, rank {before.rank} of {before.world}",
            found=f"worker {now.worker} of {now.workers}, rank {now.rank} of {now.world}",
            hint="resume with as many ranks and workers, or take the state of dataset.loader(...), which fits any",
        )
    return now, int(state["taken"])


def _whole(value: int, name: str, least: int) -> int:
    if not isinstance(value, int) or value < least:
        wanted = f"a whole number from {least} on"
        raise InvalidInput(f"{name}={value!r} makes no sense", expected=wanted, found=repr(value))
    return value


def _shared(epoch: int) -> torch.Tensor:
    """Return a number that processes of this node share."""
    return torch.tensor(epoch).share_memory_()
