"""Streams as Ray's datasets: each of its tasks reads a share, as a worker of a DataLoader would.

A task waits for what it needs of the files, which one transfer brings to each store; where they are there, it reads
what its share needs of them by offset, or off the table that is prepared.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from hub.datasets.ray_rows import AT_ONCE, columns_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.datasets.ray_rows import Columns
    from hub.streaming.dataset import StreamingDataset


@dataclass(frozen=True)
class Stream:
    """The samples that a streaming dataset gives."""

    dataset: StreamingDataset

    @property
    def rows(self) -> int | None:
        """How many there are, if that is known."""
        try:
            return len(self.dataset)
        except TypeError:
            return None

    @property
    def row_bytes(self) -> None:
        """How many bytes a row takes: nobody knows before one has come."""
        return

    def shares(self, count: int) -> list[Stream]:
        """Return so many streams, which take samples in turn."""
        if count == 1:
            return [self]
        return [Stream(self.dataset.part(number, count)) for number in range(count)]

    def read(self) -> Iterator[Columns]:
        """Yield the samples as columns, some at a time."""
        samples = iter(self.dataset)
        while some := list(islice(samples, AT_ONCE)):
            yield columns_of(some)
