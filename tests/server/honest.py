"""Servers as they should be, or may be: all of these end in the right bytes."""

from __future__ import annotations

import socket
import time

from server.answering import PIECE, Answering

SLOW_PIECES = 40
SLOW_PAUSE = 0.05
PACED_PIECE = 16 << 10


class Honest(Answering):
    def _ok(self, name: str) -> None:
        """Ranges and a strong ETag."""
        self._serve(self._file(name), etag=self._etag(name))

    def _no_etag(self, name: str) -> None:
        """Ranges, but nothing to tell versions apart by."""
        self._serve(self._file(name), etag="")

    def _no_ranges(self, name: str) -> None:
        self._send(200, self._file(name), {"ETag": self._etag(name)})

    def _refuses_ranges(self, name: str) -> None:
        """Says that it has none, and means it."""
        self._send(200, self._file(name), {"ETag": self._etag(name), "Accept-Ranges": "none"})

    def _weak_etag(self, name: str) -> None:
        self._serve(self._file(name), etag=f"W/{self._etag(name)}")

    def _attachment(self, name: str) -> None:
        """Says what kind of file it is, and how to call it."""
        headers = {"Content-Type": "text/html", "Content-Disposition": "attachment; filename=a.bin"}
        self._send(200, self._file(name), headers)

    def _old_protocol(self, name: str) -> None:
        """HTTP/1.0: no ranges, no keeping alive, no length."""
        self.protocol_version = "HTTP/1.0"
        self._head(200, None, {})
        self._cut(self._file(name))

    def _unmeasured(self, name: str) -> None:
        """The end of the connection is the end of the file."""
        self._head(200, None, {"Connection": "close"})
        self._cut(self._file(name))

    def _chunked(self, name: str) -> None:
        """No length, but an end that cannot be mistaken."""
        data = self._file(name)
        self._head(200, None, {"Transfer-Encoding": "chunked"})
        for place in range(0, len(data), PIECE):
            piece = data[place : place + PIECE]
            self._body(b"%x\r\n%s\r\n" % (len(piece), piece))
        self._body(b"0\r\n\r\n")

    def _slow(self, name: str) -> None:
        """The whole body takes two seconds."""
        self._at_a_pace(name, len(self._file(name)) // SLOW_PIECES + 1, SLOW_PAUSE)

    def _paced(self, name: str) -> None:
        """So many bytes a second as the server was told, and hardly any that were sent but not read."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, PACED_PIECE)
        self._at_a_pace(name, PACED_PIECE, PACED_PIECE / self.shared.rate)

    def _slow_start(self, name: str) -> None:
        """Thinks for a moment before it answers."""
        time.sleep(0.15)
        self._ok(name)

    def _at_a_pace(self, name: str, step: int, pause: float) -> None:
        span, status, headers = self._whole_or_part(self._file(name), self._etag(name))
        self._head(status, span[1] - span[0], headers)
        due = time.perf_counter()
        for place in range(*span, step):
            self._body(self._file(name)[place : min(place + step, span[1])])
            due += pause
            time.sleep(max(0.0, due - time.perf_counter()))
