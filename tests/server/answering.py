"""What all answers are made of: ranges and their conditions, headers, bodies, and ways to end."""

from __future__ import annotations

import os
import re
import socket
import struct
import time
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server import Request, Server

RANGE = re.compile(r"bytes=(\d+)-(\d*)$")
# Bodies are written in pieces so that what was sent before a client went away can be told.
PIECE = 64 << 10


class Answering(BaseHTTPRequestHandler):
    """One request of one connection; `shared` is the server."""

    shared: Server
    request_seen: Request
    protocol_version = "HTTP/1.1"

    def _serve(self, data: bytes, *, etag: str) -> None:
        """Send a file, or the part of it that is asked for."""
        span = self._span(len(data), etag)
        if span is None:
            self._send(200, data, self._marks(etag))
        elif span[0] >= span[1]:
            self._send(416, b"", {"Content-Range": f"bytes */{len(data)}"})
        else:
            self._send(206, data[slice(*span)], self._part_headers(span, len(data), etag))

    def _span(self, size: int, etag: str) -> tuple[int, int] | None:
        """Where to begin and to end, as `Range` and `If-Range` say; None for the whole."""
        found = RANGE.match(self.headers.get("Range", ""))
        if not found or self.headers.get("If-Range", etag) != etag:
            return None
        return int(found[1]), min(size, int(found[2]) + 1) if found[2] else size

    def _whole_or_part(self, data: bytes, etag: str) -> tuple[tuple[int, int], int, dict[str, str]]:
        """Return the span that is asked for, the status and headers of a right answer, without its length."""
        span = self._span(len(data), etag)
        if span is None:
            return (0, len(data)), 200, self._marks(etag)
        return span, 206, self._part_headers(span, len(data), etag)

    def _file(self, name: str) -> bytes:
        return self.shared.files[self._known(name)]

    def _etag(self, name: str) -> str:
        return self.shared.etag(self._known(name))

    def _known(self, name: str) -> str:
        """The name without its query, which is part of a file's name only where a test wants that."""
        return name if name in self.shared.files else name.partition("?")[0]

    def _marks(self, etag: str) -> dict[str, str]:
        return {"Accept-Ranges": "bytes"} | ({"ETag": etag} if etag else {})

    def _part_headers(self, span: tuple[int, int], size: int, etag: str) -> dict[str, str]:
        return self._marks(etag) | {"Content-Range": f"bytes {span[0]}-{span[1] - 1}/{size}"}

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self._head(status, len(body), headers)
        self._body(body)

    def _head(self, status: int, length: int | None, headers: dict[str, str]) -> None:
        self.send_response(status)
        measured = {} if length is None else {"Content-Length": str(length)}
        for name, value in (measured | headers).items():
            self.send_header(name, value)
        self.end_headers()

    def _body(self, data: bytes) -> None:
        rate, due = self.shared.throttle, time.perf_counter()
        for place in range(0, len(data), PIECE):
            piece = data[place : place + PIECE]
            self.wfile.write(piece)
            self.request_seen.sent += len(piece)
            if rate:
                due += len(piece) / rate
                time.sleep(max(0.0, due - time.perf_counter()))

    def _cut(self, body: bytes) -> None:
        """Send this much and hang up."""
        self._body(body)
        self.close_connection = True

    def _reset(self, body: bytes = b"") -> None:
        """Send this much and throw the connection away: the other side sees a reset, not an end."""
        self._body(body)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # Not close(), which waits for the files that were made of the socket.
        os.close(self.connection.detach())
        self.close_connection = True
