"""Tables: prepared Arrow files, memory-mapped, and the rows of one or several of them.

A column of numbers is a numpy array straight on the mapping, so opening reads nothing but the footer. The mapping is
private: whoever writes into an array changes what this process sees, as with torchvision's `.data`, and never the
file.
"""

from __future__ import annotations

import hashlib
import json
import mmap
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar, cast, runtime_checkable

import numpy as np
import pyarrow as pa

from hub.datasets.columns import PLACE, Lists, Nulls, Places, Strings
from hub.errors import FormatError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from hub.datasets.columns import Stored, Taken

    Rows = range | NDArray[np.int64]

T = TypeVar("T")

REMAKE = "remove the file; it is made again from the published ones"


class Table:
    """One prepared file. It pickles as its path, so a spawned worker maps the file itself."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
            self._arrow, self._notes = read_arrow(pa.py_buffer(mapping))
        except (OSError, ValueError, pa.ArrowException) as error:
            raise FormatError(f"cannot open {path}: {error}", path=path, hint=REMAKE) from error
        self.columns: dict[str, Stored] = {
            name: _column(column, mapping, path.parent)
            for name, column in zip(self._arrow.column_names, self._arrow.columns, strict=True)
        }

    @property
    def arrow(self) -> pa.Table:
        """The rows as an Arrow table."""
        return self._arrow

    def size_of(self, name: str) -> int:
        """Return how many bytes the values of a column take."""
        return int(self.arrow.column(name).nbytes)

    @property
    def fingerprint(self) -> str:
        """64 hex digits that identify the rows."""
        return self.path.parent.name

    def fingerprint_of(self, rows: Rows) -> str:
        """Return 64 hex digits for these rows in this order; those of the table if it is all of it."""
        whole = isinstance(rows, range) and rows == range(len(self))
        return self.fingerprint if whole else digested([self.fingerprint], rows)

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of classes that were found in the files; empty if the card has them."""
        return tuple(self._noted("classes", default=[]))

    @cached_property
    def about(self) -> Mapping[str, object]:
        """What the files told besides rows, by the names of torchvision's attributes."""
        # Kept: loops write `ds.ids[i]`, and COCO has 118,287 of them.
        return self._noted("about", default={})

    @property
    def containers(self) -> Sequence[Path]:
        """The files in the store that rows point to."""
        return [path for column in self.columns.values() if isinstance(column, Places) for path in column.in_store]

    @property
    def witnesses(self) -> Mapping[str, tuple[int, int]]:
        """The state of the folders and files that this was made from, where they are a user's own."""
        return self._noted("witnesses", default={})

    @property
    def doubtful(self) -> bool:
        """Whether the witnesses had changed too shortly before to be sure of them."""
        return self._noted("doubtful", default=False)

    def _noted(self, key: str, *, default: T) -> T:
        text = self._notes.get(f"hub.{key}".encode())
        return default if text is None else cast("T", json.loads(text))

    def __len__(self) -> int:
        return int(self._arrow.num_rows)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.path,)


def read_arrow(buffer: pa.Buffer) -> tuple[pa.Table, Mapping[bytes, bytes]]:
    """Return the rows, and what is noted of all of them or, where they came in parts, beside the last one."""
    file = pa.ipc.open_file(pa.BufferReader(buffer))
    last = file.get_batch_with_custom_metadata(file.num_record_batches - 1).custom_metadata
    return file.read_all(), {**(file.schema.metadata or {}), **dict(last or {})}


def _column(column: pa.ChunkedArray, mapping: mmap.mmap, folder: Path) -> Stored:
    kind = column.type
    if pa.types.is_null(kind):
        return Nulls(column)
    if pa.types.is_string(kind):
        return Strings(column, mapping)
    if pa.types.is_list(kind):
        return Lists(column)
    return Places(column, folder) if kind == PLACE else _on_mapping(column, mapping)


def _on_mapping(column: pa.ChunkedArray, mapping: mmap.mmap) -> NDArray[np.generic]:
    """Return the column as an array of shape (rows, ...) that shares the mapping's memory."""
    tensors = isinstance(column.type, pa.FixedShapeTensorType)
    element = column.type.value_type if tensors else column.type
    shape = (len(column), *(column.type.shape if tensors else ()))
    dtype = np.dtype(element.to_pandas_dtype())
    chunks = [chunk for chunk in column.chunks if len(chunk)]
    flat = [_flat(chunk.storage.flatten() if tensors else chunk, dtype, mapping) for chunk in chunks]
    # Numbers beside text come in parts, and are few beside it.
    whole = flat[0] if len(flat) == 1 else np.concatenate([np.empty(0, dtype), *flat])
    return whole.reshape(shape)


def _flat(values: pa.Array, dtype: np.dtype[np.generic], mapping: mmap.mmap) -> NDArray[np.generic]:
    # perf: to_numpy() would import pandas, a third of a second; the buffer's place in the mapping says the same.
    start = values.buffers()[1].address - pa.py_buffer(mapping).address + values.offset * dtype.itemsize
    return np.frombuffer(mapping, dtype, count=len(values), offset=start)


@runtime_checkable
class Seen(Protocol):
    """A column that lies in other tables."""

    def seen(self, rows: range) -> Taken:
        """Return the values at these rows, without a copy where that is possible."""


@runtime_checkable
class Strided(Protocol):
    """A column of numbers that is not in memory: an array of this shape and type, as far as it is taken."""

    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]

    def take(self, rows: NDArray[np.int64]) -> NDArray[np.generic]:
        """Return the values at these rows as an array of its own."""


def is_numeric(column: Stored | None) -> bool:
    """Tell whether what is taken of a column is an array of numbers; a column that users have replaced says so."""
    return isinstance(column, np.ndarray) or bool(getattr(column, "numeric", False))


def fingerprint(tables: Sequence[Table], rows: Rows) -> str:
    """Return 64 hex digits for these rows in this order."""
    return tables[0].fingerprint_of(rows) if len(tables) == 1 else digested([each.fingerprint for each in tables], rows)


def digested(names: Sequence[str], rows: Rows) -> str:
    """Return 64 hex digits for rows of what has these names."""
    order = repr(rows) if isinstance(rows, range) else hashlib.sha256(rows.tobytes()).hexdigest()
    return hashlib.sha256(" ".join([*names, order]).encode()).hexdigest()


def take(tables: Sequence[Table], name: str, rows: Rows) -> Taken:
    """Return the values of a column at `rows`, counted through all tables: an array of its own, or a list."""
    places = np.arange(rows.start, rows.stop, rows.step) if isinstance(rows, range) else rows
    columns = [table.columns[name] for table in tables]
    if len(columns) == 1 and not isinstance(columns[0], np.ndarray):
        return columns[0].take(places)
    if all(isinstance(column, np.ndarray | Strided) for column in columns):
        return _take_numbers(cast("list[NDArray[np.generic] | Strided]", columns), places)
    return _take_objects(columns, places)


def _take_numbers(columns: Sequence[NDArray[np.generic] | Strided], places: NDArray[np.int64]) -> NDArray[np.generic]:
    if len(columns) == 1:
        return _picked(columns[0], places)
    values = np.empty((len(places), *columns[0].shape[1:]), columns[0].dtype)
    for column, here, inner in _parts(cast("Sequence[Stored]", columns), places):
        values[here] = _picked(cast("NDArray[np.generic] | Strided", column), inner)
    return values


def _picked(column: NDArray[np.generic] | Strided, places: NDArray[np.int64]) -> NDArray[np.generic]:
    return np.take(column, places, axis=0) if isinstance(column, np.ndarray) else column.take(places)


def _take_objects(columns: Sequence[Stored], places: NDArray[np.int64]) -> list[object]:
    values: list[object] = [None] * len(places)
    for column, here, inner in _parts(columns, places):
        taken = column[inner].tolist() if isinstance(column, np.ndarray) else column.take(inner)
        for place, value in zip(np.flatnonzero(here), taken, strict=True):
            values[place] = value
    return values


def _parts(
    columns: Sequence[Stored], places: NDArray[np.int64]
) -> Iterator[tuple[Stored, NDArray[np.bool_], NDArray[np.int64]]]:
    """Yield each column, which of the places lie in it, and where."""
    starts = np.cumsum([0, *(len(column) for column in columns)])
    for column, start, stop in zip(columns, starts, starts[1:], strict=False):
        here = (places >= start) & (places < stop)
        if here.any():
            yield column, here, places[here] - start


def view(tables: Sequence[Table], name: str, rows: Rows) -> Taken:
    """Return what `take` returns, without a copy where the rows are a plain slice of one table of numbers."""
    column = tables[0].columns[name]
    if len(tables) == 1 and isinstance(rows, range) and isinstance(column, Seen):
        return column.seen(rows)
    if len(tables) == 1 and isinstance(rows, range) and rows.step > 0 and isinstance(column, np.ndarray):
        return column[rows.start : rows.stop : rows.step]
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


def numbers(indices: Iterable[int]) -> NDArray[np.int64]:
    """Return whole numbers as an array. Raises InvalidInput if there are others."""
    given = indices if isinstance(indices, np.ndarray | list | range) else list(indices)
    found = np.asarray(given)
    if found.size and (found.dtype.kind not in "iu" or found.ndim != 1):
        raise InvalidInput(
            "these indices pick no samples",
            expected="whole numbers, one after the other",
            found=f"{found.dtype} of shape {found.shape}",
        )
    return found.astype(np.int64, copy=False)


def _within(places: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    if places.size == 0:
        return places
    lowest = places.min()
    if lowest < -count or places.max() >= count:
        wrong = lowest if lowest < -count else places.max()
        raise IndexError(f"sample {wrong} of a dataset with {count}")
    return places if lowest >= 0 else np.where(places < 0, places + count, places)
