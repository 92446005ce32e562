"""Connections that end, are reset, stall or crawl."""

from __future__ import annotations

import time

from server.answering import Answering

DROP_EVERY = 64 << 10
TRICKLE = 1 << 10
SILENCE = 1.0
# Slower than any floor that makes sense, and for longer than any test may take.
DRIP_PAUSE = 0.05
DRIPS = 2000


class Breaking(Answering):
    def _truncate(self, name: str) -> None:
        """Promises everything, sends half, every time, and has no ranges."""
        data = self._file(name)
        self._head(200, len(data), {})
        self._cut(data[: len(data) // 2])

    def _truncate_once(self, name: str) -> None:
        """Sends half the first time, whatever was asked for from then on."""
        if self._is_first():
            self._half(name)
        else:
            self._serve(self._file(name), etag=self._etag(name))

    def _is_first(self) -> bool:
        return self.shared.first_time(self.path)

    def _half(self, name: str) -> None:
        """Half of what is asked for, and hang up."""
        data = self._file(name)
        span, status, headers = self._whole_or_part(data, self._etag(name))
        self._head(status, span[1] - span[0], headers)
        self._cut(data[span[0] : (span[0] + span[1]) // 2])

    def _half_each_time(self, name: str) -> None:
        """Half of what is asked for, every time."""
        self._half(name)

    def _drop(self, name: str) -> None:
        """Breaks off after every 64 KiB."""
        self._breaks_off_after(DROP_EVERY, name)

    def _trickle(self, name: str) -> None:
        """Breaks off after a kilobyte, every time."""
        self._breaks_off_after(TRICKLE, name)

    def _breaks_off_after(self, most: int, name: str) -> None:
        data = self._file(name)
        span, status, headers = self._whole_or_part(data, self._etag(name))
        self._head(status, span[1] - span[0], headers)
        self._cut(data[span[0] : min(span[0] + most, span[1])])

    def _runs_dry(self, name: str) -> None:
        """Sends as many bytes as the server has left, and from then on nothing at all."""
        left, self.shared.left = self.shared.left, 0
        if left is None:
            self.shared.left = None
            self._serve(self._file(name), etag=self._etag(name))
        elif left:
            self._breaks_off_after(left, name)
        else:
            self._send(404, b"all gone", {})

    def _ragged(self, name: str) -> None:
        """Has no ranges, and sends a half, a tenth, a half, a tenth ..."""
        data = self._file(name)
        self._head(200, len(data), {"ETag": self._etag(name)})
        self._cut(data[: len(data) // (2 if len(self.shared.asked(self.path)) % 2 else 10)])

    def _stall(self, name: str) -> None:
        """Sends half and then nothing, without hanging up."""
        data = self._file(name)
        self._head(200, len(data), {"ETag": self._etag(name)})
        self._body(data[: len(data) // 2])
        time.sleep(SILENCE)
        self.close_connection = True

    def _stall_once(self, name: str) -> None:
        """Falls silent the first time."""
        if self._is_first():
            self._stall(name)
        else:
            self._serve(self._file(name), etag=self._etag(name))

    def _silent(self, _: str) -> None:
        """Takes the request and never answers."""
        time.sleep(SILENCE)
        self.close_connection = True

    def _drip(self, name: str) -> None:
        """Sends half at once and then a byte now and then: never silent for long, and never done."""
        data = self._file(name)
        self._head(200, len(data), {"ETag": self._etag(name)})
        half = len(data) // 2
        self._body(data[:half])
        for place in range(half, min(half + DRIPS, len(data))):
            self._body(data[place : place + 1])
            time.sleep(DRIP_PAUSE)
        self.close_connection = True

    def _reset_at_once(self, _: str) -> None:
        """Throws the connection away instead of an answer."""
        self._reset()

    def _reset_midway(self, name: str) -> None:
        """Throws the connection away after half of the file, every time."""
        data = self._file(name)
        self._head(200, len(data), {"ETag": self._etag(name)})
        self._reset(data[: len(data) // 2])

    def _reset_once(self, name: str) -> None:
        if self._is_first():
            self._reset_midway(name)
        else:
            self._serve(self._file(name), etag=self._etag(name))

    def _hangs_up(self, name: str) -> None:
        """Promises to keep the connection, and hangs up once the file is out."""
        data = self._file(name)
        span, status, headers = self._whole_or_part(data, self._etag(name))
        self._head(status, span[1] - span[0], headers | {"Connection": "keep-alive", "Keep-Alive": "timeout=60"})
        self._cut(data[slice(*span)])

    def _babble(self, name: str) -> None:
        """Goes on talking on a connection that it keeps, after all that was asked for."""
        self._serve(self._file(name), etag=self._etag(name))
        self._body(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmore")

    def _not_http(self, _: str) -> None:
        """Speaks something else."""
        self._cut(b"SSH-2.0-OpenSSH_9.6\r\n")

    def _many_headers(self, name: str) -> None:
        """More headers than anybody reads."""
        self._send(200, self._file(name), {f"X-{number}": "a" for number in range(200)})

    def _long_header(self, name: str) -> None:
        """A header that does not end."""
        self._send(200, self._file(name), {"X-Long": "a" * (1 << 17)})
