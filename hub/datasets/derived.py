"""Derived values: some are made of others, and some are for joint transforms alone.

A card says so with `made_of` and `shown`. Every value of a row is decoded when it is first asked for, and once: two
that are made of one file read it together, and the right view's disparity is left alone where nobody looks at it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hub import decoders
from hub.datasets import render, table

if TYPE_CHECKING:
    from hub.cards import Field
    from hub.datasets.origin import Origin
    from hub.datasets.table import Rows
    from hub.decoders import Form


class Row(Mapping[str, object]):
    """The values of one row by the names of their fields, those too that a sample does not show."""

    def __init__(self, origin: Origin, number: int, form: Form) -> None:
        self._origin = origin
        self._number = np.array([number])
        self._form = form
        self._stored: dict[str, object] = {}
        self._made: dict[str, object] = {}

    def __getitem__(self, name: str) -> object:
        return render.formed(self.made(self._origin.by_name[name]), self._form)

    def __iter__(self) -> Iterator[str]:
        return iter(self._origin.by_name)

    def __len__(self) -> int:
        return len(self._origin.by_name)

    def stored(self, name: str) -> object:
        """Return what the table holds: a number, words, a place, or None."""
        if name not in self._stored:
            self._stored[name] = table.take(self._origin.tables, name, self._number)[0]
        return self._stored[name]

    def made(self, field: Field) -> object:
        """Return the value of a field; it is None where the first of its parts is missing."""
        if field.name not in self._made:
            there = self.stored(field.parts[0]) is not None
            self._made[field.name] = self._make(field) if there else None
        return self._made[field.name]

    def _make(self, field: Field) -> object:
        if not field.made_of:
            return render.value(field, self.stored(field.name), self._form)
        parts = (Part(self, self._origin.by_name[name]) for name in field.made_of)
        return decoders.find_maker(field.maker)(*parts)


@dataclass(frozen=True, slots=True)
class Part:
    """A stored value that another one is made of."""

    row: Row
    field: Field

    @property
    def there(self) -> bool:
        """Whether this row has one."""
        return self.row.stored(self.field.name) is not None

    def value(self) -> object:
        """Return what its decoder makes of it; None if it is not there."""
        return self.row.made(self.field)


def rows(origin: Origin, numbers: Rows, form: Form) -> Iterator[Row]:
    """Yield the rows of these numbers, counted through all tables."""
    return (Row(origin, int(number), form) for number in numbers)
