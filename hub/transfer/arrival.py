"""An arrival: one served file while its bytes come in, with those who follow them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Generic, TypeVar

from hub.digest import CHUNK, Hasher
from hub.store.journal import Head
from hub.transfer.following import Arriving, Follower
from hub.transfer.spans import Spans

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from hub.digest import Digest
    from hub.store.journal import Block, Journal
    from hub.store.partials import Partial

T = TypeVar("T")


class Arrival(Generic[T]):
    """Takes a partial up where it was left. The hash follows the bytes, and `work`, if there is any, follows too.

    Nothing is kept of an earlier run unless its validator or one of the `digests` can tell whether it belongs to what
    is there now.
    """

    def __init__(
        self, partial: Partial, digests: Sequence[Digest], size: int | None, work: Callable[[Arriving], T] | None = None
    ) -> None:
        self._partial = partial
        self._digests = digests
        self._size = size
        self._work = work
        head, kept = partial.kept()
        if not _is_of_use(head, digests, size):
            kept = []
        self.most = 1
        """Over how many connections it may come."""
        self._is_resumed = bool(kept)
        self.answers = 0
        """How many answers of servers brought bytes in this run."""
        if kept:
            self._take_up(head, kept)
        else:
            self._go_on(partial.begin(Head(size)), Head(size), [])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    @property
    def is_patched(self) -> bool:
        """Whether the bytes come from more than one answer, or an earlier run, and so may be of different files."""
        return self._is_resumed or self.answers > 1

    @property
    def data(self) -> Path:
        """The file that the bytes are written to."""
        return self._partial.data

    @property
    def arrived(self) -> int:
        """How many bytes are there."""
        missing = self.spans.missing
        return self.spans.frontier if missing is None else (self.spans.total or 0) - missing

    def begin(self, head: Head) -> None:
        """Forget all bytes; those to come belong to `head`."""
        self._stop()
        self._is_resumed, self.answers = False, 0
        self._go_on(self._partial.begin(head), head, [])

    def hasher(self) -> Hasher:
        """Return the hash of the whole file, once it has arrived, of which nothing more is in the partial."""
        found = self._hashing.result()
        # An earlier run may have left more than the file has.
        os.truncate(self.data, found.size)
        return found

    def result(self) -> T:
        """Return what `work` has made of the whole file."""
        assert self._working is not None  # noqa: S101  nobody asks for the result of no work
        return self._working.result()

    def _take_up(self, head: Head, kept: list[Block]) -> None:
        # With a digest an earlier ETag is not needed, and in the way: mirrors of the same bytes have different ones.
        validator = "" if self._digests else head.validator
        total = self._size if self._size is not None else head.total
        pinned = any(digest.whole for digest in self._digests)
        kept = [block for block in kept if total is None or block.end <= total]
        if kept and kept[-1].end == total and not pinned:
            kept = kept[:-1]  # asked for again, so that the server says whether it still is the same file
        self._go_on(self._partial.resume(), Head(total, validator), kept)

    def _go_on(self, journal: Journal, head: Head, kept: Sequence[Block]) -> None:
        self._journal = journal
        self.validator = head.validator
        self.spans = Spans(head.total, journal.add, kept)
        self._hashing = Follower(self._arriving(), self._hash)
        self._working = Follower(self._arriving(), self._work) if self._work else None

    def _arriving(self) -> Arriving:
        return Arriving(self._partial.data, self.spans)

    def _hash(self, arriving: Arriving) -> Hasher:
        hasher = Hasher(self._digests)
        buffer = memoryview(bytearray(CHUNK))
        while count := arriving.readinto(buffer):
            hasher.update(buffer[:count])
        return hasher

    def _stop(self) -> None:
        """End those who follow; what has arrived stays, and is recorded."""
        self.spans.stop()
        self._hashing.join()
        if self._working is not None:
            self._working.join()
        self._journal.close()


def _is_of_use(head: Head, digests: Sequence[Digest], size: int | None) -> bool:
    return bool(head.validator or digests) and (head.total is None or size is None or head.total == size)
