"""Hollow mappings: memory of the size of an object, in which only those pages hold something that were asked for.

Arrow makes arrays of such a mapping that know all offsets and touch no values. `fill` fetches those that the values at
some rows consist of, whatever they are made of, before they are looked at.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa

from hub.errors import StoreError
from hub.store.files import make_tmp
from hub.store.layout import Layout

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from hub.objects.reading import ObjectFile

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


def fill(column: pa.ChunkedArray, rows: NDArray[np.int64], hollow: Hollow) -> None:
    """Fill in what the values of a column at these rows consist of."""
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
        hollow.fill(place_of(hollow, array, 0) + places // 8, 1)
    if pa.types.is_struct(kind):
        for number in range(kind.num_fields):
            _fill_array(array.field(number), rows, hollow)  # which is as much further on as the struct is
    elif pa.types.is_dictionary(kind):
        _fill_array(array.indices, rows, hollow)
    elif pa.types.is_boolean(kind):
        hollow.fill(place_of(hollow, array, 1) + places // 8, 1)
    elif pa.types.is_string(kind) or pa.types.is_list(kind):
        begins, ends = _ends(array, places, hollow)
        if pa.types.is_string(kind):
            some = ends > begins
            hollow.fill(place_of(hollow, array, 2) + begins[some], (ends - begins)[some])
        else:
            within = [np.arange(begin, end) for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]
            _fill_array(array.values, np.concatenate(within), hollow)
    else:
        width = kind.bit_width // 8
        hollow.fill(place_of(hollow, array, 1) + places * width, width)


def _ends(array: pa.Array, places: Offsets, hollow: Hollow) -> tuple[Offsets, Offsets]:
    """Return where values of different lengths begin and end, in units of what they are made of."""
    start = place_of(hollow, array, 1)
    hollow.fill(start + 4 * places, 8)
    offsets = np.frombuffer(hollow.mapping, np.int32, count=int(places.max()) + 2, offset=start)
    return offsets[places].astype(np.int64), offsets[places + 1].astype(np.int64)


def fill_validity(column: pa.ChunkedArray, hollow: Hollow) -> None:
    """Fill in which rows are there at all, a bit for each; how many are not stands in what is known already."""
    for chunk in column.chunks:
        if chunk.null_count:
            hollow.fill_span(place_of(hollow, chunk, 0) + chunk.offset // 8, len(chunk) // 8 + 1)


def place_of(hollow: Hollow, array: pa.Array, number: int) -> int:
    """Return where a buffer of an array lies in the object."""
    buffer = array.buffers()[number]
    return 0 if buffer is None else int(buffer.address - pa.py_buffer(hollow.mapping).address)
