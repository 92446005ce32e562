"""The members of a bundle's tar from front to back, as far as they are whole.

Not `hub.archives`, which ends at the first fault, since an archive is whole or worth nothing. A bundle of which a block
was lost is still worth all of its other files: what is no header is passed over, block by block, to the next one. What
such a search may find inside of a file does no harm, for a digest decides about each member.

Where the file can be sought in, what is passed over is not read.
"""

from __future__ import annotations

import os
import re
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = 512
AT_ONCE = 1 << 20

REGULAR = (tarfile.REGTYPE, tarfile.AREGTYPE)
RECORDS = tarfile.XHDTYPE
ABOUT = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
"""Headers that say more of the next member, or of all."""

# Of a record that says how large a member is, since the header itself has room for 8 GiB.
SIZE = re.compile(rb"(?:^|\n)\d{1,4} size=(\d{1,18})\n")
# Such records have a few names and numbers.
RECORDS_LIMIT = 64 << 10


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its name as it stands there, its size in bytes, and whether it is a regular file."""

    name: str
    size: int
    regular: bool


class Members:
    """A tar that is read once, from front to back; `read` gives bytes of the member that came last."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._end = _end(stream)
        self._left = 0  # of the member, without what fills up its last block
        self._filling = 0
        self.damaged = False
        """Whether anything was passed over that is no part of a tar."""

    def __iter__(self) -> Iterator[Member]:
        size_said: int | None = None
        while (block := self._next_block()) is not None:
            header = _header(block)
            if header is None:
                self.damaged = self.damaged or any(block)
                continue
            size = header.size if size_said is None or header.type in ABOUT else size_said
            self._enter(size)
            if header.type in ABOUT:
                size_said = self._size_said() if header.type == RECORDS else size_said
                continue
            size_said = None
            yield Member(header.name, size, header.type in REGULAR)

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes of the member, b"" at its end, or where the file ends too early."""
        data = self._stream.read(min(size, self._left))
        self._left -= len(data)
        return data

    def leave(self) -> None:
        """Be done with it. A pipe is read to its end: whoever writes into it would fail otherwise."""
        while self._end is None and self._stream.read(AT_ONCE):
            pass

    @property
    def cut(self) -> bool:
        """Whether bytes of the member are still to come: after `read` has given b"", whether the file was cut."""
        return self._left > 0

    def _enter(self, size: int) -> None:
        self._left, self._filling = size, -size % BLOCK

    def _next_block(self) -> bytes | None:
        self._pass_over(self._left + self._filling)
        self._left = self._filling = 0
        block = self._stream.read(BLOCK)
        return block if len(block) == BLOCK else None

    def _pass_over(self, count: int) -> None:
        if self._end is not None:
            self._stream.seek(min(self._stream.tell() + count, self._end))
            return
        while count and (data := self._stream.read(min(count, AT_ONCE))):
            count -= len(data)

    def _size_said(self) -> int | None:
        found = SIZE.search(self.read(RECORDS_LIMIT))
        return int(found[1]) if found else None


def _end(stream: BinaryIO) -> int | None:
    """Return where a file ends that can be sought in: no header leads behind that, whatever size it says."""
    if not stream.seekable():
        return None
    here = stream.tell()
    end = stream.seek(0, os.SEEK_END)
    stream.seek(here)
    return end


def _header(block: bytes) -> tarfile.TarInfo | None:
    """Return the header that a block is; None if it is none, or the end of the tar."""
    if not any(block):
        return None
    try:
        found = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return None
    return found if found.size >= 0 else None
