"""What one connection asks for, and the answer to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, BinaryIO, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hub.store.layout import Layout

PATH = re.compile(r"^/v1/blobs/sha256/(?P<sha256>[0-9a-f]{64})$")
# One range of bytes (RFC 9110, section 14.1.2). Several at once are answered with the whole, as is allowed.
RANGE = re.compile(r"^bytes=(?P<first>[0-9]{0,18})-(?P<last>[0-9]{0,18})$")


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes from `begin` up to `end`, exclusive, of `size`."""

    begin: int
    end: int
    size: int

    @property
    def length(self) -> int:
        return self.end - self.begin

    @property
    def is_whole(self) -> bool:
        return self.length == self.size


@dataclass(frozen=True, slots=True)
class Served:
    """What was given to whom, for the log."""

    client: str
    sha256: str
    status: int
    count: int


def asked(wanted: str, size: int) -> Span | None:
    """Return the bytes that a `Range` asks for: all, if it is none; None if it begins beyond the end.

    >>> asked("bytes=-3", 10), asked("bytes=10-", 10)
    (Span(begin=7, end=10, size=10), None)
    """
    found = RANGE.match(wanted)
    if not found or not (found["first"] or found["last"]):
        return Span(0, size, size)
    if not found["first"]:
        begin, end = max(size - int(found["last"]), 0), size
    else:
        begin, end = int(found["first"]), min(int(found["last"] or size) + 1, size)
        if found["last"] and int(found["last"]) < begin:
            return Span(0, size, size)  # no range at all, by the grammar
    return Span(begin, end, size) if begin < end else None


class BlobHandler(BaseHTTPRequestHandler):
    """Answers on one connection, for as long as it asks."""

    layout: ClassVar[Layout]
    told: ClassVar[Callable[[Served], None]]

    protocol_version = "HTTP/1.1"
    server_version = "hub"
    sys_version = ""
    timeout = 30  # seconds that a connection may be silent, or not take what it is sent
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def _answer(self) -> None:
        try:
            self._look_up()
        except (ConnectionError, TimeoutError):
            self.close_connection = True  # whoever asked has gone

    def _look_up(self) -> None:
        match = PATH.match(self.path)
        blob = self._open(match["sha256"]) if match else None
        if match is None or blob is None:
            self._say(HTTPStatus.NOT_FOUND, {})
            return
        with blob:
            self._offer(match["sha256"], blob)

    def _open(self, sha256: str) -> BinaryIO | None:
        """A blob that is there is whole: the store publishes by renaming."""
        try:
            return self.layout.blob(sha256).open("rb", buffering=0)
        except OSError:
            return None

    def _offer(self, sha256: str, blob: BinaryIO) -> None:
        etag, size = f'"{sha256}"', blob.seek(0, 2)
        is_same = self.headers.get("If-Range", etag) == etag
        span = asked(self.headers.get("Range", "") if is_same else "", size)
        common = {"ETag": etag, "Accept-Ranges": "bytes"}
        if etag in self.headers.get("If-None-Match", "").split(", "):
            self._say(HTTPStatus.NOT_MODIFIED, common)
        elif span is None:
            self._say(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, {"Content-Range": f"bytes */{size}"})
        else:
            self._give(sha256, blob, span, common)

    def _give(self, sha256: str, blob: BinaryIO, span: Span, headers: Mapping[str, str]) -> None:
        status = HTTPStatus.OK if span.is_whole else HTTPStatus.PARTIAL_CONTENT
        extent = {} if span.is_whole else {"Content-Range": f"bytes {span.begin}-{span.end - 1}/{span.size}"}
        count = 0
        self._say(status, {**headers, **extent, "Content-Type": "application/octet-stream"}, span.length)
        try:
            if self.command == "GET" and span.length:
                # perf: the kernel copies from the file to the network, Python sees none of it.
                count = self.connection.sendfile(blob, span.begin, span.length)
        finally:
            type(self).told(Served(self.client_address[0], sha256, status, count))

    def _say(self, status: HTTPStatus, headers: Mapping[str, str], length: int = 0) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing: `told` is told what matters."""
