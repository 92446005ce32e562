"""One served file: read it to its end into a partial, through interruptions, and compare it with what is known.

The hash follows the bytes. A later run hashes what an earlier one left, asks for the rest, and begins anew if the
server cannot continue or if the whole then differs.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub import sources
from hub.digest import CHUNK, Digest, Hasher, hash_file
from hub.errors import BadStatus, DigestMismatch, NotTheFile, SourceError, Unreachable
from hub.progress import human_bytes
from hub.sources.base import shown
from hub.store.files import disk_errors, require_space

if TYPE_CHECKING:
    from collections.abc import Callable

    from hub.progress import Progress
    from hub.sources.base import Location, Stream
    from hub.store.partials import Partial

# Tries in a row that bring nothing new before the last source is given up; one that delivers may break off any number
# of times. While there are other sources, waiting for a host that is gone would only cost time.
LAST_TRIES = 4
# Less than this between two interruptions counts as nothing new, so that a trickle cannot go on for ever.
HEADWAY = 64 << 10
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 60.0

BUSY = (408, 425, 429, 500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Served:
    """A file as a host serves it: where, what is known of it, and how often to ask. `size` is in bytes."""

    label: str
    location: Location
    digests: tuple[Digest, ...] = ()
    size: int | None = None
    tries: int = LAST_TRIES

    @property
    def url(self) -> str:
        """The URL, fit to be shown."""
        return shown(self.location.url)

    def compare(self, hasher: Hasher) -> None:
        """Raise DigestMismatch unless size and every digest known agree."""
        compare(self.label, self.url, hasher, self.size)

    def is_whole(self, hasher: Hasher) -> bool:
        """Whether what was hashed is certainly the whole file, so that nobody need be asked."""
        pinned = any(digest.whole for digest in self.digests)
        return hasher.size > 0 and pinned and self.size in (None, hasher.size) and hasher.mismatch() is None


class Reading:
    """Reads served files into partials, telling `progress` and pausing with `sleep` between tries."""

    def __init__(self, progress: Progress, sleep: Callable[[float], None] = time.sleep) -> None:
        self._progress = progress
        self._sleep = sleep

    def whole(self, served: Served, partial: Partial) -> Hasher:
        """Fill `partial` with the whole file and return its Hasher. Raises SourceError or DigestMismatch."""
        resumed = partial.size > 0
        hasher = hash_file(partial.data, served.digests) if resumed else Hasher(served.digests)
        if served.is_whole(hasher):
            return hasher
        hasher = self._to_end(served, partial, hasher)
        try:
            served.compare(hasher)
        except DigestMismatch:
            if not resumed:
                raise
            # What an earlier run left may be of another version of the file: once more from the beginning.
            partial.restart("")
            hasher = self._to_end(served, partial, Hasher(served.digests))
            served.compare(hasher)
        return hasher

    def _to_end(self, served: Served, partial: Partial, hasher: Hasher) -> Hasher:
        tries, furthest = 0, hasher.size
        while True:
            try:
                return self._once(served, partial, hasher)
            except _InterruptedRead as interruption:
                hasher, error = interruption.hasher, interruption.error
            finally:
                self._progress.finish()
            # Counted from the furthest point: where nothing can be continued, getting as far again is nothing new.
            tries = 0 if hasher.size - furthest >= HEADWAY else tries + 1
            furthest = max(furthest, hasher.size)
            if tries >= served.tries or not _worth_another_try(error):
                raise error
            if pause := _pause(tries, error):
                self._sleep(pause)

    def _once(self, served: Served, partial: Partial, hasher: Hasher) -> Hasher:
        # Without a validator or a digest nothing could tell that old and new bytes belong together.
        offset = hasher.size if partial.validator or served.digests else 0
        # With a digest the ETag is not needed, and in the way: mirrors of the same bytes have different ones.
        validator = "" if served.digests else partial.validator
        try:
            stream = sources.open_at(served.location, offset, validator)
        except SourceError as error:
            raise _InterruptedRead(hasher, error) from error
        try:
            _refuse_other_size(served, stream.total)
            return self._copy(served, stream, partial, hasher)
        finally:
            stream.close()

    def _copy(self, served: Served, stream: Stream, partial: Partial, hasher: Hasher) -> Hasher:
        if stream.offset != hasher.size or not hasher.size:
            partial.restart(stream.validator)
            hasher = Hasher(served.digests)
        total = served.size if served.size is not None else stream.total
        require_space(partial.folder, (total or 0) - hasher.size)
        self._progress.start(f"{served.label} from {served.location.host or 'disk'}", total, hasher.size)
        try:
            with disk_errors(partial.folder), partial.data.open("ab", buffering=0) as out:
                self._pump(stream, out.fileno(), hasher, total)
        except Unreachable as error:
            raise _InterruptedRead(hasher, error) from error
        if total is not None and hasher.size < total:
            cut = Unreachable(f"{served.url} ended {human_bytes(total - hasher.size)} too early", url=served.url)
            raise _InterruptedRead(hasher, cut)
        return hasher

    def _pump(self, stream: Stream, out: int, hasher: Hasher, total: int | None) -> None:
        buffer = memoryview(bytearray(CHUNK))
        while count := stream.readinto(buffer):
            rest = buffer[:count]
            while rest:
                written = os.write(out, rest)
                hasher.update(rest[:written])  # never ahead of the file, or a full disk would break the next try
                rest = rest[written:]
            self._progress.advance(count)
            if total is not None and hasher.size > total:
                return  # the comparison that follows says so


class _InterruptedRead(Exception):
    """A read ended early; `hasher` has seen what the partial holds."""

    def __init__(self, hasher: Hasher, error: SourceError) -> None:
        super().__init__(str(error))
        self.hasher = hasher
        self.error = error


def compare(name: str, url: str, hasher: Hasher, size: int | None) -> None:
    """Raise DigestMismatch unless `size` and every digest that `hasher` expects agree."""
    if size is not None and hasher.size != size:
        found = f"{hasher.size} bytes" if hasher.size < size else f"more than {size} bytes"
        raise _wrong_size(name, url, size, found)
    if mismatch := hasher.mismatch():
        expected, found_digest = mismatch
        raise DigestMismatch(f"{name} from {url} is not the published file", expected=expected, found=found_digest)


def _refuse_other_size(served: Served, total: int | None) -> None:
    """Tell a wrong file by its length before the first byte is fetched."""
    if served.size is not None and total is not None and total != served.size:
        raise _wrong_size(served.label, served.url, served.size, f"{total} bytes")


def _wrong_size(name: str, url: str, size: int, found: str) -> DigestMismatch:
    return DigestMismatch(f"{name} from {url} has the wrong size", expected=f"{size} bytes", found=found)


def _worth_another_try(error: SourceError) -> bool:
    if isinstance(error, BadStatus):
        return error.status in BUSY
    return not isinstance(error, NotTheFile)


def _pause(tries: int, error: SourceError) -> float:
    """Return the seconds to wait: none after a try that brought something, or links that break often crawl."""
    asked = error.retry_after if isinstance(error, BadStatus) else None
    own = FIRST_PAUSE * 2**tries if tries else 0.0
    return min(asked if asked is not None else own, LONGEST_PAUSE)
