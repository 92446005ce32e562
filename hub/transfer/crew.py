"""The crew: the connections that fill the spans of one served file, a thread each.

The caller's thread watches over them: it reports progress, lets Ctrl-C in, adds connections while that helps, gives
some up, and lets another one race one that stalls.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from hub import sources
from hub.errors import HubError, SourceError, Unreachable
from hub.progress import human_bytes
from hub.sources.base import shown
from hub.store.files import disk_errors
from hub.transfer.pacing import Pacing

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import FileIO
    from pathlib import Path

    from hub.sources.base import Location, Stream
    from hub.transfer.pacing import Pace
    from hub.transfer.spans import Span, Spans

# Of one read: more only costs memory, times the number of connections.
PIECE = 256 << 10
# How often the watch looks up, in seconds.
TICK = 0.05
# A connection that was cut off ends at its next look; one that does not is stuck in the file system.
PARTING = 5.0


class Connection(threading.Thread):
    """Fills spans, one after another, until none is left or something fails; `error` is what did."""

    def __init__(self, crew: Crew, span: Span, stream: Stream | None = None) -> None:
        super().__init__(name="hub connection", daemon=True)
        self._crew = crew
        self.span: Span | None = span
        self._stream = stream
        self._cut = False
        self.brought = 0
        """Bytes that came over this connection."""
        self.doubts = 0
        """How many looks in a row found that it stalls."""
        self._seen = (time.monotonic(), 0)
        self.has_ended = False
        self.error: HubError | OSError | None = None

    def run(self) -> None:
        try:
            while self.span is not None and not self.is_cut:
                self._fill(self.span)
                self._crew.spans.give_back(self.span)
                self.span = self._crew.spans.take()
        except (HubError, OSError) as error:
            self.error = error
        finally:
            if self.span is not None:
                self._crew.spans.give_back(self.span)
            self.has_ended = True
            self._crew.ended.set()

    @property
    def is_open(self) -> bool:
        """Whether bytes may come over it now."""
        return self._stream is not None

    @property
    def is_cut(self) -> bool:
        """Whether it was told to end."""
        return self._cut or (self.span is not None and self.span.dropped)

    def begins_to_stall(self, now: float, pace: Pace) -> bool:
        """Look whether it stalls, if the last look is long enough ago; tell whether it did not before."""
        since, brought = self._seen
        if now - since < pace.stall:
            return False
        self._seen = (now, self.brought)
        self.doubts = self.doubts + 1 if self.brought - brought < pace.floor * (now - since) else 0
        return self.doubts == 1

    def cut(self) -> None:
        """Tell it to end, also while it waits for bytes."""
        self._cut = True
        if self._stream is not None:
            self._stream.abort()

    def _fill(self, span: Span) -> None:
        self._stream = stream = self._stream or self._crew.opened(span)
        self._crew.answers += 1
        try:
            with self._crew.data.open("r+b", buffering=0) as out:
                out.seek(span.position)
                self._pump(stream, span, out)
        finally:
            self._stream = None
            stream.close()

    def _pump(self, stream: Stream, span: Span, out: FileIO) -> None:
        buffer = memoryview(bytearray(PIECE))
        while not span.is_filled:
            room = PIECE if span.end is None else min(PIECE, span.end - span.position)
            count = stream.readinto(buffer[:room])
            if self.is_cut:
                return
            if not count:
                self._at_end(span)
                return
            self._keep(buffer[:count], span, out)
        self._crew.look_beyond(stream, span)

    def _keep(self, piece: memoryview, span: Span, out: FileIO) -> None:
        while piece:
            written = out.write(piece)
            # Never ahead of the file, or what a full disk did not take would count as arrived.
            self._crew.spans.advance(span, piece[:written])
            self.brought += written
            piece = piece[written:]

    def _at_end(self, span: Span) -> None:
        if span.end is None:
            self._crew.spans.end_here(span)
            return
        raise self._crew.unreachable(f"ended {human_bytes(span.end - span.position)} too early")


class Crew:
    """The connections to one location that fill `spans` of the file `data`; `most` of them at most."""

    def __init__(self, location: Location, spans: Spans, data: Path, *, validator: str, most: int, pace: Pace) -> None:
        self.location = location
        self.spans = spans
        self.data = data
        self.ended = threading.Event()
        """Set whenever a connection has ended."""
        self.is_longer = False
        """Whether the server had more bytes than the file has."""
        self.answers = 0
        """How many answers bytes were taken from, at least."""
        self.error: HubError | None = None
        """Why the last connection that failed did."""
        self._validator = validator
        self._pace = pace
        self._pacing = Pacing(pace, most, time.monotonic())
        self._connections: list[Connection] = []
        self._brought_before = 0
        self._told = 0

    @property
    def most(self) -> int:
        """How many connections the server bears, as far as that has shown."""
        return self._pacing.most

    def fill(self, stream: Stream, span: Span, advance: Callable[[int], None]) -> None:
        """Fill all spans, beginning with `stream` for `span`; tell `advance` how many bytes have arrived.

        Raises what the last connection failed with, if none can go on, and StoreError.
        """
        self._add(Connection(self, span, stream))
        try:
            while self._connections:
                self.ended.wait(TICK)
                self.ended.clear()
                self._part()
                self._watch(time.monotonic())
                self._report(advance)
        finally:
            self._cut_all()
            self._report(advance)
        if not self.spans.is_complete:
            raise self.error or self.unreachable("ended too early")

    def opened(self, span: Span) -> Stream:
        """Open one more connection, at the beginning of a span. Raises SourceError if it cannot begin there."""
        end = None if span.end == self.spans.total else span.end
        stream = sources.open_at(self.location, span.position, self._validator, end)
        if stream.offset == span.position and stream.total in (None, self.spans.total):
            return stream
        stream.close()
        raise self.unreachable(f"does not continue at byte {span.position}")

    def look_beyond(self, stream: Stream, span: Span) -> None:
        """Note whether a server that did not say how much it sends has more than the file."""
        if stream.total is None and span.end == self.spans.total and stream.readinto(memoryview(bytearray(1))):
            self.is_longer = True

    def _add(self, connection: Connection) -> None:
        self._connections.append(connection)
        connection.start()

    @property
    def _brought(self) -> int:
        return self._brought_before + sum(each.brought for each in self._connections)

    def _report(self, advance: Callable[[int], None]) -> None:
        brought = self._brought
        if brought > self._told:
            advance(brought - self._told)
            self._told = brought

    def _needed(self) -> str:
        return f"{human_bytes(self.spans.missing or 0)} more than there was room for"

    def _part(self) -> None:
        """Let go of the connections that have ended; what they failed with matters if nobody goes on."""
        for each in [each for each in self._connections if each.has_ended]:
            self._connections.remove(each)
            self._brought_before += each.brought
            if isinstance(each.error, OSError):
                with disk_errors(self.data.parent, needed=self._needed):
                    raise each.error
            if each.error is None:
                continue
            if not isinstance(each.error, SourceError):
                raise each.error
            self.error = each.error
            if not each.brought and self._connections:
                self._pacing.refused(len(self._connections))

    def _watch(self, now: float) -> None:
        if not self._connections:
            return
        for each in self._connections:
            if each.span is not None and each.span.dropped:
                each.cut()
        self._race_the_stalled(now)
        missing = self.spans.missing
        if missing is None:
            return
        delivering = sum(each.brought > 0 for each in self._connections)
        wanted = self._pacing.wanted(now, self._brought, missing, delivering)
        for each in self._connections[wanted:]:
            each.cut()
        while len(self._connections) < wanted and (span := self.spans.take()):
            self._add(Connection(self, span))

    def _race_the_stalled(self, now: float) -> None:
        """Let others race those that begin to stall; give up if all stall, and some for long."""
        fresh = [each for each in self._connections if each.begins_to_stall(now, self._pace)]
        if all(each.doubts for each in self._connections) and any(each.doubts > 1 for each in self._connections):
            self.error = self.unreachable("has stalled")
            self._cut_all()
            return
        for each in fresh:
            if each.span is not None and each.span.rival is None:
                self._add(Connection(self, self.spans.race(each.span)))

    def _cut_all(self) -> None:
        for each in self._connections:
            each.cut()
        until = time.monotonic() + PARTING
        for each in self._connections:
            # One that is not open yet ends by itself, and writes nothing.
            if each.is_open:
                each.join(max(until - time.monotonic(), 0.0))

    def unreachable(self, what: str) -> Unreachable:
        """Return the error that says what the location does."""
        url = shown(self.location.url)
        return Unreachable(f"{url} {what}", url=url)
