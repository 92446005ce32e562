"""Orders: which rows come when. A function of what was asked for, of seed and of epoch, whatever arrives first.

Rows are skipped, taken and shuffled in windows: so many rows that follow each other are put into random order, then the
next ones. The first window of an epoch is shorter, by chance, so that what stands at the edges of windows changes from
epoch to epoch. Without a buffer all rows are one window, which waits for the last one.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from hub.errors import InvalidInput
from hub.streaming.pieces import joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hub.streaming.pieces import Piece


@dataclass(frozen=True, slots=True)
class Cut:
    """What comes from `start` on up to `stop`, None for the end."""

    start: int = 0
    stop: int | None = None

    def skip(self, count: int) -> Cut:
        """Return the cut without its first `count`."""
        start = self.start + count
        return Cut(start, None if self.stop is None else max(start, self.stop))

    def take(self, count: int) -> Cut:
        """Return the first `count` of the cut."""
        stop = self.start + count
        return Cut(self.start, stop if self.stop is None else min(stop, self.stop))

    def count(self, total: int) -> int:
        """Return how many of `total` it leaves.

        >>> Cut().skip(3).take(5).count(6), Cut().take(5).skip(3).count(100)
        (3, 2)
        """
        stop = total if self.stop is None else min(self.stop, total)
        return max(0, stop - self.start)


@dataclass(frozen=True, slots=True)
class Order:
    """A cut of the rows, shuffled or not, and a cut of that."""

    before: Cut = Cut()
    seed: int | None = None
    buffer: int | None = None
    after: Cut = Cut()

    @property
    def is_shuffled(self) -> bool:
        """Whether the order is drawn by chance."""
        return self.seed is not None

    @property
    def is_open(self) -> bool:
        """Whether it goes to the last row."""
        return self.before.stop is None and self.after.stop is None

    @property
    def needs_all(self) -> bool:
        """Whether nothing comes before all rows are there."""
        return self.is_shuffled and self.buffer is None

    def skip(self, count: int) -> Order:
        """Return the order without its first `count`."""
        if self.is_shuffled:
            return replace(self, after=self.after.skip(count))
        return replace(self, before=self.before.skip(count))

    def take(self, count: int) -> Order:
        """Return the first `count` of the order."""
        if self.is_shuffled:
            return replace(self, after=self.after.take(count))
        return replace(self, before=self.before.take(count))

    def shuffle(self, seed: int, buffer: int | None) -> Order:
        """Return the same rows in random order. Raises InvalidInput if some were picked from a random order."""
        if self.after != Cut():
            raise InvalidInput(
                "what was skipped or taken in random order cannot be shuffled once more",
                hint="shuffle once, before skip() and take(): the order is drawn anew for each epoch",
            )
        return replace(self, seed=seed, buffer=buffer)

    def count(self, total: int) -> int:
        """Return how many of `total` rows it leaves."""
        return self.after.count(self.before.count(total))

    def applied(self, pieces: Iterable[Piece], epoch: int) -> Iterator[Piece]:
        """Yield all rows in this order, some at a time."""
        picked = cut(pieces, self.before)
        if self.seed is not None:
            picked = cut(shuffled(picked, self.seed, epoch, self.buffer), self.after)
        return picked


def cut(pieces: Iterable[Piece], wanted: Cut) -> Iterator[Piece]:
    """Yield those rows of the pieces that a cut leaves; nothing behind its end is asked for."""
    place = 0
    if wanted.stop is not None and wanted.stop <= wanted.start:
        return
    for piece in pieces:
        stop = len(piece) if wanted.stop is None else min(len(piece), wanted.stop - place)
        yield piece[max(0, wanted.start - place) : max(0, stop)]
        place += len(piece)
        if wanted.stop is not None and place >= wanted.stop:
            return


def shuffled(pieces: Iterable[Piece], seed: int, epoch: int, buffer: int | None) -> Iterator[Piece]:
    """Yield windows of `buffer` rows, each in an order of its own."""
    drawn = np.random.default_rng([seed, epoch])
    sizes = None if buffer is None else _sizes(int(drawn.integers(1, buffer + 1)), buffer)
    for number, window in enumerate(windows(pieces, sizes)):
        yield window[np.random.default_rng([seed, epoch, number]).permutation(len(window))]


def _sizes(first: int, others: int) -> Iterator[int]:
    yield first
    while True:
        yield others


def windows(pieces: Iterable[Piece], sizes: Iterator[int] | None) -> Iterator[Piece]:
    """Yield the rows in pieces of just these sizes, the last one smaller; all as one, where there are none."""
    if sizes is None:
        yield joined(pieces)
        return
    held: deque[Piece] = deque()
    size, have = next(sizes), 0
    for piece in pieces:
        held.append(piece)
        have += len(piece)
        while have >= size:
            whole = joined(held)
            held = deque([whole[size:]])
            yield whole[:size]
            have -= size
            size = next(sizes)
    if have:
        yield joined(held)


def even(pieces: Iterable[Piece], world: int, *, repeat: bool) -> Iterator[Piece]:
    """Yield as many rows for each of `world` ranks: drop the last few, or fill up with them again."""
    rest: Piece | None = None
    for piece in pieces:
        whole = piece if rest is None else joined([rest, piece])
        size = len(whole) // world * world
        rest = whole[size:]
        yield whole[:size]
    if repeat and rest is not None and len(rest):
        yield rest[np.resize(np.arange(len(rest)), world)]
