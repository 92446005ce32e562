"""Partials as earlier runs leave them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isal.isal_zlib import crc32

from hub.store import partials
from hub.store.journal import BLOCK, Block, Head

if TYPE_CHECKING:
    from hub.store.layout import Layout
    from hub.store.partials import Partial


def fill(partial: Partial, data: bytes, validator: str = "", total: int | None = None) -> None:
    """Let `data`, from the file's first byte on, have arrived."""
    journal = partial.begin(Head(total, validator))
    partial.data.write_bytes(data)
    for number, begin in enumerate(range(0, len(data), BLOCK)):
        block = data[begin : begin + BLOCK]
        journal.add(Block(number, len(block), crc32(block)))
    journal.close()


def left(layout: Layout, key: str, data: bytes, validator: str = "", total: int | None = None) -> Partial:
    """Return a partial in which `data` has arrived, and which nobody owns any more."""
    partial = partials.obtain(layout, key)
    fill(partial, data, validator, total)
    partials.leave(layout, partial)
    return partial


def arrived(partial: Partial) -> int:
    """Return how many bytes count as arrived."""
    return sum(block.length for block in partial.kept()[1])
