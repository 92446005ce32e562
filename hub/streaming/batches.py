"""Batches of a dataset that streams, and a loop over them with workers that can be resumed at any batch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from hub.datasets.loader import collated
from hub.datasets.placement import HOST, find_device, placement
from hub.errors import InvalidInput
from hub.streaming.pieces import Piece, joined
from hub.streaming.shares import resumed
from hub.streaming.sifting import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import torch

    from hub.streaming.dataset import StreamingDataset
    from hub.streaming.shares import Share

    Made = tuple[int, int, Any]
    """Worker, how many samples of its share it has taken with this batch, and the batch."""


class StreamingBatches(IterableDataset[Any]):
    """Batches of `size` samples of a dataset; each worker makes whole ones in turn."""

    def __init__(
        self,
        dataset: StreamingDataset,
        size: int,
        *,
        drop_last: bool = False,
        collate: Callable[[Sequence[Any]], Any] | None = None,
    ) -> None:
        super().__init__()
        self.dataset = dataset
        self.size = size
        self.drop_last = drop_last
        self._collate = collate
        self._told: Mapping[str, Any] | None = None
        self._resumed: Mapping[str, Any] | None = None

    def __len__(self) -> int:
        """Return how many batches this rank makes. Raises WrongType, a TypeError, if nobody knows."""
        full, rest = divmod(len(self.dataset), self.size)
        return full + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[Any]:
        info = get_worker_info()
        share = self.dataset.share.of_worker(*((0, 1) if info is None else (info.id, info.num_workers)), self.size)
        state, self._resumed = self._resumed, None
        skipped = 0
        if state is not None:
            share, skipped = resumed(share, state)
        return self._batches(share, skipped)

    def _batches(self, share: Share, skipped: int) -> Iterator[Any]:
        for _, taken, batch in self.numbered(share, skipped):
            self._told = self.dataset.state(share, taken)
            yield batch

    def set_epoch(self, epoch: int) -> None:
        """Give the next loops the number `epoch`."""
        self.dataset.set_epoch(epoch)

    def state_dict(self) -> dict[str, Any]:
        """Return how far the last loop in this process has come, as the dataset's does."""
        return dict(self._told or self._resumed or self.dataset.state(self.dataset.share))

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Let the next loop go on behind a state. Raises InvalidInput if it is of another dataset or order."""
        self.dataset.refuse_foreign(state)
        self._resumed, self._told = dict(state), None
        self.set_epoch(state["epoch"])

    def alone(self) -> StreamingBatches:
        """Return the same batches, with an epoch of their own."""
        return StreamingBatches(self.dataset.copy(), self.size, drop_last=self.drop_last, collate=self._collate)

    def numbered(self, share: Share, taken: int = 0) -> Iterator[Made]:
        """Yield the batches of a share behind the first `taken` samples, with how many it has then taken."""
        lists = self._sifted(share, taken) if self.dataset.sifts else self._cut(share, taken)
        for count, samples in lists:
            if len(samples) == self.size or not self.drop_last:
                yield share.worker, count, collated(samples, self._collate)

    def _cut(self, share: Share, taken: int) -> Iterator[tuple[int, Sequence[Any]]]:
        """Yield batches that are made as a whole, where every sample is kept."""
        held: list[Piece] = []
        have = count = 0
        for piece, numbers in self.dataset.picked(share, taken):
            start = 0
            while have + len(piece) - start >= self.size:
                end = start + self.size - have
                yield int(numbers[end - 1]) + 1, self.dataset.made(joined([*held, piece[start:end]]))
                held, have, start = [], 0, end
            if start < len(piece):
                held.append(piece[start:])
                have += len(piece) - start
                count = int(numbers[-1]) + 1
        if have:
            yield count, self.dataset.made(joined(held))

    def _sifted(self, share: Share, taken: int) -> Iterator[tuple[int, Sequence[Any]]]:
        """Yield batches of those samples that a filter keeps."""
        held: list[Any] = []
        count = 0
        for piece, numbers in self.dataset.picked(share, taken):
            for start in range(0, len(piece), self.size):
                made = self.dataset.made(piece[start : start + self.size])
                for number, sample in zip(numbers[start : start + self.size].tolist(), made, strict=True):
                    if sample is LEFT_OUT:
                        continue
                    held.append(sample)
                    count = number + 1
                    if len(held) == self.size:
                        yield count, held
                        held = []
        if held:
            yield count, held


class StreamingLoader:
    """A loop over batches on `device`, with processes that make them ahead, that can be resumed at any batch.

    Each pass has the next epoch. Batches come in the same order for any number of workers, unless samples are filtered.
    `state_dict` counts what the loop has been given, and not what workers have made ahead.
    """

    def __init__(
        self, batches: StreamingBatches, *, workers: int, device: torch.device | str | None, prefetch: int
    ) -> None:
        self.batches = batches.alone()
        self.workers = workers
        self.device = find_device(HOST if device is None else device)
        self.prefetch = prefetch
        self._epoch = batches.dataset.epoch
        self._resumed: Mapping[str, Any] | None = None
        self._told: dict[str, Any] | None = None

    def __len__(self) -> int:
        """Return how many batches a pass of this rank has. Raises WrongType, a TypeError, if nobody knows."""
        return len(self.batches)

    def __iter__(self) -> Iterator[Any]:
        state, self._resumed = self._resumed or self._begun(), None
        epoch = int(state["epoch"])
        self._epoch = epoch + 1
        self.batches.dataset.set_epoch(epoch)
        place = placement(self.device)
        self._told = dict(state)
        for worker, taken, batch in self._made(state):
            self._told = self._behind(self._told, worker, taken)
            yield place(batch).handed_over()
        self._told = self._begun()

    def set_epoch(self, epoch: int) -> None:
        """Give the next pass the number `epoch`."""
        self.batches.dataset.set_epoch(epoch)
        self._epoch = epoch

    def state_dict(self) -> dict[str, Any]:
        """Return which batch comes next: numbers, to be saved as JSON.

        It fits any number of workers; where all ranks have had equally many batches, also any number of ranks. That of
        a filtered dataset fits as many of both as it was taken with.
        """
        return dict(self._told or self._resumed or self._begun())

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Let the next pass begin with the batch behind a state. Raises InvalidInput if it is of another loop.

        What lies before it is read, as far as it must be, and not decoded.
        """
        dataset = self.batches.dataset
        dataset.refuse_foreign(state)
        now = {"workers": max(1, self.workers), "world": dataset.share.world, "rank": dataset.share.rank}
        now["size"] = self.batches.size
        before = {name: state[name] for name in now}
        if dataset.is_filtered and state["taken"] and before != now:
            raise InvalidInput("a loop over a filtered dataset is resumed as it was begun", expected=before, found=now)
        self._resumed, self._told = dict(state), None

    def _begun(self) -> dict[str, Any]:
        """Return the state of a pass that begins."""
        dataset = self.batches.dataset
        told = dataset.state(dataset.share)
        kept = {name: told[name] for name in ("of", "name", "rank", "world")}
        own = {"epoch": self._epoch, "start": 0, "workers": max(1, self.workers), "size": self.batches.size}
        return kept | own | {"turn": 0, "taken": []}

    def _behind(self, state: Mapping[str, Any], worker: int, taken: int) -> dict[str, Any]:
        """Return the state behind a batch that a worker has made."""
        if not self.batches.dataset.is_filtered:
            return {**state, "start": state["start"] + self.batches.size * self.batches.dataset.share.world}
        workers = state["workers"]
        counts = list(state["taken"]) or [0] * workers
        counts[worker] = taken
        return {**state, "turn": (worker + 1) % workers, "taken": counts}

    def _made(self, state: Mapping[str, Any]) -> Iterator[Made]:
        turns = Turns(self.batches, int(state["start"]), int(state["turn"]), tuple(state["taken"]))
        if not self.workers:
            return iter(turns)
        made: Any = DataLoader(
            turns, batch_size=None, num_workers=self.workers, prefetch_factor=self.prefetch, collate_fn=_as_it_is
        )
        return cast("Iterator[Made]", iter(made))


class Turns(IterableDataset["Made"]):
    """The batches of each worker behind those of an earlier loop: the worker whose turn it is comes first."""

    def __init__(self, batches: StreamingBatches, start: int, turn: int, taken: Sequence[int]) -> None:
        super().__init__()
        self._batches, self._start, self._turn, self._taken = batches, start, turn, taken

    def __iter__(self) -> Iterator[Made]:
        info = get_worker_info()
        number, workers = (0, 1) if info is None else (info.id, info.num_workers)
        worker = (number + self._turn) % workers
        share = self._batches.dataset.share.of_worker(worker, workers, self._batches.size)
        return self._batches.numbered(replace(share, start=self._start), self._taken[worker] if self._taken else 0)


def _as_it_is(made: Any) -> Any:  # noqa: ANN401  a batch, whatever it is
    return made
