"""Values that are read in pieces, as a `ray.data.Dataset`: each piece is a task of its own, wherever Ray runs it.

Ray asks for about so many pieces as it has room for; nothing is read before it asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from hub.clusters.session import imported

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    Columns = Mapping[str, NDArray[Any]]


class Share(Protocol):
    """Some rows; it is pickled and sent to the worker that reads them."""

    @property
    def rows(self) -> int | None:
        """How many there are, if that is known."""

    def read(self) -> Iterator[Columns]:
        """Yield them as columns, some at a time: arrays of numbers, or of objects."""


class Source(Protocol):
    """What can be read in shares."""

    @property
    def row_bytes(self) -> int | None:
        """About how many bytes a row takes in memory, if that is known."""

    def shares(self, count: int) -> Sequence[Share]:
        """Return about so many shares, which together are all rows."""


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

        def estimate_inmemory_data_size(self) -> int | None:
            return _bytes(source.shares(1)[0])

        def get_read_tasks(
            self, parallelism: int, per_task_row_limit: int | None = None, data_context: object = None
        ) -> list[ReadTask]:
            del data_context
            return [
                ReadTask(Piece(share), _metadata(share), per_task_row_limit=per_task_row_limit)
                for share in source.shares(parallelism)
            ]

    def _metadata(share: Share) -> BlockMetadata:
        return BlockMetadata(num_rows=share.rows, size_bytes=_bytes(share), exec_stats=None, input_files=None)

    def _bytes(share: Share) -> int | None:
        return None if share.rows is None or size is None else share.rows * size

    size = source.row_bytes
    return ray.data.read_datasource(Pieces())


@dataclass(frozen=True, slots=True)
class Piece:
    """A share that Ray reads when it calls this."""

    share: Share

    def __call__(self) -> Iterator[object]:
        """Yield the rows as blocks of Ray."""
        from ray.data.block import BlockAccessor

        for columns in self.share.read():
            yield BlockAccessor.batch_to_block(dict(columns))
