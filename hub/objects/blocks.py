"""Blocks: what has been read of objects, in the store.

    <store>/v1/blocks/ab/<32 hex>/<number>    256 KiB of one object, and behind them their CRC-32

The folder's name covers address, ETag and size, so another object of the same name has blocks of its own. A block is
written aside and renamed; one that does not fit its CRC was damaged on this disk, and is fetched anew. Any number of
processes may read and write here: whoever comes second writes the same bytes. Where the store
has a limit, blocks make room for new ones, first those that were unused the longest; gc removes them like all else.
"""

from __future__ import annotations

import hashlib
import logging
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.errors import StoreError
from hub.store import removing, units, usage
from hub.store.files import make_folder, temporary
from hub.store.origins import Crc
from hub.store.units import BLOCK

if TYPE_CHECKING:
    from pathlib import Path

    from hub.objects.doors import State
    from hub.store.layout import Layout

logger = logging.getLogger("hub")

# perf: a photo of ImageNet takes 0.1 MB. Of a thousand at random, blocks of 1 MiB bring ten times what was asked for,
# these three times as much; where all is read, neighbours come with one request whatever their size.
SIZE = 256 << 10

TRAILER = struct.Struct("<4sI")
MAGIC = b"hub1"

LOOKED_EVERY = 256
"""So many blocks are written before the store is measured again, where it has a limit."""


@dataclass
class Blocks:
    """The blocks of one object."""

    layout: Layout
    folder: Path
    size: int
    limit: int | None = None
    """How many bytes the whole store may take."""
    written: int = 0
    usable: bool = True
    """Whether blocks can be written, as far as is known."""

    @classmethod
    def of(cls, layout: Layout, url: str, state: State, limit: int | None) -> Blocks:
        """Return the blocks of the object that was in this state."""
        covered = f"{SIZE} {state.size} {state.validator} {url}"
        key = hashlib.sha256(covered.encode()).hexdigest()[:32]
        return cls(layout, layout.blocks / key[:2] / key, state.size, limit)

    def length(self, number: int) -> int:
        """Return how many bytes a block has."""
        return min(SIZE, self.size - number * SIZE)

    def has(self, number: int) -> bool:
        """Tell whether a block is there, whatever is in it."""
        return (self.folder / str(number)).exists()

    def read(self, number: int) -> memoryview | None:
        """Return a block, or None if it is not there or damaged; then it is removed."""
        path = self.folder / str(number)
        try:
            data = memoryview(path.read_bytes())
        except OSError:
            return None
        block = data[: -TRAILER.size]
        if len(block) == self.length(number) and data[-TRAILER.size :] == TRAILER.pack(MAGIC, _crc32(block)):
            usage.note(self.layout, path, self.folder.name)
            return block
        logger.warning("%s was damaged on this disk, and is fetched again", path)
        with suppress(OSError):
            path.unlink()
        return None

    def write(self, number: int, block: memoryview) -> None:
        """Keep a block, if that is possible: a store that is full or cannot be written is read past."""
        if not self.usable:
            return
        try:
            with temporary(self.layout, f"block-{number}") as path:
                with path.open("wb", buffering=0) as file:
                    file.write(block)
                    file.write(TRAILER.pack(MAGIC, _crc32(block)))
                make_folder(self.folder)
                path.replace(self.folder / str(number))
        except (StoreError, OSError) as error:
            self.usable = False
            logger.warning("what is read of objects is not kept: %s", str(error).splitlines()[0])
            return
        self.written += 1
        if self.limit is not None and self.written % LOOKED_EVERY == 1:
            make_room(self.layout, self.limit)


def make_room(layout: Layout, limit: int) -> None:
    """Remove the blocks that were unused the longest until the store holds to its limit, or none is left."""
    found = list(units.every(layout, time.time()))
    # A little more than need be: the store is not measured with every block.
    excess = sum(each.size for each in found) + min(LOOKED_EVERY * SIZE, limit // 8) - limit
    for each in sorted((each for each in found if each.kind == BLOCK), key=lambda each: each.used):
        if excess <= 0:
            return
        removing.delete(each.path)
        excess -= each.size


def _crc32(block: memoryview) -> int:
    crc = Crc()
    crc.update(block)
    return crc.value
