"""One served file: read it to its end into a partial, through interruptions, and compare it with what is known.

The hash follows the bytes. A later run reads again what an earlier one left, asks for the rest, and begins anew if the
server cannot continue or if the whole then differs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from hub import sources
from hub.errors import BadStatus, DigestMismatch, NotTheFile, SourceError, Unreachable
from hub.sources.base import shown
from hub.store.files import require_space
from hub.store.journal import Head
from hub.transfer.arrival import Arrival
from hub.transfer.crew import Crew
from hub.transfer.pacing import MOST, usual

if TYPE_CHECKING:
    from collections.abc import Callable

    from hub.digest import Digest, Hasher
    from hub.progress import Progress
    from hub.sources.base import Location, Stream
    from hub.store.partials import Partial
    from hub.transfer.following import Arriving
    from hub.transfer.pacing import Pace
    from hub.transfer.spans import Span

T = TypeVar("T")

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


class Reading:
    """Reads served files into partials, telling `progress` and pausing with `sleep` between tries.

    A file comes over `most` connections at most, if the server bears them and they bring more than one does.
    """

    def __init__(
        self,
        progress: Progress,
        sleep: Callable[[float], None] = time.sleep,
        *,
        most: int = MOST,
        pace: Pace | None = None,
    ) -> None:
        self._progress = progress
        self._sleep = sleep
        self._most = most
        self._pace = pace

    def whole(self, served: Served, partial: Partial) -> Hasher:
        """Fill `partial` with the whole file and return its Hasher. Raises SourceError or DigestMismatch."""
        return self.followed(served, partial, None)[0]

    def followed(
        self, served: Served, partial: Partial, work: Callable[[Arriving], T] | None
    ) -> tuple[Hasher, T | None]:
        """Do what `whole` does, and let `work` read the file while it arrives; return what that returned as well.

        What it returns counts only now: before the digests agree, it may have read anything.
        """
        with Arrival(partial, served.digests, served.size, work) as arrival:
            arrival.most = self._most
            self._to_end(served, arrival)
            try:
                hasher = self._compared(served, arrival)
            except DigestMismatch:
                if not arrival.is_patched:
                    raise
                # Its parts may be of different versions of the file: once more from the beginning, all in one.
                arrival.begin(Head(served.size))
                arrival.most = 1
                self._to_end(served, arrival)
                hasher = self._compared(served, arrival)
            return hasher, arrival.result() if work else None

    def _compared(self, served: Served, arrival: Arrival[T]) -> Hasher:
        hasher = arrival.hasher()
        served.compare(hasher)
        return hasher

    def _to_end(self, served: Served, arrival: Arrival[T]) -> None:
        tries, furthest = 0, arrival.arrived
        while not arrival.spans.is_complete:
            try:
                self._once(served, arrival)
                continue
            except SourceError as failure:
                error = failure
            finally:
                self._progress.finish()
            # Counted from the furthest point: where nothing can be continued, getting as far again is nothing new.
            tries = 0 if arrival.arrived - furthest >= HEADWAY else tries + 1
            furthest = max(furthest, arrival.arrived)
            if tries >= served.tries or not _worth_another_try(error):
                raise error
            if pause := _pause(tries, error):
                self._sleep(pause)

    def _once(self, served: Served, arrival: Arrival[T]) -> None:
        if not (arrival.validator or served.digests) and arrival.arrived:
            arrival.begin(Head(served.size))  # nothing could tell that old and new bytes belong together
        span = arrival.spans.take()
        assert span is not None  # noqa: S101  something is missing, and nobody else is there
        end = None if span.end == arrival.spans.total else span.end
        try:
            stream = sources.open_at(served.location, span.position, arrival.validator, end)
        finally:
            arrival.spans.give_back(span)
        try:
            _refuse_other_size(served, stream.total)
            _fit(served, arrival, stream, span)
            require_space(arrival.data.parent, arrival.spans.missing or 0)
        except BaseException:
            stream.close()
            raise
        self._fill(served, arrival, stream)

    def _fill(self, served: Served, arrival: Arrival[T], stream: Stream) -> None:
        spans, span = arrival.spans, arrival.spans.take()
        if span is None:  # an empty file
            stream.close()
            return
        self._progress.start(f"{served.label} from {served.location.host or 'disk'}", spans.total, arrival.arrived)
        can_split = spans.total is not None and stream.has_ranges and bool(stream.validator or served.digests)
        crew = Crew(
            served.location,
            spans,
            arrival.data,
            validator=stream.validator,
            most=arrival.most if can_split else 1,
            pace=self._pace or usual(),
        )
        try:
            crew.fill(stream, span, self._progress.advance)
        finally:
            arrival.answers += crew.answers
            arrival.most = min(arrival.most, crew.most) if can_split else arrival.most
        if crew.is_longer:
            raise _wrong_size(served.label, served.url, spans.total or 0, f"more than {spans.total} bytes")


def _fit(served: Served, arrival: Arrival[T], stream: Stream, span: Span) -> None:
    """Begin anew unless `stream` goes on with `span` of what is there."""
    total = arrival.spans.total
    arrival.validator = stream.validator
    if stream.offset != span.position or not arrival.arrived:
        arrival.begin(Head(stream.total if served.size is None else served.size, stream.validator))
    elif total is None and stream.total is not None:
        arrival.spans.learn(stream.total)
    elif stream.total not in (None, total):
        arrival.begin(Head(served.size))
        raise Unreachable(f"{served.url} is of another size than before", url=served.url)


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
