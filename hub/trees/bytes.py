"""Getting the bytes of a place: one or two reads at an offset, from file handles that stay open."""

from __future__ import annotations

import errno
import io
import os
import struct
import zlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

# isal: inflates at three times the speed of zlib.
from isal import isal_zlib

from hub.archives.limits import USUAL, too_much
from hub.archives.parts import Part
from hub.errors import FormatError, MissingFile
from hub.trees import Held

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from hub.trees import Elsewhere, Place

# Of a zip: signature, versions, flags, method, time, crc, two sizes, and the lengths of name and extra field, which
# the central directory may have in another length.
LOCAL_HEADER = struct.Struct("<4s5H3I2H")
LOCAL_MAGIC = b"PK\x03\x04"
STORED, DEFLATED = 0, 8
USUAL_EXTRA = 64

# isal's error is a subclass of zlib's in some of its versions only.
DAMAGE = (cast("type[Exception]", isal_zlib.error), zlib.error)

# Archives of one dataset are few; one handle each.
OPEN_AT_ONCE = 64


# What the system says of a name that no file has, or could have: a damaged list names such files.
NOWHERE = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG)


def is_nowhere(error: OSError | ValueError) -> bool:
    """Tell whether an error of the system means that there is no such file; a ValueError is of a NUL in its name."""
    return isinstance(error, ValueError) or error.errno in NOWHERE


def read_place(place: Place) -> bytes:
    """Return the bytes of one file. Raises MissingFile if it is gone, and FormatError if its archive ends early."""
    if isinstance(place, Held):
        return place.data
    if place.offset < 0:
        return _read_file(place)
    handle = _open(place.container)
    if place.zipped:
        return _read_zipped(handle, place)
    return _exactly(handle, place.size, place.offset, place)


def open_place(place: Place) -> BinaryIO:
    """Open one file for reading from anywhere in it, where it is: only what is deflated is read as a whole.

    Raises what `read_place` raises.
    """
    if isinstance(place, Held):
        return io.BytesIO(place.data)
    if place.offset < 0:
        return _open_file(place)
    handle = _open(place.container)
    if not place.zipped:
        return cast("BinaryIO", _Window(handle, place.offset, place.size))
    start, method = _behind_header(handle, place)
    if method != STORED:
        return io.BytesIO(read_place(place))
    return cast("BinaryIO", _Window(handle, start, place.size))


class Readable(Protocol):
    """Bytes that can be read from anywhere."""

    def pread(self, size: int, offset: int) -> bytes:
        """Return up to `size` bytes from `offset` on."""


class _Window(Part):
    """Part of an open file as a file of its own."""

    def __init__(self, handle: Readable, start: int, size: int) -> None:
        super().__init__(size)
        self._handle = handle
        self._start = start

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")[: max(0, self._size - self._at)]
        data = self._handle.pread(len(view), self._start + self._at)
        view[: len(data)] = data
        self._at += len(data)
        return len(data)


def _read_file(place: Place) -> bytes:
    with _open_file(place) as file:
        return file.readall()


def _open_file(place: Place) -> io.FileIO:
    path = os.path.join(place.container, place.name)  # noqa: PTH118  perf: a tenth of the time of pathlib
    try:
        return open(path, "rb", buffering=0)  # noqa: PTH123  perf: the same; the caller closes it
    except (OSError, ValueError) as error:
        if not is_nowhere(error):
            raise
        raise MissingFile(f"{path} is gone", expected="the file that was there", found="nothing") from error


def _read_zipped(handle: Readable, place: Place) -> bytes:
    ahead = LOCAL_HEADER.size + len(place.name.encode()) + USUAL_EXTRA
    head = _pread(handle, ahead + place.size, place.offset)
    fields = _header(head, place)
    method, name_size, extra_size = fields[3], fields[-2], fields[-1]
    start = LOCAL_HEADER.size + name_size + extra_size
    data = head[start : start + place.size]
    if len(data) < place.size:
        data = _exactly(handle, place.size, place.offset + start, place)
    return _inflated(data, method, place)


def _behind_header(handle: Readable, place: Place) -> tuple[int, int]:
    """Return where the data of a file in a zip begin, and the method they are packed with."""
    head = _pread(handle, LOCAL_HEADER.size, place.offset)
    fields = _header(head, place)
    return place.offset + LOCAL_HEADER.size + fields[-2] + fields[-1], fields[3]


def _header(head: bytes, place: Place) -> tuple[int, ...]:
    if len(head) < LOCAL_HEADER.size or not head.startswith(LOCAL_MAGIC):
        raise _damaged(place, "a local header of a zip", head[:4].hex(" ") or "the end of the file")
    return LOCAL_HEADER.unpack_from(head)


def _inflated(data: bytes, method: int, place: Place) -> bytes:
    if method == STORED:
        return data
    if method != DEFLATED:
        raise _damaged(place, "a file that is stored or deflated", f"compression method {method}")
    stream = isal_zlib.decompressobj(-zlib.MAX_WBITS)
    most = USUAL.most(len(data))
    try:
        whole: bytes = stream.decompress(data, most)
    except DAMAGE as error:
        raise _damaged(place, "deflated data", str(error)) from error
    if not stream.eof:
        if len(whole) == most:
            raise too_much(place.name, f"at most {most} bytes", "more")
        raise _damaged(place, "deflated data", "the end of it too early")
    return whole


def _exactly(handle: Readable, size: int, offset: int, place: Place) -> bytes:
    data = _pread(handle, size, offset)
    if len(data) < size:
        raise _damaged(place, f"{size} bytes", f"{len(data)} bytes")
    return data


def _pread(handle: Readable, size: int, offset: int) -> bytes:
    data = handle.pread(size, offset)
    while len(data) < size and (more := handle.pread(size - len(data), offset + len(data))):
        data += more
    return data


class _Handle:
    """An open file that closes itself when nobody needs it."""

    def __init__(self, path: str) -> None:
        self.number = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))

    def pread(self, size: int, offset: int) -> bytes:
        return os.pread(self.number, size, offset)

    def __del__(self) -> None:
        os.close(self.number)


def _open(container: Path) -> Readable:
    path = cast("Path | Elsewhere", container)
    if not isinstance(path, Path):
        return path
    try:
        state = os.stat(path)  # noqa: PTH116  perf: a tenth of the time of pathlib
        return _handle(str(path), state.st_ino, state.st_mtime_ns, os.getpid())
    except FileNotFoundError as error:
        raise MissingFile(f"{path} is gone", expected="the archive that was there", found="nothing") from error


# Another file of the same name is another handle; so is a forked process, whose parent may close its own.
@lru_cache(maxsize=OPEN_AT_ONCE)
def _handle(path: str, inode: int, changed_ns: int, process: int) -> _Handle:
    del inode, changed_ns, process
    return _Handle(path)


def forget_handles() -> None:
    """Close all files that are kept open."""
    _handle.cache_clear()


def _damaged(place: Place, expected: str, found: str) -> FormatError:
    return FormatError(
        f"{place.name} at byte {place.offset} of {place.container} is damaged",
        path=place.container,
        expected=expected,
        found=found,
    )
