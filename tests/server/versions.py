"""Files that change meanwhile, or are not the published ones."""

from __future__ import annotations

import time

from server.answering import Answering

OTHERS = bytes(range(255, -1, -1))


def other(data: bytes) -> bytes:
    """Return as many bytes, all of them others."""
    return data.translate(OTHERS)


class Versions(Answering):
    def _wrong(self, name: str) -> None:
        """As many bytes, but others."""
        self._serve(other(self._file(name)), etag="")

    def _wrong_tail(self, name: str) -> None:
        """The second half is of another file."""
        data = self._file(name)
        half = len(data) // 2
        self._serve(data[:half] + other(data[half:]), etag=self._etag(name))

    def _flipped(self, name: str) -> None:
        """One byte in the middle is another."""
        data = bytearray(self._file(name))
        data[len(data) // 2] ^= 1
        self._serve(bytes(data), etag=self._etag(name))

    def _changing(self, name: str) -> None:
        """A new ETag each time, so that no range can be continued; the first body is cut."""
        etag = f'"{time.monotonic_ns()}"'
        data = self._file(name)
        if self.shared.first_time(self.path):
            self._head(200, len(data), {"ETag": etag, "Accept-Ranges": "bytes"})
            self._cut(data[: len(data) // 2])
        else:
            self._serve(data, etag=etag)

    def _replaced(self, name: str) -> None:
        """Half of an older version, and then a newer one under another ETag."""
        self._older_first(name, honour=True)

    def _replaced_unsaid(self, name: str) -> None:
        """Half of an older version; then parts of a newer one with its ETag, whatever If-Range says."""
        self._older_first(name, honour=False)

    def _replaced_under_a_weak_etag(self, name: str) -> None:
        """Half of an older version; then parts of a newer one, both with the same weak ETag."""
        data = self._file(name)
        if self.shared.first_time(self.path):
            self._head(200, len(data), self._marks('W/"1"'))
            self._cut(other(data)[: len(data) // 2])
        else:
            self._serve(data, etag='W/"1"')

    def _older_first(self, name: str, *, honour: bool) -> None:
        data = self._file(name)
        if self.shared.first_time(self.path):
            self._head(200, len(data), self._marks('"older"'))
            self._cut(other(data)[: len(data) // 2])
        else:
            if not honour and "If-Range" in self.headers:
                del self.headers["If-Range"]
            self._serve(data, etag=self._etag(name))

    def _careless(self, name: str) -> None:
        """A new ETag each time, and ranges of whatever is there now: If-Range is ignored."""
        del self.headers["If-Range"]
        self._serve(self._file(name), etag=f'"{time.monotonic_ns()}"')
