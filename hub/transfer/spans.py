"""Spans: which bytes of a served file are still missing, and which connection fetches which of them.

A file is cut where blocks begin. A connection takes a span and fills it from its beginning on; one that comes later
takes the second half of what another has left. Connections work in threads of their own; everything here is safe to
call from any.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Condition
from typing import TYPE_CHECKING

# isal: see hub.store.journal
from isal.isal_zlib import crc32

from hub.store.journal import BLOCK, Block

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Less is not worth a connection of its own. Not more, or at the end one is busy for long while the others have nothing.
SMALLEST = BLOCK
# Seconds after which the beginning of a block is recorded too: a slow connection takes minutes for a block.
OFTEN = 1.0


@dataclass(slots=True, eq=False)
class Span:
    """The bytes from `position` up to `end` (None: the file's unknown end), and who fetches them."""

    position: int
    end: int | None
    checksum: int = 0
    """Of the block that `position` is in, up to there."""
    taken: bool = False
    rival: Span | None = None
    """The same bytes in another connection, of which the first to deliver goes on."""
    dropped: bool = False
    """Whether a rival was faster: the connection is to end."""
    due: float = 0.0
    """When to record what has arrived, if no block is whole sooner."""

    @property
    def is_filled(self) -> bool:
        """Whether all of it has arrived."""
        return self.end is not None and self.position >= self.end


@dataclass
class Spans:
    """All that is missing of a file of `total` bytes, which `kept` blocks are there of."""

    total: int | None
    record: Callable[[Block], None]
    kept: Sequence[Block] = ()
    changed: Condition = field(default_factory=Condition)
    """Notified whenever bytes have arrived, or none will any more."""
    stopped: bool = False
    clock: Callable[[], float] = time.monotonic
    _open: list[Span] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._open = _missing(self.kept, self.total)

    @property
    def frontier(self) -> int:
        """Up to here all bytes have arrived."""
        return min((span.position for span in tuple(self._open)), default=self.total or 0)

    @property
    def missing(self) -> int | None:
        """How many bytes have not arrived yet, if that is known."""
        if self.total is None:
            return None
        return sum((span.end or 0) - span.position for span in tuple(self._open))

    @property
    def is_complete(self) -> bool:
        """Whether all bytes have arrived."""
        return not self._open

    def take(self) -> Span | None:
        """Return a span for one more connection to fill: one that nobody has, or half of the largest; None if none."""
        with self.changed:
            free = [span for span in self._open if not span.taken]
            span = free[0] if free else self._halved()
            if span is not None:
                span.taken = True
                span.due = self.clock() + OFTEN
            return span

    def race(self, span: Span) -> Span:
        """Return a rival of `span`: whichever of both delivers next goes on, and the other is dropped."""
        with self.changed:
            rival = Span(span.position, span.end, span.checksum, taken=True, rival=span)
            span.rival = rival
            return rival

    def give_back(self, span: Span) -> None:
        """Let somebody else fill what is left of a span: its rival, or whoever gets to where it begins, or anyone."""
        with self.changed:
            span.taken = False
            if span.rival is not None:
                self._put_in_place(span.rival, span)
            elif span in self._open:
                self._join(span)
            self.changed.notify_all()

    def learn(self, total: int) -> None:
        """Take note of the file's size, once somebody tells."""
        with self.changed:
            self.total = total
            for span in self._open:
                span.end = total if span.end is None else span.end

    def advance(self, span: Span, piece: memoryview) -> None:
        """Note that `piece` was written at the span's position."""
        if span.rival is not None:
            self._decide(span)
        is_news = False
        while piece and not span.dropped:
            part = piece[: BLOCK - span.position % BLOCK]
            piece = piece[len(part) :]
            checksum = crc32(part, span.checksum)
            with self.changed:  # a rival begins with both
                span.checksum, span.position = checksum, span.position + len(part)
            if span.position % BLOCK == 0 or span.position == self.total or self.clock() >= span.due:
                self._record(span)
                is_news = True
        if is_news:  # for those who wait, a block is soon enough: waking them costs more than a small piece does
            self._tell(span)

    def end_here(self, span: Span) -> None:
        """Note that the file, whose size nobody told, ends where `span` has got to."""
        with self.changed:
            if span.position % BLOCK:
                self._record(span)
            self.total = span.end = span.position
            self._open.remove(span)
            self.changed.notify_all()

    def stop(self) -> None:
        """Note that nothing will arrive any more, and record what has arrived of blocks that are not whole."""
        with self.changed:
            self.stopped = True
            with suppress(OSError):  # a full disk: what is not recorded is fetched again
                for span in self._open:
                    if span.position % BLOCK:
                        self._record(span)
            self.changed.notify_all()

    def _tell(self, span: Span) -> None:
        with self.changed:
            if span.is_filled and span in self._open:
                self._open.remove(span)
            self.changed.notify_all()

    def _halved(self) -> Span | None:
        largest = max(self._open, key=_size, default=None)
        if largest is None or largest.end is None or _size(largest) < 2 * SMALLEST:
            return None
        middle = (largest.position + largest.end) // 2 // BLOCK * BLOCK
        half = Span(middle, largest.end)
        largest.end = middle
        if largest.rival is not None:
            largest.rival.end = middle
        self._open.append(half)
        return half

    def _decide(self, span: Span) -> None:
        with self.changed:
            if span.rival is None or span.dropped:
                return
            span.rival.dropped = True
            self._put_in_place(span, span.rival)

    def _join(self, span: Span) -> None:
        """Leave a span to the one before it that is being filled: a server may send all, and refuse to begin there."""
        before = next((each for each in self._open if each.taken and each.end == span.position), None)
        if before is not None and not before.is_filled and before.rival is None:
            before.end = span.end
            self._open.remove(span)

    def _put_in_place(self, span: Span, other: Span) -> None:
        """Of two rivals, let `span` be the one that counts."""
        if span not in self._open and other in self._open:
            self._open[self._open.index(other)] = span
        span.rival = other.rival = None

    def _record(self, span: Span) -> None:
        length = span.position % BLOCK or BLOCK
        self.record(Block((span.position - length) // BLOCK, length, span.checksum))
        span.due = self.clock() + OFTEN
        if length == BLOCK:
            span.checksum = 0


def _size(span: Span) -> int:
    return (span.end or 0) - span.position


def _missing(kept: Sequence[Block], total: int | None) -> list[Span]:
    """What lies between the kept blocks, and after the last one."""
    spans, position, checksum = [], 0, 0
    for block in kept:
        if position < block.begin:
            spans.append(Span(position, block.begin, checksum))
        position, checksum = block.end, 0 if block.length == BLOCK else block.checksum
    if total is None or position < total:
        spans.append(Span(position, total, checksum))
    return spans
