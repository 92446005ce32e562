"""Sorted tables of two levels: records in leaves, leaves pinned by pages, pages by whoever has the table.

Sorted and not hashed: neighbours of a spelling are what may have been meant by it, and a beginning is a stretch. Where
a leaf ends depends on its records alone, so the same records make the same files.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hub.registry.shards.forms import Pin, Pinned, packed
from hub.registry.shards.keys import LEAVES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(slots=True)
class Writer:
    """A table that is being written: `put` takes each file."""

    put: Callable[[Pin, bytes], None]
    pages: list[Pinned] = field(default_factory=list)
    _leaves: list[Pinned] = field(default_factory=list)

    def leaf(self, first: str, records: object) -> None:
        """Write the next leaf; `first` is the key of its first record."""
        self._leaves.append(Pinned(first, self._put(records)))
        if len(self._leaves) == LEAVES:
            self._page()

    def end(self) -> tuple[Pinned, ...]:
        """Write what is left and return the pages."""
        if self._leaves:
            self._page()
        return tuple(self.pages)

    def _page(self) -> None:
        self.pages.append(Pinned(self._leaves[0].first, self._put(self._leaves)))
        self._leaves = []

    def _put(self, value: object) -> Pin:
        pin, data = packed(value)
        self.put(pin, data)
        return pin


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is read; `page` gives the leaves of a page."""

    pages: Sequence[Pinned]
    page: Callable[[Pin], Sequence[Pinned]]

    def of_number(self, number: int) -> Pin | None:
        """Return the leaf of that number, None if there is none."""
        page, place = divmod(number, LEAVES)
        if page >= len(self.pages):
            return None
        leaves = self.page(self.pages[page].pin)
        return leaves[place].pin if place < len(leaves) else None

    def place(self, key: str) -> int:
        """Return the number of the leaf in which a key is, if it is there; -1 if it would stand before all."""
        page = _last(self.pages, key)
        return page if page < 0 else page * LEAVES + _last(self.page(self.pages[page].pin), key)


def _last(pinned: Sequence[Pinned], key: str) -> int:
    """Return the place of the last whose first key is not after `key`, -1 for none."""
    return bisect_right(pinned, key, key=lambda each: each.first) - 1
