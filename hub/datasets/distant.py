"""Tables on object storage: prepared files that are read where they lie, the rows that are asked for alone.

A table is opened as a mapping of its size that is empty but for what says where the columns are: Arrow makes arrays of
it that know all offsets, and touches no values. Of the columns

    numbers, images         are read by their stride: no more than the blocks that hold the rows
    text                    likewise, once the offsets of the rows are known
    places of media, lists  are filled into the mapping, for those rows alone, before they are looked at there

`arrow`, and what is made of it, fills the whole mapping first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa

from hub.datasets.columns import PLACE, Lists, Nulls, Places, Strings
from hub.datasets.hollow import Hollow, fill, fill_validity, place_of
from hub.datasets.table import Table, read_arrow
from hub.errors import BadStatus, FormatError
from hub.objects import outlines
from hub.objects.places import ObjectPath
from hub.objects.reading import ObjectFile
from hub.trees import Place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from hub.datasets.columns import Stored

    Offsets = NDArray[np.int64]


class DistantTable(Table):
    """A prepared file at an address. It pickles as that: a worker reads the same object, out of the same blocks."""

    def __init__(self, path: ObjectPath, file: ObjectFile | None = None) -> None:
        self.path = cast("Path", path)  # what stands for one: it has a name and a parent, and takes "/"
        self._hollow = Hollow(file or ObjectFile(path.url, home=path.home), path.home)
        try:
            self._sketch(path)
            self._arrow, self._notes = read_arrow(pa.py_buffer(self._hollow.mapping))
        except (ValueError, pa.ArrowException) as error:
            raise FormatError(f"cannot open {path}: {error}", path=str(path), hint=REMAKE) from error
        self.columns = {
            name: _column(column, self._hollow, path.parent)
            for name, column in zip(self._arrow.column_names, self._arrow.columns, strict=True)
        }

    def _sketch(self, path: ObjectPath) -> None:
        """Put what Arrow has to know into the mapping."""
        file = self._hollow.file
        try:
            beside = ObjectFile(path.url + outlines.SUFFIX, home=path.home)
            known = outlines.parsed(beside.readall(), file.size)
        except (BadStatus, ValueError):  # a table that was copied there without one
            found = outlines.spans(file.pread, file.size, str(path))
            known = [(offset, bytes(data)) for (offset, _), data in zip(found, file.spans(found), strict=True)]
        for offset, data in known:
            self._hollow.put(offset, data)

    @property
    def file(self) -> ObjectFile:
        """The object that the rows are in."""
        return self._hollow.file

    @property
    def arrow(self) -> pa.Table:
        """The rows as an Arrow table; all of them are fetched for it."""
        self._hollow.fill_span(0, self._hollow.file.size)
        return self._arrow

    def size_of(self, name: str) -> int:
        """Return how many bytes the values of a column take, from what is known without looking at them."""
        return int(self._arrow.column(name).get_total_buffer_size())

    @property
    def containers(self) -> Sequence[Path]:
        """None: what rows point to lies where the table does."""
        return ()

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.path, self.file)


REMAKE = "push it there once more, or take that place out of HUB_SHARED"


def _column(column: pa.ChunkedArray, hollow: Hollow, folder: ObjectPath) -> Stored:
    kind = column.type
    if pa.types.is_null(kind):
        return Nulls(column)
    if pa.types.is_string(kind):
        return DistantStrings(column, hollow)
    if pa.types.is_list(kind):
        return DistantLists(column, hollow)
    return DistantPlaces(column, hollow, folder) if kind == PLACE else DistantNumbers(column, hollow)


class DistantNumbers:
    """Numbers, or arrays of them, each row as long as the others."""

    numeric = True

    def __init__(self, column: pa.ChunkedArray, hollow: Hollow) -> None:
        tensors = isinstance(column.type, pa.FixedShapeTensorType)
        self.shape: tuple[int, ...] = (len(column), *(column.type.shape if tensors else ()))
        self.dtype = np.dtype((column.type.value_type if tensors else column.type).to_pandas_dtype())
        self._file = hollow.file
        chunks = [chunk for chunk in column.chunks if len(chunk)]
        flat = [chunk.storage.flatten() if tensors else chunk for chunk in chunks]
        self._stride = self.dtype.itemsize * int(np.prod(self.shape[1:], dtype=np.int64))
        self._starts = np.cumsum([0, *map(len, chunks)])
        self._places = np.array(
            [place_of(hollow, each, 1) + each.offset * self.dtype.itemsize for each in flat], np.int64
        )

    def __len__(self) -> int:
        return self.shape[0]

    def take(self, rows: NDArray[np.int64]) -> NDArray[np.generic]:
        """Return the values at these rows as an array of its own."""
        values = np.empty((len(rows), *self.shape[1:]), self.dtype)
        if not values.size:
            return values
        chunks = np.searchsorted(self._starts, rows, side="right") - 1
        offsets = self._places[chunks] + (rows - self._starts[chunks]) * self._stride
        breaks = np.flatnonzero(np.diff(offsets) != self._stride) + 1
        firsts = [0, *breaks.tolist()]
        counts = np.diff([*firsts, len(rows)]).tolist()
        wanted = [(int(offsets[first]), count * self._stride) for first, count in zip(firsts, counts, strict=True)]
        flat = memoryview(values.reshape(-1).view(np.uint8))  # type: ignore[arg-type]  # arrays are buffers
        at = 0
        for data in self._file.spans(wanted):
            flat[at : at + len(data)] = data
            at += len(data)
        return values

    def seen(self, rows: range) -> NDArray[np.generic]:
        """Return the values at these rows."""
        return self.take(np.arange(rows.start, rows.stop, rows.step))


class DistantStrings(Strings):
    """Strings whose offsets are filled in, and whose bytes are read and not kept."""

    def __init__(self, column: pa.ChunkedArray, hollow: Hollow) -> None:
        self._hollow = hollow
        fill_validity(column, hollow)
        super().__init__(column, hollow.mapping)

    def take(self, rows: NDArray[np.int64]) -> list[object]:
        """Return the strings at these rows."""
        begins, ends = self._spans(rows)
        wanted = [(begin, end - begin) for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]
        found: list[object] = [str(data, "utf-8") for data in self._hollow.file.spans(wanted)]
        if self._there is None:
            return found
        there = self._there.take(pa.array(rows)).to_pylist()
        return [value if valid else None for value, valid in zip(found, there, strict=True)]

    def _spans(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        numbers = np.searchsorted(self._starts, rows, side="right") - 1
        self._hollow.fill(4 * (rows + (self._firsts - self._starts[:-1])[numbers]), 8)
        return super()._spans(rows)


class DistantLists(Lists):
    """Lists that are filled in before they are looked at."""

    def __init__(self, column: pa.ChunkedArray, hollow: Hollow) -> None:
        super().__init__(column)
        self._hollow = hollow

    def take(self, rows: NDArray[np.int64]) -> list[object]:
        """Return the lists at these rows."""
        fill(self._column, rows, self._hollow)
        return super().take(rows)


class DistantPlaces(Places):
    """Where media lie; those of the rows that are taken are sent for at once."""

    def __init__(self, column: pa.ChunkedArray, hollow: Hollow, folder: ObjectPath) -> None:
        if column.num_chunks != 1:  # they are joined, and that looks at all
            fill(column, np.arange(len(column)), hollow)
        fill_validity(column, hollow)
        super().__init__(column, cast("Path", folder))  # it takes "/"
        self._column = column
        self._hollow = hollow

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many bytes each file has as it is stored, -1 where it lies in a folder."""
        fill(self._column, np.arange(len(self)), self._hollow)
        return super().sizes

    def take(self, rows: NDArray[np.int64]) -> list[object]:
        """Return the places at these rows."""
        fill(self._column, rows, self._hollow)
        found = super().take(rows)
        wanted: dict[ObjectPath, list[tuple[int, int]]] = {}
        for place in found:
            if isinstance(place, Place) and isinstance(place.container, ObjectPath) and place.offset >= 0:
                wanted.setdefault(place.container, []).append((place.offset, place.size))
        for container, spans in wanted.items():
            container.file.ahead(spans)
        return found
