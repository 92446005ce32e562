"""Rars of stored files, written field by field: no free program writes any. The format: "RAR 5.0 archive format"."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MAGIC = b"Rar!\x1a\x07\x01\x00"
MAIN, FILE, END = 1, 2, 5


def number(value: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    found = b""
    while value > 0x7F:
        found += bytes([value & 0x7F | 0x80])
        value >>= 7
    return found + bytes([value])


def block(
    kind: int, body: bytes, *, extra: bytes = b"", data: bytes = b"", size: int | None = None, wrong: int = 0
) -> bytes:
    """Return a block with a right checksum, or one that is `wrong` by a number."""
    has_data = bool(data) or size is not None
    fields = number(kind) + number(bool(extra) | has_data << 1) + (number(len(extra)) if extra else b"")
    fields += number(len(data) if size is None else size) if has_data else b""
    head = number(len(fields + body + extra)) + fields + body + extra
    return struct.pack("<I", (zlib.crc32(head) + wrong) & 0xFFFFFFFF) + head + data


def file(name: bytes, data: bytes, *, size: int | None = None, packed: int | None = None, method: int = 0,
         mode: int = 0o100644, extra: bytes = b"") -> bytes:  # fmt: skip
    """Return a file; `size`, `packed` and `method` may lie about it."""
    body = number(4) + number(len(data) if size is None else size) + number(mode) + struct.pack("<I", zlib.crc32(data))
    return block(
        FILE,
        body + number(method) + number(1) + number(len(name)) + name,
        extra=extra,
        data=data,
        size=len(data) if packed is None else packed,
    )


def rar(*files: bytes, end: bytes = block(END, number(0))) -> bytes:
    """Return a rar of such files."""
    return MAGIC + block(MAIN, number(0)) + b"".join(files) + end


def rarred(files: Mapping[str, bytes]) -> bytes:
    """Return a rar of files in their order."""
    return rar(*(file(name.encode(), data) for name, data in files.items()))
