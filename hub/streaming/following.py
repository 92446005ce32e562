"""Following: a served file that some process of this machine fetches, read through the journal that this one keeps.

The bytes are those of one file on disk, whatever it is called: a partial that is left, taken over or published is
renamed and stays the same file, while one that is begun anew, copied or dropped is another one, which shows in that no
name is left of the old one. What an earlier run has left is compared with its checksums before it is read.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from hub.store.journal import BLOCK, LINE, Block, agrees

if TYPE_CHECKING:
    from pathlib import Path


class Lost(Exception):
    """What was followed is no more, or is no longer what will be published."""


class Followed:
    """The bytes of the partial in `folder`, as far as they have arrived without a gap.

    Raises FileNotFoundError if it has just gone. `look` and `read` raise Lost once these bytes are forgotten.
    """

    def __init__(self, folder: Path) -> None:
        self._data = (folder / "data").open("rb", buffering=0)
        try:
            self._journal = (folder / "journal").open("rb", buffering=0)
        except OSError:
            self._data.close()
            raise
        self.frontier = 0
        """Up to here all bytes have arrived."""
        self.total: int | None = None
        """How many there will be, if that is known."""
        self.furthest = 0
        """Up to here bytes were read."""
        self._taken = 0
        self._rest = b""
        self._blocks: dict[int, Block] = {}
        self._doubtful: dict[int, Block] = {}
        try:
            self.look()
        except BaseException:
            self.close()
            raise
        self._doubtful = dict(self._blocks)

    @property
    def inode(self) -> int:
        """The number of the file."""
        return os.fstat(self._data.fileno()).st_ino

    @property
    def is_complete(self) -> bool:
        """Whether all bytes have arrived."""
        return self.total is not None and self.frontier >= self.total

    def look(self) -> None:
        """Take note of what has arrived since."""
        # The journal first: once it tells of other bytes, the file that these were in has lost its name.
        new = self._news()
        state = os.fstat(self._data.fileno())
        if not state.st_nlink:
            raise Lost
        for number, length, checksum in LINE.findall(new):
            block = Block(int(number), int(length), int(checksum, 16))
            self._blocks[block.number] = block
            self._doubtful.pop(block.number, None)
        self._advance()

    def read(self, size: int, offset: int) -> bytes:
        """Return up to `size` bytes that have arrived; none where the block there was left damaged."""
        number = offset // BLOCK
        block = self._doubtful.get(number)
        if block is not None:
            if not agrees(self._data, block, memoryview(bytearray(BLOCK))):
                self._blocks.pop(number, None)
                self.frontier = min(self.frontier, block.begin)
                return b""
            del self._doubtful[number]
        end = min(offset + size, self.frontier, (number + 1) * BLOCK)
        data = os.pread(self._data.fileno(), max(0, end - offset), offset)
        self.furthest = max(self.furthest, offset + len(data))
        return data

    def content(self, size: int, offset: int) -> bytes:
        """Return bytes that were read before."""
        return os.pread(self._data.fileno(), size, offset)

    def close(self) -> None:
        """Let the file go."""
        # Methods of files, and no functions of modules: a generator may outlive these at exit.
        self._data.close()
        self._journal.close()

    def _news(self) -> bytes:
        """Return the lines that were added to the journal."""
        size = os.fstat(self._journal.fileno()).st_size
        if size < self._taken:
            raise Lost
        data = os.pread(self._journal.fileno(), size - self._taken, self._taken)
        self._taken += len(data)
        whole, end, self._rest = (self._rest + data).rpartition(b"\n")
        if whole.startswith(b"{"):
            head, _, whole = whole.partition(b"\n")
            self.total = json.loads(head)["total"]
        return whole + end

    def _advance(self) -> None:
        number = self.frontier // BLOCK
        while (block := self._blocks.get(number)) is not None:
            self.frontier = max(self.frontier, block.end)
            if block.length < BLOCK:
                return
            number += 1
