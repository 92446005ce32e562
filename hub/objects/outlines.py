"""Outlines: what of an Arrow file has to be known to find its rows, as one small object beside it.

    <split>.arrow.outline    4 bytes  length of the next part, little-endian
                             JSON     {"size": that of the file, "spans": [[offset, length], ...], "crc32": of the rest}
                             bytes    those of the spans, one after the other

An Arrow file (https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format) says at its end where its record
batches are, and each says in front where its columns are. Text comes in thousands of batches: to read what stands
before each of them would take a request for every MiB of the file. Where there is no outline, it is read all the same.
"""

from __future__ import annotations

import json
import struct
import zlib
from typing import TYPE_CHECKING

from hub.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    Span = tuple[int, int]
    Read = Callable[[int, int], bytes]

SUFFIX = ".outline"

LENGTH = struct.Struct("<I")
MAGIC = b"ARROW1"
TAIL = struct.Struct("<i6s")
# Of a footer (File.fbs): where something in the file is, of which this many bytes are metadata and these are columns.
BLOCK = struct.Struct("<qi4xq")
DICTIONARIES, BATCHES = 2, 3


def spans(read: Read, size: int, name: str) -> list[Span]:
    """Return the (offset, size) of everything in an Arrow file but its columns; dictionaries count as known.

    `read` returns the bytes at (size, offset). Raises FormatError if it is no such file.
    """
    tail = read(TAIL.size, max(0, size - TAIL.size))
    length, magic = TAIL.unpack(tail) if len(tail) == TAIL.size else (0, b"")
    start = size - TAIL.size - length
    if magic != MAGIC or not 0 < length < size or start < 0:
        raise _damaged(name)
    footer = read(length, start)
    try:
        dictionaries = [(offset, head + body) for offset, head, body in _blocks(footer, DICTIONARIES)]
        batches = [(offset, head) for offset, head, _ in _blocks(footer, BATCHES)]
    except struct.error as error:
        raise _damaged(name) from error
    found = [(0, 8), *dictionaries, *batches, (start, size - start)]
    if any(offset < 0 or count < 0 or offset + count > size for offset, count in found):
        raise _damaged(name)
    return found


def outline_of(path: Path) -> bytes:
    """Return the outline of an Arrow file. Raises FormatError if it is none."""
    with path.open("rb") as file:

        def read(size: int, offset: int) -> bytes:
            file.seek(offset)
            return file.read(size)

        size = path.stat().st_size
        found = spans(read, size, str(path))
        data = b"".join(read(count, offset) for offset, count in found)
    head = json.dumps({"size": size, "spans": found, "crc32": zlib.crc32(data)}).encode()
    return LENGTH.pack(len(head)) + head + data


def parsed(outline: bytes, size: int) -> list[tuple[int, bytes]]:
    """Return (offset, bytes) of what an outline has of a file of `size` bytes. Raises ValueError if it is of another.

    >>> parsed(LENGTH.pack(2) + b"{}", 10)
    Traceback (most recent call last):
    ValueError: no outline of this file
    """
    try:
        begin = LENGTH.size + LENGTH.unpack_from(outline)[0]
        head = json.loads(outline[LENGTH.size : begin])
        data = outline[begin:]
        if head["size"] == size and head["crc32"] == zlib.crc32(data):
            return list(_parted(data, head["spans"]))
    except (struct.error, ValueError, KeyError, TypeError) as error:
        raise ValueError("no outline of this file") from error
    raise ValueError("no outline of this file")


def _parted(data: bytes, found: Sequence[Span]) -> Iterator[tuple[int, bytes]]:
    at = 0
    for offset, count in found:
        yield offset, data[at : at + count]
        at += count


def _blocks(footer: bytes, field: int) -> Iterator[tuple[int, int, int]]:
    """Yield the blocks of a list in a footer, which is a flatbuffer (https://flatbuffers.dev/internals/)."""
    (table,) = struct.unpack_from("<I", footer)
    fields = table - struct.unpack_from("<i", footer, table)[0]
    place = 4 + 2 * field
    if place >= struct.unpack_from("<H", footer, fields)[0]:
        return
    (within,) = struct.unpack_from("<H", footer, fields + place)
    if not within:
        return
    start = table + within
    start += struct.unpack_from("<I", footer, start)[0]
    (count,) = struct.unpack_from("<I", footer, start)
    for number in range(count):
        yield BLOCK.unpack_from(footer, start + 4 + number * BLOCK.size)


def _damaged(name: str) -> FormatError:
    return FormatError(
        f"{name} is no Arrow file", path=name, expected="ARROW1 and a footer at its end", found="neither"
    )
