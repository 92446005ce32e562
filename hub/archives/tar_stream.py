"""The stream that a tar is read from, header by header, and how far it is read."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from hub.archives.parts import Part
from hub.errors import FormatError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BLOCK = 512
AT_ONCE = 1 << 20
"""Bytes that are read at once, and of a file that are taken into memory as a whole."""
SEEKING = 1 << 13
"""Bytes that are read at once of a file that is sought in, around each header."""

ADLER = 65521
"""The largest prime below 2**16; a header's bytes have a sum of less than twice that."""

OLD_FILE = b"\0"


class Header(NamedTuple):
    """What stands before a file."""

    name: str
    size: int
    kind: bytes
    target: str = ""

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder: the oldest tars have no type for those."""
        return self.kind == b"5" or (self.kind == OLD_FILE and self.name.endswith("/"))


class Source:
    """A stream and how far it is read.

    With `end`, where the tar ends in the stream, what is passed over is not read: the stream is sought in. Such a tar
    may begin at `start`.

    perf: blocks are cut up here and not by a BufferedReader, because three calls a file take as long as inflating it.
    """

    def __init__(self, stream: BinaryIO, where: object, end: int | None = None, *, start: int = 0) -> None:
        self._stream = stream
        self._where = where
        self._end = end
        self._at_once = AT_ONCE if end is None else SEEKING
        self._block = b""
        self._start = start  # of the block in the stream
        self._at = 0  # in the block
        if start:
            stream.seek(start)

    @property
    def place(self) -> int:
        """How many bytes of the stream lie before what is read next."""
        return self._start + self._at

    @property
    def is_unread(self) -> bool:
        """Whether nothing of the stream was read; at its end: whether there is nothing."""
        return not self._start and not self._at

    def header(self) -> Header | None:
        """Return the next header, or None at the end, up to which all is read: a checksum may stand behind it."""
        head = self._upto(BLOCK)
        if head[:1] in (b"", b"\0") and not head.strip(b"\0"):
            while self._end is None and self._next_block():
                pass
            return None
        if len(head) < BLOCK or not is_sound(head):
            self._at -= len(head)
            raise self.damaged("a header of a tar", head[:8].hex(" "))
        name = head[:100].partition(b"\0")[0]
        if head[345] and head[257:263] == b"ustar\0":
            name = head[345:500].partition(b"\0")[0] + b"/" + name
        target = head[157:257].partition(b"\0")[0].decode("utf-8", "surrogateescape") if head[157] else ""
        return Header(name.decode("utf-8", "surrogateescape"), self._size(head[124:136]), head[156:157], target)

    def data(self, size: int) -> bytes:
        """Return the data of a member, and go on behind it."""
        found = self._exactly(size)
        self.skip(-size % BLOCK)
        return found

    def said(self, size: int) -> bytes:
        """Return the data of a header of its own, and go on behind it."""
        if size > AT_ONCE:
            raise self.damaged(f"at most {AT_ONCE} bytes about a file", f"{size} bytes")
        return self.data(size)

    def file(self, size: int) -> BinaryIO:
        """Return a member as a file, to be read before the next header."""
        if size <= AT_ONCE:
            return io.BytesIO(self._exactly(size))
        return cast("BinaryIO", io.BufferedReader(_Opened(self, size), AT_ONCE))

    def skip(self, size: int) -> None:
        """Go on behind so many bytes."""
        self._at += size
        if self._end is not None and self._at > len(self._block):
            self._seek(size, self._end)
        while self._at > len(self._block):
            if not self._next_block():
                raise self.damaged(f"{size} bytes", "the end of the file")

    def _seek(self, size: int, end: int) -> None:
        if self.place > end:
            raise self.damaged(f"{size} bytes", "the end of the file")
        self._start, self._at, self._block = self.place, 0, b""
        self._stream.seek(self._start)

    def some(self, size: int) -> bytes:
        """Return up to `size` bytes, at least one."""
        if self._at == len(self._block) and not self._next_block():
            raise self.damaged("more data", "the end of the file")
        found = self._block[self._at : self._at + size]
        self._at += len(found)
        return found

    def damaged(self, expected: str, found: str) -> FormatError:
        """Return the error to raise for this place."""
        path = self._where if isinstance(self._where, Path) else str(self._where)
        what = f"{self._where} is damaged at byte {self._start + min(self._at, len(self._block))} of the tar"
        return FormatError(what, path=path, expected=expected, found=found)

    def _exactly(self, size: int) -> bytes:
        found = self._upto(size)
        if len(found) < size:
            raise self.damaged(f"{size} bytes", f"{len(found)} bytes")
        return found

    def _upto(self, size: int) -> bytes:
        """Return `size` bytes, or fewer at the end."""
        found = self._block[self._at : self._at + size]
        self._at += len(found)
        if len(found) == size:
            return found
        parts = [found]
        while size > (have := sum(map(len, parts))) and self._next_block():
            parts.append(self._block[: size - have])
            self._at = len(parts[-1])
        return b"".join(parts)

    def _next_block(self) -> bool:
        """Read on, so that the block begins where the last one has ended. Tell whether there is more."""
        self._at -= len(self._block)
        self._start += len(self._block)
        size = self._at_once if self._end is None else max(0, min(self._at_once, self._end - self._start))
        self._block = self._stream.read(size)
        return bool(self._block)

    def _size(self, digits: bytes) -> int:
        # GNU writes what does not fit into octal digits as a number of base 256.
        found = int.from_bytes(digits[1:], "big") if digits[0] == 0x80 else _octal(digits)  # noqa: PLR2004  # GNU's mark
        if found < 0:
            raise self.damaged("a size", repr(digits))
        return found


class _Opened(io.RawIOBase):
    """One large file of a tar."""

    def __init__(self, source: Source, size: int) -> None:
        super().__init__()
        self._source = source
        self.left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")[: self.left]
        if not view:
            return 0
        data = self._source.some(len(view))
        view[: len(data)] = data
        self.left -= len(data)
        return len(data)


def window(stream: BinaryIO, start: int, size: int, path: object) -> BinaryIO:
    """Return part of a stream as a file of its own, to be read alone. Raises FormatError if the stream ends within."""
    return cast("BinaryIO", io.BufferedReader(_Window(stream, start, size, path), AT_ONCE))


class _Window(Part):
    """Part of a stream, which is told where to go on before each read: nobody else may read from it meanwhile."""

    def __init__(self, stream: BinaryIO, start: int, size: int, path: object) -> None:
        super().__init__(size)
        self._stream, self._start, self._path = stream, start, path
        self.seek(0)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        super().seek(offset, whence)
        self._stream.seek(self._start + min(self._at, self._size))
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")[: max(0, self._size - self._at)]
        data = self._stream.read(len(view))
        if view and not data:
            what = f"{self._path} is damaged: it ends within a member"
            raise FormatError(what, path=self._path, expected=f"{self._size} bytes", found=f"{self._at} bytes")
        view[: len(data)] = data
        self._at += len(data)
        return len(data)


def is_sound(head: bytes) -> bool:
    """Tell whether a header has the sum of its bytes where it says so, counted with blanks in that place."""
    # perf: the lower half of this checksum is the sum of all bytes modulo a prime, in a tenth of the time of sum().
    total = zlib.adler32(head, 0) & 0xFFFF
    said = head[148:156]
    wanted = _octal(said) - 8 * ord(" ") + sum(said)
    return (wanted - total) % ADLER == 0 or wanted == sum(
        memoryview(head).cast("b")
    )  # some old systems' bytes had signs


def _octal(digits: bytes) -> int:
    """Return a number in octal digits, or -1 if there are others."""
    plain = digits.partition(b"\0")[0].strip(b" ")
    return int(plain or b"0", 8) if not plain.strip(b"01234567") else -1
