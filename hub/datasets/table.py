"""Tables: prepared Arrow files, memory-mapped, and the rows of one or several of them.

A column is a numpy array straight on the mapping, so opening reads nothing but the footer. The mapping is private:
whoever writes into an array changes what this process sees, as with torchvision's `.data`, and never the file.
"""

from __future__ import annotations

import mmap
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from hub.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Rows = range | NDArray[np.int64]

REMAKE = "remove the file; it is made again from the published ones"


class Table:
    """One prepared file. It pickles as its path, so a spawned worker maps the file itself."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
            self.arrow = _read_arrow(pa.py_buffer(mapping))
        except (OSError, ValueError, pa.ArrowException) as error:
            raise FormatError(f"cannot open {path}: {error}", path=path, hint=REMAKE) from error
        self.columns = {
            name: _on_mapping(column, mapping)
            for name, column in zip(self.arrow.column_names, self.arrow.columns, strict=True)
        }

    def __len__(self) -> int:
        return int(self.arrow.num_rows)

    def __reduce__(self) -> tuple[object, ...]:
        return Table, (self.path,)


def _read_arrow(buffer: pa.Buffer) -> pa.Table:
    return pa.ipc.open_file(pa.BufferReader(buffer)).read_all()


def _on_mapping(column: pa.ChunkedArray, mapping: mmap.mmap) -> NDArray[np.generic]:
    """Return the column as an array of shape (rows, ...) that shares the mapping's memory."""
    tensors = isinstance(column.type, pa.FixedShapeTensorType)
    element = column.type.value_type if tensors else column.type
    shape = (len(column), *(column.type.shape if tensors else ()))
    dtype = np.dtype(element.to_pandas_dtype())
    if len(column) == 0:
        return np.empty(shape, dtype)
    chunk = column.chunk(0)
    values = chunk.storage.flatten() if tensors else chunk
    # perf: to_numpy() would import pandas, a third of a second; the buffer's place in the mapping says the same.
    start = values.buffers()[1].address - pa.py_buffer(mapping).address + values.offset * dtype.itemsize
    return np.frombuffer(mapping, dtype, count=int(np.prod(shape)), offset=start).reshape(shape)


def column_names(tables: Sequence[Table]) -> tuple[str, ...]:
    """Return the names of the columns; all tables of one dataset have the same ones."""
    return tuple(tables[0].columns)


def take(tables: Sequence[Table], name: str, rows: Rows) -> NDArray[np.generic]:
    """Return the values of a column at `rows`, counted through all tables, as an array of its own."""
    places = np.arange(rows.start, rows.stop, rows.step) if isinstance(rows, range) else rows
    if len(tables) == 1:
        return np.take(tables[0].columns[name], places, axis=0)
    starts = np.cumsum([0, *(len(table) for table in tables)])
    first = tables[0].columns[name]
    values = np.empty((len(places), *first.shape[1:]), first.dtype)
    for table, start, stop in zip(tables, starts, starts[1:], strict=False):
        here = (places >= start) & (places < stop)
        values[here] = np.take(table.columns[name], places[here] - start, axis=0)
    return values


def view(tables: Sequence[Table], name: str, rows: Rows) -> NDArray[np.generic]:
    """Return what `take` returns, without a copy where the rows are a plain slice of one table."""
    if len(tables) == 1 and isinstance(rows, range) and rows.step > 0:
        return tables[0].columns[name][rows.start : rows.stop : rows.step]
    return take(tables, name, rows)


def select(rows: Rows, indices: slice | range | NDArray[np.int64]) -> Rows:
    """Return the rows at `indices`, where negative ones count from the end.

    Raises IndexError, which Python's own loops rely on, if one is out of range.
    """
    if isinstance(indices, slice):
        return rows[indices]
    if isinstance(indices, range) and indices.step > 0 and 0 <= indices.start <= indices.stop <= len(rows):
        return rows[indices.start : indices.stop : indices.step]
    places = _within(np.asarray(indices, dtype=np.int64), len(rows))
    if not isinstance(rows, range):
        return rows[places]
    return places if rows.start == 0 and rows.step == 1 else rows.start + rows.step * places


def _within(places: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    if places.size == 0:
        return places
    lowest = places.min()
    if lowest < -count or places.max() >= count:
        wrong = lowest if lowest < -count else places.max()
        raise IndexError(f"sample {wrong} of a dataset with {count}")
    return places if lowest >= 0 else np.where(places < 0, places + count, places)
