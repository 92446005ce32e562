r"""The journal of a partial: which blocks of a served file have arrived, each with the checksum of its bytes.

    {"format": 1, "block": 1048576, "total": 11490434, "validator": "\"33d-abc\""}
    0 1048576 9ae0daaf
    2 1048576 1fb0ce11

A line is added once a block's bytes are written, in one write, so that a kill can only leave the last line torn, which
counts as none. Nothing of it is believed: whoever takes a partial over reads the blocks again and keeps those that
agree. The checksum is CRC-32, which tells torn and decayed blocks at a hundredth of a digest's cost; against people
there is the digest of the whole file.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

# isal: CRC-32 at the speed of memory, where zlib's costs as much as reading the file.
from isal.isal_zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO
    from pathlib import Path

# What a kill costs at most, for each connection; a line a MiB makes journals of 0.003 % of the file.
BLOCK = 1 << 20

LINE = re.compile(rb"^(\d{1,12}) (\d{1,8}) ([0-9a-f]{8})\n", re.MULTILINE)


class Block(NamedTuple):
    """The beginning, `length` bytes long, of the block with that number, from `number * BLOCK` on."""

    number: int
    length: int
    checksum: int

    @property
    def begin(self) -> int:
        """The offset of its first byte."""
        return self.number * BLOCK

    @property
    def end(self) -> int:
        """The offset after its last byte."""
        return self.begin + self.length


@dataclass(frozen=True, slots=True)
class Head:
    """What the blocks belong to: the size of the whole file in bytes, if known, and its strong ETag, or ""."""

    total: int | None = None
    validator: str = ""


class Journal:
    """The journal at `path`, to which blocks are added."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def begin(self, head: Head) -> None:
        """Forget all blocks; those to come belong to `head`."""
        os.ftruncate(self._file, 0)
        table = {"format": 1, "block": BLOCK, "total": head.total, "validator": head.validator}
        os.write(self._file, json.dumps(table).encode() + b"\n")

    def add(self, block: Block) -> None:
        """Record a block whose bytes are written."""
        os.write(self._file, b"%d %d %08x\n" % block)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def read(path: Path) -> tuple[Head | None, list[Block]]:
    """Return what a journal says: nothing where it is missing, torn or of another format."""
    try:
        first, _, rest = path.read_bytes().partition(b"\n")
        table = json.loads(first)
        if (table["format"], table["block"]) != (1, BLOCK):
            return None, []
        head = Head(table["total"], table["validator"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None, []
    if not _is_sound(head):
        return None, []
    return head, sorted(_blocks(rest, head.total))


def _is_sound(head: Head) -> bool:
    total_is = head.total is None or (type(head.total) is int and head.total >= 0)
    return total_is and isinstance(head.validator, str)


def _blocks(lines: bytes, total: int | None) -> Iterator[Block]:
    """The last line of a block counts: it may have grown since the earlier ones."""
    found = {int(number): (int(length), int(checksum, 16)) for number, length, checksum in LINE.findall(lines)}
    for number, (length, checksum) in found.items():
        block = Block(number, length, checksum)
        if 0 < length <= BLOCK and (total is None or block.end <= total):
            yield block


def sound(data: Path, blocks: list[Block]) -> list[Block]:
    """Return those of the blocks, in order, whose bytes in `data` still agree with their checksums."""
    buffer = memoryview(bytearray(BLOCK))
    with data.open("rb", buffering=0) as file:
        return [block for block in blocks if agrees(file, block, buffer)]


def agrees(file: FileIO, block: Block, buffer: memoryview) -> bool:
    """Tell whether the bytes of a block agree with its checksum; `buffer` has room for them."""
    file.seek(block.begin)
    filled = 0
    while filled < block.length and (count := file.readinto(buffer[filled : block.length])):
        filled += count
    return filled == block.length and crc32(buffer[:filled]) == block.checksum
