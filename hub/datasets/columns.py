"""Columns of a prepared table: arrays of numbers straight on the mapping, and those that are not numbers.

kind of field                  in Arrow                                        here
image with a shape, label ...  number or fixed_shape_tensor                    numpy array of shape (rows, ...)
text, annotation, tensors      string (annotations as JSON)                    Strings
sequence                       list of string or number                        Lists
image, mask, video ...         struct {container, name, offset, size, zipped}  Places
any, where all rows lack it    null                                            Nulls
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np
import pyarrow as pa

from hub.trees import Place

if TYPE_CHECKING:
    import mmap
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Taken = NDArray[np.generic] | Sequence[object]

CONTAINER = pa.dictionary(pa.int32(), pa.string())
PLACE = pa.struct(
    {
        "container": CONTAINER,
        "name": pa.string(),
        "offset": pa.int64(),
        "size": pa.int64(),
        "zipped": pa.bool_(),
    }.items()
)


class ObjectColumn(Protocol):
    """A column whose values are not numbers, or not an array of them."""

    def __len__(self) -> int: ...

    def take(self, rows: NDArray[np.int64]) -> Taken:
        """Return the values at these rows."""


class Strings:
    """Strings, or None, in one chunk or many; they are decoded straight off the mapping that all chunks lie in."""

    def __init__(self, column: pa.ChunkedArray, mapping: mmap.mmap) -> None:
        self._bytes = memoryview(mapping)
        chunks = [chunk for chunk in column.chunks if len(chunk)]
        self._starts = np.cumsum([0, *map(len, chunks)])
        # perf: where all strings end, as one array over the whole file; chunk by chunk it took eight times as long.
        self._ends = np.frombuffer(mapping, np.int32, count=len(mapping) // 4)
        base = pa.py_buffer(mapping).address
        self._firsts = np.array([_address(chunk, 1) - base + 4 * chunk.offset for chunk in chunks], np.int64) // 4
        self._bases = np.array([_address(chunk, 2) - base for chunk in chunks], np.int64)
        self._there = column.is_valid() if column.null_count else None

    def __len__(self) -> int:
        return int(self._starts[-1])

    def take(self, rows: NDArray[np.int64]) -> list[object]:
        """Return the strings at these rows."""
        begins, ends = self._spans(rows)
        data = self._bytes
        # perf: Arrow's own take and to_pylist need twice as long.
        spans = zip(begins.tolist(), ends.tolist(), strict=True)
        found: list[object] = [str(data[begin:end], "utf-8") for begin, end in spans]
        if self._there is not None:
            there = self._there.take(pa.array(rows)).to_pylist()
            return [value if valid else None for value, valid in zip(found, there, strict=True)]
        return found

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many bytes each string has, 0 of one that is not there."""
        begins, ends = self._spans(np.arange(len(self)))
        return (ends - begins).astype(np.int64)

    def _spans(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where the strings begin and end in the mapping."""
        numbers = np.searchsorted(self._starts, rows, side="right") - 1
        places = rows + (self._firsts - self._starts[:-1])[numbers]
        bases = self._bases[numbers]
        return self._ends[places] + bases, self._ends[places + 1] + bases


def _address(chunk: pa.Array, number: int) -> int:
    buffer = chunk.buffers()[number]
    return 0 if buffer is None else int(buffer.address)


class Lists:
    """Lists of words or numbers, or None."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        self._column = column

    def __len__(self) -> int:
        return len(self._column)

    def take(self, rows: NDArray[np.int64]) -> list[object]:
        """Return the lists at these rows."""
        found: list[object] = self._column.take(pa.array(rows)).to_pylist()
        return found


class Places:
    """Where the bytes of files are, or None. Containers are paths, relative ones to the folder of the table."""

    def __init__(self, column: pa.ChunkedArray, folder: Path) -> None:
        values = _one(column)
        containers, names, offsets, sizes, zipped = (values.field(number) for number in range(5))
        self._there = None if values.null_count == 0 else _mask(values)
        self._folder = folder
        self._named: list[str] = containers.dictionary.to_pylist()
        self._containers = [folder / each for each in self._named]
        self._codes = containers.indices
        self._names = names
        self._offsets = offsets
        self._sizes = sizes
        self._zipped = zipped

    def __len__(self) -> int:
        return len(self._names)

    @property
    def in_folders(self) -> bool:
        """Whether some of the files lie in folders, where they may change."""
        return len(self) > 0 and bool((np.asarray(self._offsets.fill_null(0)) < 0).any())

    @property
    def in_store(self) -> list[Path]:
        """The containers that lie in the store, where the table does too."""
        # Normalised as text: resolving would follow links and ask the disk.
        return [Path(os.path.normpath(self._folder / each)) for each in self._named if each.startswith("..")]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many bytes each file has as it is stored, -1 where it lies in a folder."""
        return np.asarray(self._sizes.fill_null(-1))

    def as_lying(self, containers: Sequence[Path]) -> NDArray[np.int64]:
        """Return all rows in the order in which their files lie in these containers, one after the other."""
        numbers = {os.path.normpath(each): number for number, each in enumerate(containers)}
        places = [numbers.get(os.path.normpath(each), len(numbers)) for each in self._containers]
        return np.lexsort((np.asarray(self._offsets), np.array(places)[np.asarray(self._codes)]))

    def take(self, rows: NDArray[np.int64]) -> list[object]:
        """Return the places at these rows."""
        return [self._place(int(row)) for row in rows]

    def _place(self, row: int) -> Place | None:
        if self._there is not None and not self._there[row]:
            return None
        container = self._containers[self._codes[row].as_py()]
        numbers = self._offsets[row].as_py(), self._sizes[row].as_py(), self._zipped[row].as_py()
        return Place(container, self._names[row].as_py(), *numbers)


class Nulls:
    """None in every row."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        self._count = len(column)

    def __len__(self) -> int:
        return self._count

    def take(self, rows: NDArray[np.int64]) -> list[object]:
        """Return None for each of these rows."""
        return [None] * len(rows)


Stored: TypeAlias = "NDArray[np.generic] | ObjectColumn"


def sizes(columns: Sequence[Stored | None], rows: range | NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Return how many bytes the values at rows of several columns have, None unless all are files or texts."""
    measured = [column.sizes for column in columns if isinstance(column, Strings | Places)]
    if len(measured) < len(columns):
        return None
    whole = np.concatenate(measured)
    return whole[rows.start : rows.stop : rows.step] if isinstance(rows, range) else whole[rows]


def places_array(places: Sequence[Place | None], relative_to: Path | None) -> pa.Array:
    """Return places as an Arrow array; containers below the store become relative to the table's folder."""
    containers: dict[str, int] = {}
    written: dict[Path, str] = {}
    codes = np.zeros(len(places), np.int32)
    for row, place in enumerate(places):
        if place is not None:
            if place.container not in written:
                written[place.container] = _written(place.container, relative_to)
            codes[row] = containers.setdefault(written[place.container], len(containers))
    missing = pa.array([place is None for place in places], pa.bool_())
    columns = [
        pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(list(containers) or [""], pa.string())),
        pa.array([place.name if place else "" for place in places], pa.string()),
        pa.array([place.offset if place else -1 for place in places], pa.int64()),
        pa.array([place.size if place else -1 for place in places], pa.int64()),
        pa.array([bool(place and place.zipped) for place in places], pa.bool_()),
    ]
    return pa.StructArray.from_arrays(columns, fields=list(PLACE), mask=missing)


def _written(container: Path, relative_to: Path | None) -> str:
    """A store that is moved as a whole keeps working; what lies outside of it is named by its full path."""
    if relative_to is None or not container.is_relative_to(relative_to.parent.parent):
        return str(container.absolute())
    return str(Path("..") / ".." / container.relative_to(relative_to.parent.parent))


def _mask(values: pa.StructArray) -> NDArray[np.bool_]:
    return np.array(values.is_valid().to_pylist(), dtype=bool)


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
