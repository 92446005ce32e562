"""Whether a matrix of MATLAB 5 is what it says: its parts, their types and sizes, down to the last one.

    tag       4 type, 4 size; or, for up to 4 bytes, 2 type, 2 size, and the bytes in place of the size
    matrix    flags (8 bytes; the first one is the class), dimensions, name, then by class
      numbers    as many numbers as the dimensions say, twice if they are complex
      text       characters
      cells      as many matrices
      structs    size of a field's name, names, and a matrix for each field of each
      sparse     rows, starts of columns, numbers
    all but the last part filled up to 8 bytes

Specified in "MAT-File Format" of MathWorks, section "Level 5 MAT-File Format". scipy believes what stands there, and
takes the process down with it: a type that there is not leads it outside of its tables. Objects, functions and whatever
MATLAB keeps to itself are refused.
"""

from __future__ import annotations

import math
import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast

from isal import isal_zlib

from hub.archives.limits import USUAL

if TYPE_CHECKING:
    from collections.abc import Collection

TAG = struct.Struct("<II")
SIZES = {1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 9: 8, 12: 8, 13: 8}
"""Type of numbers -> bytes of one."""
TEXT = {1: 1, 2: 1, 3: 2, 4: 2, 16: 1, 17: 2, 18: 4}
INT8, INT32, UINT32, MATRIX, PACKED, UTF8 = 1, 5, 6, 14, 15, 16
CELLS, STRUCTS, CHARACTERS, SPARSE = 1, 2, 4, 5
NUMBERS = range(6, 16)
COMPLEX = 0x08
DIMENSIONS = 32
DEPTH = 32
LONGEST_NAME = 4096
LONGEST_FIELD = 64
BLOCK = 1 << 16

# isal's error is a subclass of zlib's in some of its versions only.
DAMAGE = (cast("type[Exception]", isal_zlib.error), zlib.error)


class Wrong(Exception):
    """A matrix is not what it says. Never leaves `hub.formats`."""

    def __init__(self, expected: str, found: object) -> None:
        super().__init__(expected, found)
        self.expected, self.found = expected, str(found)


class Bytes(Protocol):
    """What parts are read from, in their order."""

    def take(self, size: int) -> bytes:
        """Return so many bytes. Raises Wrong if there are fewer."""

    def skip(self, size: int) -> None:
        """Go on behind so many bytes."""


@dataclass(slots=True)
class Plain:
    """Bytes of a file."""

    stream: BinaryIO

    def take(self, size: int) -> bytes:
        """Return so many bytes."""
        found = self.stream.read(size)
        if len(found) < size:
            raise Wrong(f"{size} bytes", f"{len(found)} bytes")
        return found

    def skip(self, size: int) -> None:
        """Go on behind so many bytes."""
        self.stream.seek(size, 1)


@dataclass(slots=True)
class Inflated:
    """Bytes of a zlib stream of `size` bytes in a file; no more of them are inflated than are asked for."""

    stream: BinaryIO
    size: int
    _machine: Any = field(default_factory=isal_zlib.decompressobj)

    def take(self, size: int) -> bytes:
        """Return so many bytes."""
        parts, left = [], size
        while left:
            made = self._more(left)
            parts.append(made)
            left -= len(made)
        return b"".join(parts)

    def skip(self, size: int) -> None:
        """Go on behind so many bytes."""
        while size:
            size -= len(self._more(min(size, BLOCK)))

    def _more(self, most: int) -> bytes:
        data = self._machine.unconsumed_tail
        if not data and self.size and not self._machine.eof:
            data = self.stream.read(min(BLOCK, self.size))
            self.size -= len(data)
        try:
            made: bytes = self._machine.decompress(data, most)
        except DAMAGE as error:
            raise Wrong("deflated data", error) from error
        if not made and (not data or self._machine.eof):
            raise Wrong("more data", "the end of a packed matrix")
        return made


def check(stream: BinaryIO, names: Collection[str], kind: int, size: int) -> None:
    """Raise Wrong unless the matrix that a stream stands before is sound, if it has one of the names.

    `kind` and `size` are what its tag says.
    """
    if kind == PACKED:
        source: Bytes = Inflated(stream, size)
        kind, inner = TAG.unpack(source.take(TAG.size))
        if kind != MATRIX:
            raise Wrong("a matrix in a packed one", f"an element of type {kind}")
        if inner > max(USUAL.free, USUAL.whole_ratio * size):
            raise Wrong(f"at most {USUAL.whole_ratio} bytes out of one", f"{inner} bytes out of {size}")
        size = inner
    else:
        source = Plain(stream)
    _Parts(source, size).matrix(names, 0)


@dataclass(slots=True)
class _Parts:
    """The parts of a matrix; `left` counts the bytes that it still has."""

    source: Bytes
    left: int
    shape: list[int] = field(default_factory=list)
    _unread: int = 0
    """Bytes of the last part: they are passed over only if something is read behind them."""

    def matrix(self, names: Collection[str] | None, depth: int) -> None:
        """Check a matrix of one of the names, or of any."""
        if depth > DEPTH:
            raise Wrong(f"at most {DEPTH} matrices in one another", "more")
        kind, flags, name = self._header()
        if names is None or name in names:
            self._content(kind, math.prod(self.shape), 2 if flags & COMPLEX else 1, depth)

    def _content(self, kind: int, count: int, times: int, depth: int) -> None:
        if kind in NUMBERS:
            for _ in range(times):
                self._numbers(count)
        elif kind == CHARACTERS:
            self._text(count)
        elif kind == CELLS:
            self._matrices(count, depth)
        elif kind == STRUCTS:
            self._matrices(count * self._fields(), depth)
        elif kind == SPARSE:
            self._sparse(times)
        else:
            raise Wrong("numbers, text, cells or structs", f"a matrix of class {kind}")

    def _header(self) -> tuple[int, int, str]:
        """Return class, flags and name."""
        flags = self._part(UINT32, 8)
        if len(flags) < TAG.size:
            raise Wrong("eight bytes of flags", len(flags))
        self.shape = [size for (size,) in struct.iter_unpack("<i", self._part(INT32, 4 * DIMENSIONS))]
        if len(self.shape) < len("mn") or min(self.shape) < 0:
            raise Wrong("two or more dimensions", self.shape)
        return flags[0], flags[1], self._part(INT8, LONGEST_NAME).decode("latin1")

    def _numbers(self, count: int) -> None:
        kind, size, _ = self._tag()
        if kind not in SIZES or size != count * SIZES[kind]:
            raise Wrong(f"{count} numbers", f"{size} bytes of type {kind}")

    def _text(self, count: int) -> None:
        kind, size, _ = self._tag()
        if kind not in TEXT or size > 4 * count or (kind != UTF8 and size != count * TEXT[kind]):
            raise Wrong(f"{count} characters", f"{size} bytes of type {kind}")

    def _fields(self) -> int:
        """Return how many fields structs have."""
        width = self._part(INT32, 4)
        size = int.from_bytes(width, "little", signed=True)
        names = self._part(INT8, self.left)
        if not 0 < size <= LONGEST_FIELD or len(names) % size:
            raise Wrong(f"names of fields of at most {LONGEST_FIELD} bytes", f"{len(names)} bytes of {size} each")
        return len(names) // size

    def _matrices(self, count: int, depth: int) -> None:
        # Each takes a tag at least: what says that there are a billion has the bytes for them.
        if count * TAG.size > self.left:
            raise Wrong(f"{count} matrices", f"{self.left} bytes")
        for _ in range(count):
            kind, size, _ = self._tag(unread=False)
            if kind != MATRIX:
                raise Wrong("a matrix", f"an element of type {kind}")
            if size:
                inner = _Parts(self.source, size)
                inner.matrix(None, depth + 1)
                inner.end()
            self.left -= size + -size % TAG.size

    def _sparse(self, times: int) -> None:
        rows = self._integers()
        starts = self._integers()
        count = starts[-1] if starts else -1
        if len(starts) != self.shape[1] + 1 or starts != sorted(starts) or starts[0] or count > len(rows):
            raise Wrong(f"starts of {self.shape[1]} columns", f"{len(starts)} numbers up to {count}")
        rows = rows[:count]
        if rows and not 0 <= min(rows) <= max(rows) < self.shape[0]:
            raise Wrong(f"rows below {self.shape[0]}", f"{min(rows)} to {max(rows)}")
        for _ in range(times):
            kind, size, _ = self._tag()
            if kind not in SIZES or size < count * SIZES[kind]:
                raise Wrong(f"{count} numbers", f"{size} bytes of type {kind}")

    def _integers(self) -> list[int]:
        data = self._part(INT32, self.left)
        return [number for (number,) in struct.iter_unpack("<i", data)]

    def end(self) -> None:
        """Go on behind the matrix."""
        self._pass_over()
        self.source.skip(self.left + -self.left % TAG.size)

    def _part(self, wanted: int, most: int) -> bytes:
        """Return the bytes of a part of a type, whole numbers of it."""
        kind, size, small = self._tag(unread=False)
        # Signed and unsigned are told apart by few programs.
        if (
            kind not in (wanted, wanted ^ 3 if wanted in (INT32, UINT32) else wanted)
            or size > most
            or size % SIZES[wanted]
        ):
            raise Wrong(f"a part of type {wanted}", f"{size} bytes of type {kind}")
        if small is not None:
            return small
        padded = size + -size % TAG.size
        self.left -= padded
        return self.source.take(padded)[:size]

    def _tag(self, *, unread: bool = True) -> tuple[int, int, bytes | None]:
        """Return type and size of the next part, and its bytes if they stand in the tag; else they are left unread."""
        self._pass_over()
        if self.left < TAG.size:
            raise Wrong("another part", f"{self.left} bytes")
        self.left -= TAG.size
        data = self.source.take(TAG.size)
        kind, size = TAG.unpack(data)
        if kind >> 16:
            kind, size = kind & 0xFFFF, kind >> 16
            if size > TAG.size // 2:
                raise Wrong("four bytes at most in a tag", size)
            return kind, size, data[4 : 4 + size]
        if size > self.left:
            raise Wrong(f"a part within {self.left} bytes", f"{size} bytes")
        if unread:
            self._unread = min(size + -size % TAG.size, self.left)
            self.left -= self._unread
        return kind, size, None

    def _pass_over(self) -> None:
        self.source.skip(self._unread)
        self._unread = 0
