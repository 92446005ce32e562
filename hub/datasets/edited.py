"""Tables of which users have replaced columns: `ds.targets = ...`, `ds.targets[3] = 5`, `ds.data = ds.data[:100]`.

What is replaced lives in memory and belongs to that one dataset; the store and other datasets never change. Columns
may differ in length until all are replaced, as with torchvision's classes, whose length is that of `.data`.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np
import pyarrow as pa

from hub.datasets import exports, table, writing
from hub.datasets.table import Table
from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from hub.datasets.columns import Stored, Taken
    from hub.datasets.table import Rows

    Own: TypeAlias = NDArray[np.generic] | list[int]


class Listed:
    """A column that is a list of whole numbers, which users may write into."""

    numeric = True

    def __init__(self, values: list[int]) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: NDArray[np.int64]) -> NDArray[np.generic]:
        """Return the numbers at these rows. Raises InvalidInput if somebody has written other things there."""
        found = np.asarray([self.values[row] for row in rows.tolist()])
        if found.size and found.dtype.kind not in "iu":
            raise InvalidInput("a label is no whole number", expected="whole numbers in .targets", found=found.dtype)
        return found.astype(np.int64, copy=False)


class Picked:
    """A column of tables as it is, seen through rows of them."""

    def __init__(self, tables: Sequence[Table], name: str, rows: Rows) -> None:
        self._tables = tables
        self._name = name
        self._rows = rows
        self.numeric = all(table.is_numeric(each.columns[name]) for each in tables)

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, rows: NDArray[np.int64]) -> Taken:
        """Return the values at these rows."""
        return table.take(self._tables, self._name, table.select(self._rows, rows))

    def seen(self, rows: range) -> Taken:
        """Return the values at these rows, without a copy where the table has them in a row."""
        return table.view(self._tables, self._name, table.select(self._rows, rows))


class Edited(Table):
    """Rows of tables with columns of a user's `own` in place of some."""

    def __init__(self, tables: tuple[Table, ...], rows: Rows, own: Mapping[str, Own]) -> None:  # there is no file
        self.tables = tables
        self.rows = rows
        self.own = dict(own)
        self.columns: dict[str, Stored] = {
            name: _column(own[name]) if name in own else Picked(tables, name, rows) for name in tables[0].columns
        }
        self.path = tables[0].path

    def __len__(self) -> int:
        # The first column is the one that `.data` shows.
        return len(next(iter(self.columns.values())))

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.tables, self.rows, self.own)

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of classes that were found in the files."""
        return self.tables[0].classes

    @cached_property
    def about(self) -> Mapping[str, object]:
        """What the files told besides rows."""
        return self.tables[0].about

    def replaced(self, name: str, values: Own) -> Edited:
        """Return the same table with a column of the user's own."""
        return Edited(self.tables, self.rows, {**self.own, name: values})

    @property
    def arrow(self) -> pa.Table:
        """The rows as an Arrow table. Raises InvalidInput as long as columns differ in length."""
        lengths = {name: len(column) for name, column in self.columns.items()}
        if len(set(lengths.values())) > 1:
            raise InvalidInput("columns differ in length", expected="as many labels as images", found=lengths)
        found = exports.to_arrow(self.tables, self.rows)
        made = {name: writing.arrow_array(np.asarray(values), self.path.parent) for name, values in self.own.items()}
        return pa.table({name: made.get(name, found[name]) for name in found.column_names})

    @property
    def changed(self) -> dict[str, NDArray[np.generic]]:
        """Those of the user's own columns that hold other values than the tables."""
        own = {name: np.asarray(values) for name, values in self.own.items()}
        stored = {name: np.asarray(table.view(self.tables, name, self.rows)) for name in own}
        return {name: values for name, values in own.items() if not np.array_equal(values, stored[name])}

    @property
    def fingerprint(self) -> str:
        """64 hex digits that differ whenever the user's columns do."""
        parts = [
            f"{name} {each.dtype} {each.shape} {hashlib.sha256(np.ascontiguousarray(each).tobytes()).hexdigest()}"
            for name, each in sorted(self.changed.items())
        ]
        inner = table.fingerprint(self.tables, self.rows)
        return hashlib.sha256(" ".join([inner, *parts]).encode()).hexdigest()

    def fingerprint_of(self, rows: Rows) -> str:
        """Return 64 hex digits for these rows in this order: those of the tables as long as nothing differs."""
        if self.changed:
            return table.digested([self.fingerprint], rows)
        return table.fingerprint(self.tables, table.select(self.rows, rows))


def _column(own: Own) -> Stored:
    return Listed(own) if isinstance(own, list) else own


def edited(tables: tuple[Table, ...], rows: Rows, name: str, values: Own) -> Edited:
    """Return rows of tables with one column replaced; all rows of it are the dataset from then on."""
    whole = _whole(tables, rows)
    return whole.replaced(name, values) if whole else Edited(tables, rows, {name: values})


def own_column(tables: Sequence[Table], rows: Rows, name: str) -> Own | None:
    """Return a column of the user's own, all of it, if these are all rows of it."""
    whole = _whole(tables, rows)
    return whole.own.get(name) if whole else None


def rows_of(tables: Sequence[Table], rows: Rows, name: str) -> Rows:
    """Return the rows that a column has where `rows` are all of them: other columns may be longer or shorter."""
    whole = _whole(tables, rows)
    return range(len(whole.columns[name])) if whole else rows


def _whole(tables: Sequence[Table], rows: Rows) -> Edited | None:
    first = tables[0]
    every = isinstance(rows, range) and isinstance(first, Edited) and rows == range(len(first))
    return cast("Edited", first) if every else None
