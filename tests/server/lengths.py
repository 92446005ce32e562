"""Bodies that are not as long as was said, and compressed or badly chunked ones."""

from __future__ import annotations

import gzip

from server.answering import PIECE, Answering


class Lengths(Answering):
    def _longer(self, name: str) -> None:
        """The file, and four bytes more."""
        self._send(200, self._file(name) + b"more", {})

    def _shorter(self, name: str) -> None:
        """The file but for its last four bytes, and says so."""
        self._send(200, self._file(name)[:-4], {})

    def _empty(self, _: str) -> None:
        """Nothing, and says so."""
        self._send(200, b"", {})

    def _endless(self, name: str) -> None:
        """More than the file, without saying how much."""
        self._head(200, None, {})
        self._cut(self._file(name) * 4)

    def _without_end(self, name: str) -> None:
        """The file over and over again, until nobody listens any more."""
        self._head(200, None, {"Connection": "close"})
        while True:
            self._body(self._file(name))

    def _length_too_small(self, name: str) -> None:
        """Says half of the length, and sends the whole."""
        data = self._file(name)
        self._head(200, len(data) // 2, {"ETag": self._etag(name), "Connection": "close"})
        self._cut(data)

    def _length_too_large(self, name: str) -> None:
        """Promises a hundred bytes more than there are."""
        data = self._file(name)
        self._head(200, len(data) + 100, {"ETag": self._etag(name), "Connection": "close"})
        self._cut(data)

    def _length_twice(self, name: str) -> None:
        """Says its length twice: allowed (RFC 9110, section 8.6)."""
        self._with_lengths(name, "{}", "{}")

    def _lengths_differ(self, name: str) -> None:
        """Says two lengths."""
        self._with_lengths(name, "{}", "1{}")

    def _length_negative(self, name: str) -> None:
        self._with_lengths(name, "-{}")

    def _length_in_words(self, name: str) -> None:
        self._with_lengths(name, "plenty")

    def _length_beyond_numbers(self, name: str) -> None:
        """More bytes than anything can hold."""
        self._with_lengths(name, "9" * 5000)

    def _with_lengths(self, name: str, *forms: str) -> None:
        data = self._file(name)
        self.send_response(200)
        for form in forms:
            self.send_header("Content-Length", form.format(len(data)))
        self.send_header("Connection", "close")
        self.end_headers()
        self._cut(data)

    def _gzipped(self, name: str) -> None:
        """Compresses on the fly although nobody asked for it, and says so."""
        self._send(200, gzip.compress(self._file(name), 1), {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})

    def _gzipped_range(self, name: str) -> None:
        """Breaks off midway; answers ranges compressed, with the ranges of the plain file."""
        data = self._file(name)
        span, status, headers = self._whole_or_part(data, self._etag(name))
        if status == 200:
            self._head(200, len(data), headers)
            self._cut(data[: len(data) // 2])
        else:
            self._send(206, gzip.compress(data[slice(*span)], 1), headers | {"Content-Encoding": "gzip"})

    def _broken_chunk(self, name: str) -> None:
        """One chunk, and then one whose length is no number."""
        self._head(200, None, {"Transfer-Encoding": "chunked"})
        piece = self._file(name)[:PIECE]
        self._cut(b"%x\r\n%s\r\nnot a number\r\n" % (len(piece), piece))

    def _chunk_too_short(self, name: str) -> None:
        """A chunk that is shorter than it says, and the end of the connection."""
        self._head(200, None, {"Transfer-Encoding": "chunked"})
        piece = self._file(name)[:PIECE]
        self._cut(b"%x\r\n%s" % (len(piece) + 100, piece))

    def _chunks_cut(self, name: str) -> None:
        """Half of the file in whole chunks, but not the one that ends them."""
        self._head(200, None, {"Transfer-Encoding": "chunked"})
        data = self._file(name)[: len(self._file(name)) // 2]
        self._cut(b"%x\r\n%s\r\n" % (len(data), data))
