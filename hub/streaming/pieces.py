"""Pieces: some rows of a table, which may be one that has just arrived and lies in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hub.streaming.trees import Lying

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from hub.datasets.columns import Stored
    from hub.datasets.table import Table


class Values:
    """A column of words, lists or places that is held in memory."""

    def __init__(self, values: Sequence[object]) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def take(self, rows: NDArray[np.int64]) -> list[object]:
        """Return the values at these rows; of files that arrive, those with their bytes."""
        taken = (self._values[row] for row in rows.tolist())
        return [value.held() if isinstance(value, Lying) else value for value in taken]


class Chunk:
    """Rows that have arrived, in memory: what samples need of a table."""

    classes: tuple[str, ...] = ()
    containers: tuple[()] = ()

    def __init__(self, columns: Mapping[str, Stored], count: int) -> None:
        self.columns = dict(columns)
        self.about: Mapping[str, Any] = {}
        self._count = count

    def __len__(self) -> int:
        return self._count


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of one or several tables, counted through all of them, in the order in which they come."""

    tables: tuple[Table | Chunk, ...]
    rows: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, picked: slice | NDArray[np.generic]) -> Piece:
        return Piece(self.tables, self.rows[picked])


def joined(pieces: Iterable[Piece]) -> Piece:
    """Return the rows of all pieces, one after the other; tables that no row is left of are let go."""
    filled = [piece for piece in pieces if len(piece)]
    if len(filled) == 1:
        return filled[0]
    starts: dict[int, int] = {}
    tables: list[Table | Chunk] = []
    total = 0
    rows: list[NDArray[np.int64]] = []
    for piece in filled:
        begins = np.cumsum([0, *map(len, piece.tables)])
        moved = np.empty_like(piece.rows)
        for table, begin, end in zip(piece.tables, begins, begins[1:], strict=False):
            here = (piece.rows >= begin) & (piece.rows < end)
            if not here.any():
                continue
            if id(table) not in starts:
                starts[id(table)] = total
                tables.append(table)
                total += len(table)
            moved[here] = piece.rows[here] - begin + starts[id(table)]
        rows.append(moved)
    return Piece(tuple(tables), np.concatenate([np.empty(0, np.int64), *rows]))
