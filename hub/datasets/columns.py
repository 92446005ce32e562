"""Columns of a prepared table: arrays of numbers straight on the mapping, and those that are not numbers.

kind of field                  in Arrow                                        here
image with a shape, label ...  number or fixed_shape_tensor                    numpy array of shape (rows, ...)
text, annotation, tensors      string (annotations as JSON)                    Strings
image, mask, video ...         struct {container, name, offset, size, zipped}  Places
any, where all rows lack it    null                                            Nulls
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np
import pyarrow as pa

from hub.trees import Place

if TYPE_CHECKING:
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
    """Strings, or None."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        self._values = _one(column)

    def __len__(self) -> int:
        return len(self._values)

    def take(self, rows: NDArray[np.int64]) -> list[object]:
        """Return the strings at these rows."""
        if len(rows) == 1:  # perf: a tenth of the time of a take
            return [self._values[int(rows[0])].as_py()]
        found: list[object] = self._values.take(pa.array(rows)).to_pylist()
        return found


class Places:
    """Where the bytes of files are, or None. Containers are paths, relative ones to the folder of the table."""

    def __init__(self, column: pa.ChunkedArray, folder: Path) -> None:
        values = _one(column)
        containers, names, offsets, sizes, zipped = (values.field(number) for number in range(5))
        self._there = None if values.null_count == 0 else _mask(values)
        self._containers = [folder / each for each in containers.dictionary.to_pylist()]
        self._codes = containers.indices
        self._names = names
        self._offsets = offsets
        self._sizes = sizes
        self._zipped = zipped

    def __len__(self) -> int:
        return len(self._names)

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
