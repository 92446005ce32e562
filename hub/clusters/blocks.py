"""Values that are read in pieces, as a `ray.data.Dataset`: each piece is a task of its own, wherever Ray runs it.

Ray asks for about so many pieces as it has room for; nothing is read before it asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

from hub.clusters.session import imported

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    Columns = Mapping[str, NDArray[Any]]


class Source(Protocol):
    """What can be read in pieces; it is pickled and sent to the workers."""

    def __len__(self) -> int:
        """Return how many rows there are."""

    @property
    def row_bytes(self) -> int:
        """About how many bytes a row takes in memory."""

    def read(self, start: int, stop: int) -> Iterator[Columns]:
        """Yield rows as columns, some at a time: arrays of numbers, or of objects."""


def dataset(source: Source, name: str) -> Any:  # noqa: ANN401  Ray's class, which is imported here alone
    """Return the rows of a source as a `ray.data.Dataset`. Raises MissingExtra if Ray is not installed."""
    imported()
    import ray.data
    from ray.data.block import BlockMetadata
    from ray.data.datasource import Datasource, ReadTask

    class Pieces(Datasource):  # type: ignore[misc]  # Ray's class has no types
        """A source, as Ray asks for it."""

        def get_name(self) -> str:
            return name

        def estimate_inmemory_data_size(self) -> int:
            return len(source) * size

        def get_read_tasks(
            self, parallelism: int, per_task_row_limit: int | None = None, data_context: object = None
        ) -> list[ReadTask]:
            del data_context
            return [
                ReadTask(piece, _metadata(piece), per_task_row_limit=per_task_row_limit)
                for piece in pieces(source, parallelism)
            ]

    def _metadata(piece: Piece) -> BlockMetadata:
        rows = piece.stop - piece.start
        return BlockMetadata(num_rows=rows, size_bytes=rows * size, exec_stats=None, input_files=None)

    size = source.row_bytes

    return ray.data.read_datasource(Pieces())


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of a source; called, it reads them."""

    source: Source
    start: int
    stop: int

    def __call__(self) -> Iterator[object]:
        """Yield the rows as blocks of Ray."""
        from ray.data.block import BlockAccessor

        for columns in self.source.read(self.start, self.stop):
            yield BlockAccessor.batch_to_block(dict(columns))


def pieces(source: Source, count: int) -> list[Piece]:
    """Return `count` pieces of about the same size, or as many as there are rows."""
    rows = len(source)
    count = max(1, min(count, rows))
    ends = [rows * number // count for number in range(count + 1)]
    return [Piece(source, start, stop) for start, stop in pairwise(ends)]
