"""Columns too large for memory: read a block of rows at a time, in one pass."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import DTypeLike, NDArray


@dataclass(frozen=True, slots=True)
class Blocks:
    """A column of numbers that is read a part at a time, because all of it may not fit into memory.

    `parts` begins anew whenever it is called and yields arrays of `dtype` and of shape (some rows, *shape[1:]),
    `shape[0]` rows in all. `name` is the file that they come from.
    """

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]
    parts: Callable[[], Iterator[NDArray[np.generic]]]

    @property
    def nbytes(self) -> int:
        """The size of all rows together."""
        return math.prod(self.shape) * self.dtype.itemsize

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice) -> Blocks:
        kept = range(len(self))[rows]

        def parts() -> Iterator[NDArray[np.generic]]:
            first = 0
            for part in self.parts():
                yield part[max(kept.start - first, 0) : max(kept.stop - first, 0)]
                first += len(part)

        return self if len(kept) == len(self) else replace(self, shape=(len(kept), *self.shape[1:]), parts=parts)

    def astype(self, dtype: DTypeLike, *, copy: bool = False) -> Blocks:
        """Return the same values in another type, as numpy's arrays do."""
        wanted = np.dtype(dtype)
        same = wanted == self.dtype
        return (
            self
            if same
            else replace(self, dtype=wanted, parts=lambda: (each.astype(wanted, copy=copy) for each in self.parts()))
        )

    def whole(self) -> NDArray[np.generic]:
        """Return all rows as one array."""
        return np.concatenate([np.empty((0, *self.shape[1:]), self.dtype), *self.parts()])
