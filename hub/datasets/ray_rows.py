"""A dataset's rows as columns of arrays, some at a time: what a task of Ray reads.

Rows that are numbers as they are stored, without any transform, are cut off the mapping. Others are made as samples,
as `ds[i]` makes them, and their values become

    Pillow image                 uint8 of shape (H, W) or (H, W, C)
    tensor                       an array of its shape and dtype
    int, float, str, list, ...   as Arrow has them
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

from hub.datasets import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from hub.datasets.dataset import Dataset

    Columns = Mapping[str, NDArray[Any]]

# Rows of a block: of photos some ten megabytes, which is what Ray likes to move.
AT_ONCE = 64
# Of numbers and words, in bytes.
AT_ONCE_BYTES = 16 << 20
TEXTS = 1 << 12

LOOKED_AT = 4
"""Samples that are made to tell how large one is."""


@dataclass(frozen=True)
class Rows:
    """The rows of a dataset from `start` to `stop`."""

    dataset: Dataset
    start: int
    stop: int

    @property
    def rows(self) -> int:
        """How many there are."""
        return self.stop - self.start

    def shares(self, count: int) -> list[Rows]:
        """Return so many parts of about the same size, or as many as there are rows."""
        count = max(1, min(count, self.rows))
        ends = [self.start + self.rows * number // count for number in range(count + 1)]
        return [Rows(self.dataset, start, stop) for start, stop in pairwise(ends)]

    @cached_property
    def row_bytes(self) -> int:
        """About how many bytes a row takes: the mean of a few that are looked at."""
        few = Rows(self.dataset, self.start, min(self.start + LOOKED_AT, self.stop))
        sizes = [_size(values) for columns in few.read() for values in columns.values()]
        return max(1, sum(sizes) // max(1, few.rows))

    def read(self) -> Iterator[Columns]:
        """Yield the rows as columns."""
        step = self._step
        for first in range(self.start, self.stop, step):
            yield self._columns(range(first, min(first + step, self.stop)))

    @property
    def _step(self) -> int:
        origin = self.dataset._origin  # noqa: SLF001  the other half of one class
        if self._as_stored:
            first = (np.asarray(table.view(origin.tables, name, range(1))) for name in origin.names)
            return max(1, AT_ONCE_BYTES // max(1, sum(each.nbytes for each in first)))
        return TEXTS if origin.plain else AT_ONCE

    @property
    def _as_stored(self) -> bool:
        dataset = self.dataset
        made = dataset._functions or dataset._format.name is not None or dataset.transforms is not None  # noqa: SLF001
        return not made and dataset._origin.numbers  # noqa: SLF001

    def _columns(self, numbers: range) -> Columns:
        dataset = self.dataset
        if self._as_stored:
            rows = table.select(dataset._rows, numbers)  # noqa: SLF001
            tables = dataset._origin.tables  # noqa: SLF001
            return {name: np.asarray(table.view(tables, name, rows)) for name in dataset._origin.names}  # noqa: SLF001
        return columns_of(dataset.__getitems__(numbers))


def columns_of(samples: Iterable[object]) -> Columns:
    """Return samples as columns of arrays: named tuples and dicts by their names, anything else as "item"."""
    rows = [_named(sample) for sample in samples]
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: _column([row.get(name) for row in rows]) for name in names}


def _named(sample: object) -> Mapping[str, object]:
    if isinstance(sample, tuple) and hasattr(sample, "_fields"):
        return dict(zip(sample._fields, sample, strict=True))
    return sample if isinstance(sample, dict) else {"item": sample}


def _column(values: Sequence[object]) -> NDArray[Any]:
    arrays = [_array(value) for value in values]
    first = arrays[0]
    if isinstance(first, np.ndarray):
        if all(
            isinstance(each, np.ndarray) and each.shape == first.shape and each.dtype == first.dtype for each in arrays
        ):
            return np.stack(arrays)
    elif all(type(each) is type(first) and isinstance(each, bool | int | float) for each in arrays):
        return np.asarray(arrays)
    column = np.empty(len(arrays), dtype=object)
    for number, each in enumerate(arrays):
        column[number] = each
    return column


def _array(value: object) -> Any:  # noqa: ANN401  whatever a transform makes
    if isinstance(value, Image.Image):
        return np.asarray(value)
    return value.detach().cpu().numpy() if isinstance(value, torch.Tensor) else value


def _size(column: NDArray[Any]) -> int:
    if column.dtype != object:
        return column.nbytes
    return sum(each.nbytes if isinstance(each, np.ndarray) else len(str(each)) for each in column)
