"""What a file is packed as, by its first bytes: never by its name, and never by its last bytes.

    1f 8b                      gz        50 4b 03 04, 05 06, 07 08     zip
    42 5a 68                   bz2       37 7a bc af 27 1c             7z
    fd 37 7a 58 5a 00          xz        52 61 72 21 1a 07             rar
    28 b5 2f fd                zst       a header with its checksum    tar

A tar whose last file is a zip ends like a zip, and so does anything that a zip was put behind; readers that look at the
end of a file take these for what they are not.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, cast

from hub.archives.tar_stream import BLOCK
from hub.archives.tars import is_header

if TYPE_CHECKING:
    from pathlib import Path

    from _typeshed import WriteableBuffer

MAGICS = (
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),  # of no files
    (b"PK\x07\x08", "zip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
)
INFLATED = ("gz", "bz2", "xz", "zst")
"""What packs one stream of bytes."""
CONVERTED = ("7z", "rar")
"""Archives that cannot be read in place, and are read as the tar that they are made into."""


def kind_of(path: Path) -> str:
    """Return what a file is packed as: "gz", "bz2", "xz", "zst", "zip", "tar", "7z", "rar", or "" for none of them."""
    with path.open("rb") as file:
        return kind_of_bytes(file.read(BLOCK))


def sniffed(stream: BinaryIO) -> tuple[str, BinaryIO]:
    """Return the same of a stream that stands at its start, and a stream that does so again."""
    head = stream.read(BLOCK)
    if not stream.seekable():
        return kind_of_bytes(head), cast("BinaryIO", io.BufferedReader(_Ahead(head, stream)))
    stream.seek(0)
    return kind_of_bytes(head), stream


class _Ahead(io.RawIOBase):
    """A stream of which the first bytes were read already."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        super().__init__()
        self._head, self._stream = head, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        data = self._head[: len(view)] or self._stream.read(len(view))
        self._head = self._head[len(data) :]
        view[: len(data)] = data
        return len(data)


def kind_of_bytes(head: bytes) -> str:
    """Return what bytes are the beginning of.

    >>> kind_of_bytes(b"BZh91AY"), kind_of_bytes(b"hello")
    ('bz2', '')
    """
    found = next((kind for magic, kind in MAGICS if head.startswith(magic)), "")
    return found or ("tar" if is_header(head) else "")


def is_zip(path: Path) -> bool:
    """Tell whether a file begins as zips do."""
    return kind_of(path) == "zip"
