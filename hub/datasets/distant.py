"""Tables on object storage: prepared files that are read where they lie, the rows that are asked for alone.

A table is opened as a mapping of its size that is empty but for what says where the columns are: Arrow makes arrays of
it that know all offsets, and touches no values. Of the columns

    numbers, images         are read by their stride: no more than the blocks that hold the rows
    text                    likewise, once the offsets of the rows are known
    places of media, lists  are filled into the mapping, for those rows alone, before they are looked at there

`arrow`, and what is made of it, fills the whole mapping first.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa

from hub.datasets.columns import PLACE, Lists, Nulls, Places, Strings
from hub.datasets.table import Table, read_arrow
from hub.errors import BadStatus, FormatError, StoreError
from hub.objects import outlines
from hub.objects.places import ObjectPath
from hub.objects.reading import ObjectFile
from hub.store.files import make_tmp
from hub.store.layout import Layout
from hub.trees import Place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from hub.datasets.columns import Stored

    Offsets = NDArray[np.int64]

PAGE = 4096
"""Bytes of a mapping that are filled together: less is no page of memory."""

AT_ONCE = 32 << 20
"""Bytes that are fetched at a time where all of a mapping is filled."""


class Hollow:
    """Memory of the size of an object, in which only those pages hold something that were filled."""

    def __init__(self, file: ObjectFile, home: Path) -> None:
        self.file = file
        self.mapping = _empty(file.size, home)
        self._filled = np.zeros(-(-file.size // PAGE), np.bool_)

    def put(self, offset: int, data: bytes) -> None:
        """Put bytes where they belong; the pages around them do not count as filled."""
        self.mapping[offset : offset + len(data)] = data

    def fill(self, offsets: Offsets, sizes: Offsets | int) -> None:
        """Fetch the bytes at these offsets that are not there yet."""
        ends = (offsets + sizes - 1) // PAGE
        firsts = offsets // PAGE
        longest = int((ends - firsts).max(initial=0)) + 1
        pages = np.unique(np.concatenate([np.minimum(firsts + step, ends) for step in range(longest)]))
        missing = pages[~self._filled[pages]]
        if missing.size:
            self._fetch(missing)

    def fill_span(self, offset: int, size: int) -> None:
        """Fetch all bytes from an offset on that are not there yet."""
        for start in range(offset, offset + size, AT_ONCE):
            stop = min(offset + size, start + AT_ONCE)
            pages = np.arange(start // PAGE, -(-stop // PAGE))
            missing = pages[~self._filled[pages]]
            if missing.size:
                self._fetch(missing)

    def _fetch(self, pages: Offsets) -> None:
        parts = np.split(pages, np.flatnonzero(np.diff(pages) > 1) + 1)
        wanted = [(int(part[0]) * PAGE, len(part) * PAGE) for part in parts]
        for (offset, _), data in zip(wanted, self.file.spans(wanted), strict=True):
            self.put(offset, cast("bytes", data))
        self._filled[pages] = True


def _empty(size: int, home: Path) -> mmap.mmap:
    """A file without a name and without blocks: its pages can leave memory, and the disk forgets it with the process.

    Where there is no room for one, memory alone.
    """
    layout = Layout(home)
    try:
        make_tmp(layout)
        with tempfile.TemporaryFile(dir=layout.tmp) as file:
            os.truncate(file.fileno(), size)
            return mmap.mmap(file.fileno(), size)
    except (StoreError, OSError):
        return mmap.mmap(-1, size)


class DistantTable(Table):
    """A prepared file at an address. It pickles as that: a worker reads the same object, out of the same blocks."""

    def __init__(self, path: ObjectPath, file: ObjectFile | None = None) -> None:
        self.path = path  # type: ignore[assignment]  # what stands for one: it has a name and a parent, and takes "/"
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
        return type(self), (self.path, self._hollow.file)


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
        self.shape = (len(column), *(column.type.shape if tensors else ()))
        self.dtype = np.dtype((column.type.value_type if tensors else column.type).to_pandas_dtype())
        self._file = hollow.file
        chunks = [chunk for chunk in column.chunks if len(chunk)]
        flat = [chunk.storage.flatten() if tensors else chunk for chunk in chunks]
        self._stride = self.dtype.itemsize * int(np.prod(self.shape[1:], dtype=np.int64))
        self._starts = np.cumsum([0, *map(len, chunks)])
        self._places = np.array([_place(hollow, each, 1) + each.offset * self.dtype.itemsize for each in flat], np.int64)

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
        _fill_validity(column, hollow)
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
        _fill(self._column, rows, self._hollow)
        return super().take(rows)


class DistantPlaces(Places):
    """Where media lie; those of the rows that are taken are sent for at once."""

    def __init__(self, column: pa.ChunkedArray, hollow: Hollow, folder: ObjectPath) -> None:
        if column.num_chunks != 1:  # they are joined, and that looks at all
            _fill(column, np.arange(len(column)), hollow)
        _fill_validity(column, hollow)
        super().__init__(column, folder)
        self._column = column
        self._hollow = hollow

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many bytes each file has as it is stored, -1 where it lies in a folder."""
        _fill(self._column, np.arange(len(self)), self._hollow)
        return super().sizes

    def take(self, rows: NDArray[np.int64]) -> list[object]:
        """Return the places at these rows."""
        _fill(self._column, rows, self._hollow)
        found = super().take(rows)
        wanted: dict[ObjectPath, list[tuple[int, int]]] = {}
        for place in found:
            if isinstance(place, Place) and isinstance(place.container, ObjectPath) and place.offset >= 0:
                wanted.setdefault(place.container, []).append((place.offset, place.size))
        for container, spans in wanted.items():
            container.file.ahead(spans)
        return found


def _fill(column: pa.ChunkedArray, rows: NDArray[np.int64], hollow: Hollow) -> None:
    starts = np.cumsum([0, *map(len, column.chunks)])
    numbers = np.searchsorted(starts, rows, side="right") - 1
    for number in np.unique(numbers):
        _fill_array(column.chunk(int(number)), rows[numbers == number] - starts[number], hollow)


def _fill_array(array: pa.Array, rows: NDArray[np.int64], hollow: Hollow) -> None:
    """Fill in what the values at these rows consist of, whatever they are made of."""
    if not rows.size:
        return
    kind, places = array.type, rows + array.offset
    if array.buffers()[0] is not None:
        hollow.fill(_place(hollow, array, 0) + places // 8, 1)
    if pa.types.is_struct(kind):
        for number in range(kind.num_fields):
            _fill_array(array.field(number), rows, hollow)  # which is as much further on as the struct is
    elif pa.types.is_dictionary(kind):
        _fill_array(array.indices, rows, hollow)
    elif pa.types.is_boolean(kind):
        hollow.fill(_place(hollow, array, 1) + places // 8, 1)
    elif pa.types.is_string(kind) or pa.types.is_list(kind):
        begins, ends = _ends(array, places, hollow)
        if pa.types.is_string(kind):
            some = ends > begins
            hollow.fill(_place(hollow, array, 2) + begins[some], (ends - begins)[some])
        else:
            within = [np.arange(begin, end) for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]
            _fill_array(array.values, np.concatenate(within), hollow)
    else:
        width = kind.bit_width // 8
        hollow.fill(_place(hollow, array, 1) + places * width, width)


def _ends(array: pa.Array, places: Offsets, hollow: Hollow) -> tuple[Offsets, Offsets]:
    """Return where values of different lengths begin and end, in units of what they are made of."""
    start = _place(hollow, array, 1)
    hollow.fill(start + 4 * places, 8)
    offsets = np.frombuffer(hollow.mapping, np.int32, count=int(places.max()) + 2, offset=start)
    return offsets[places].astype(np.int64), offsets[places + 1].astype(np.int64)


def _fill_validity(column: pa.ChunkedArray, hollow: Hollow) -> None:
    """Fill in which rows are there at all, a bit for each; how many are not stands in what is known already."""
    for chunk in column.chunks:
        if chunk.null_count:
            hollow.fill_span(_place(hollow, chunk, 0) + chunk.offset // 8, len(chunk) // 8 + 1)


def _place(hollow: Hollow, array: pa.Array, number: int) -> int:
    """Return where a buffer of an array lies in the object."""
    buffer = array.buffers()[number]
    return 0 if buffer is None else int(buffer.address - pa.py_buffer(hollow.mapping).address)
