"""Answers to ranges that are none, or others than were asked for."""

from __future__ import annotations

from server.answering import Answering

MOST_OF_A_RANGE = 96 << 10


class Ranges(Answering):
    def _first_cut(self, name: str, etag: str = "") -> tuple[int, int] | None:
        """Send half of a file to whoever asks for the whole, and return the span that others ask for."""
        data = self._file(name)
        span = self._span(len(data), etag)
        if span is None:
            self._head(200, len(data), self._marks(etag))
            self._cut(data[: len(data) // 2])
        return span

    def _whole_for_range(self, name: str) -> None:
        """Breaks off the first time; answers ranges with the whole and 200."""
        data = self._file(name)
        self._head(200, len(data), self._marks(self._etag(name)))
        self._cut(data[: len(data) // 2] if self.shared.first_time(self.path) else data)

    def _wrong_range(self, name: str) -> None:
        """Answers a range with one that begins a byte later."""
        if span := self._first_cut(name):
            self._shifted(name, span)

    def _shifted_range(self, name: str) -> None:
        """Gives the whole file, but a range that begins a byte later than asked for."""
        span = self._span(len(self._file(name)), "")
        if span is None:
            self._send(200, self._file(name), {})
        else:
            self._shifted(name, span)

    def _shifted(self, name: str, span: tuple[int, int]) -> None:
        data, other = self._file(name), (span[0] + 1, span[1])
        self._send(206, data[slice(*other)], self._part_headers(other, len(data), ""))

    def _nameless_range(self, name: str) -> None:
        """Answers a range without saying which."""
        data = self._file(name)
        span = self._span(len(data), "")
        self._send(206 if span else 200, data[slice(*span)] if span else data, {})

    def _uninvited_range(self, name: str) -> None:
        """Sends a part where the whole was asked for."""
        data = self._file(name)
        self._send(206, data[5:], self._part_headers((5, len(data)), len(data), ""))

    def _uninvited_whole_range(self, name: str) -> None:
        """Sends the whole as if it were a part that somebody asked for."""
        data = self._file(name)
        span = self._span(len(data), self._etag(name)) or (0, len(data))
        self._send(206, data[slice(*span)], self._part_headers(span, len(data), self._etag(name)))

    def _short_ranges(self, name: str) -> None:
        """Breaks off; gives no more of a range than so much at a time, and says so."""
        if span := self._first_cut(name, self._etag(name)):
            data, part = self._file(name), (span[0], min(span[1], span[0] + MOST_OF_A_RANGE))
            self._send(206, data[slice(*part)], self._part_headers(part, len(data), self._etag(name)))

    def _small_ranges_only(self, name: str) -> None:
        """Refuses ranges of more than so many bytes."""
        data = self._file(name)
        span = self._span(len(data), self._etag(name))
        if span and span[1] - span[0] > MOST_OF_A_RANGE:
            self._send(416, b"", {"Content-Range": f"bytes */{len(data)}"})
        else:
            self._serve(data, etag=self._etag(name))

    def _no_range_satisfied(self, name: str) -> None:
        """Breaks off the first time; says to every range that there is no such part."""
        data = self._file(name)
        if self.headers.get("Range"):
            self._send(416, b"", {"Content-Range": f"bytes */{len(data)}"})
        else:
            self._whole_for_range(name)

    def _mislabelled_range(self, name: str) -> None:
        """Says that it sends the range that was asked for, and sends as much from the beginning."""
        data, etag = self._file(name), self._etag(name)
        if span := self._span(len(data), etag):
            self._send(206, data[: span[1] - span[0]], self._part_headers(span, len(data), etag))
        else:
            self._whole_for_range(name)

    def _overlong_range(self, name: str) -> None:
        """Breaks off the first time; sends more than the range that it names."""
        data, etag = self._file(name), self._etag(name)
        if span := self._span(len(data), etag):
            self._send(206, data[slice(*span)] + b"more", self._part_headers(span, len(data), etag))
        else:
            self._whole_for_range(name)

    def _lying_total(self, name: str) -> None:
        """Breaks off the first time; says in ranges that the file is larger than it is."""
        data, etag = self._file(name), self._etag(name)
        if span := self._span(len(data), etag):
            self._send(206, data[slice(*span)], self._part_headers(span, len(data) + 100, etag))
        else:
            self._whole_for_range(name)

    def _unknown_total(self, name: str) -> None:
        """Breaks off the first time; does not say in ranges how large the file is, which is allowed."""
        data, etag = self._file(name), self._etag(name)
        if span := self._span(len(data), etag):
            part = {"Content-Range": f"bytes {span[0]}-{span[1] - 1}/*"}
            self._send(206, data[slice(*span)], self._marks(etag) | part)
        else:
            self._whole_for_range(name)

    def _backward_range(self, name: str) -> None:
        """Breaks off the first time; names ranges that end before they begin."""
        data, etag = self._file(name), self._etag(name)
        if span := self._span(len(data), etag):
            part = {"Content-Range": f"bytes {span[0]}-{span[0] - 2}/{len(data)}"}
            self._send(206, data[slice(*span)], self._marks(etag) | part)
        else:
            self._whole_for_range(name)

    def _multipart_range(self, name: str) -> None:
        """Breaks off the first time; wraps a range as if there were several of them."""
        data, etag = self._file(name), self._etag(name)
        if span := self._span(len(data), etag):
            part = f"--edge\r\nContent-Range: bytes {span[0]}-{span[1] - 1}/{len(data)}\r\n\r\n".encode()
            body = part + data[slice(*span)] + b"\r\n--edge--\r\n"
            self._send(206, body, {"ETag": etag, "Content-Type": "multipart/byteranges; boundary=edge"})
        else:
            self._whole_for_range(name)

    def _drops_ranges(self, name: str) -> None:
        """Breaks off midway, and throws the connection of every range away."""
        if self._first_cut(name, self._etag(name)):
            self._reset()
