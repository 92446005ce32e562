"""Rows: those of a split in the order of its files, read while these arrive, or out of the table that was made of them.

Both ways give the same rows under the same numbers. A table of photos is sorted by name where it was made of a tree of
files; its rows are numbered as the files lie in their archives, which is how they arrive.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import numpy as np

from hub import readers
from hub.archives import open_stream
from hub.archives.tar_stream import BLOCK
from hub.datasets import file_trees, obtaining
from hub.datasets.columns import Places
from hub.datasets.parts import batches
from hub.datasets.prepare import Input, Job, TreeInput, ready, typed
from hub.progress import Silent
from hub.readers import File
from hub.streaming.incoming import Incoming
from hub.streaming.pieces import Chunk, Piece, Values
from hub.streaming.trees import ArrivingFile, can_stream
from hub.trees import Media
from hub.trees.archive import is_plain
from hub.trees.layered import Union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from hub.cards import Artifact, Field, Split
    from hub.datasets.choice import Choice
    from hub.datasets.columns import Stored
    from hub.datasets.table import Table
    from hub.datasets.writing import Writable
    from hub.settings import Settings
    from hub.streaming.supply import Supply
    from hub.trees import Tree

AT_ONCE = 4096
"""Rows of a piece of a table."""

NUMBERS = {"int32": "int32", "int64": "int64", "float": "float32", "double": "float64"}
"""Arrow's names of the types of numbers that cards have -> those of numpy."""


@dataclass
class Opened:
    """What one pass over a split reads from, and closes at its end."""

    choice: Choice
    supply: Supply
    settings: Settings
    opened: list[tuple[Artifact, Incoming]]

    def incoming(self, artifact: Artifact) -> Incoming:
        """Return the bytes of an artifact from the front."""
        made = Incoming(artifact, self.supply)
        self.opened.append((artifact, made))
        return made

    def check(self) -> None:
        """Wait until all that was read is published. Raises DigestMismatch if it is not what was read."""
        for artifact, incoming in self.opened:
            incoming.check(self.supply.wait(artifact).path)

    def check_published(self) -> None:
        """Do the same for what is published by now."""
        for artifact, incoming in self.opened:
            local = self.supply.local(artifact)
            if local is not None:
                incoming.check(local.path)

    def close(self) -> None:
        """Let all files go."""
        for _, incoming in self.opened:
            incoming.close()
        self.opened = []

    def artifacts(self, split: Split) -> list[tuple[str, Artifact, str]]:
        """Return role, artifact and member of each file of a split."""
        known = {artifact.name: artifact for artifact in self.supply.artifacts}
        parted = ((role, *text.partition("#")) for role, text in split.files.items())
        return [(role, known[name], member) for role, name, _, member in parted]


def streams(choice: Choice, name: str) -> bool:
    """Tell whether the rows of a split can be read from the front while its files arrive."""
    split = choice.split(name)
    told = {**choice.options, **split.options}
    if (
        not split.files
        or "frames_per_clip" in choice.card.options
        or not readers.reads_arriving(choice.card.reader, told)
    ):
        return False
    return readers.keeps_order(choice.card.reader) or (split.rows is None and _lie_in_tars(choice, split))


def _lie_in_tars(choice: Choice, split: Split) -> bool:
    known = {artifact.name: artifact for artifact in choice.card.artifacts}
    parted = [text.partition("#") for text in split.files.values()]
    tars = all(can_stream(known[name], member) and known[name].unpack_to is not None for name, _, member in parted)
    return tars and sum(_is_media(field) for field in choice.card.fields) == 1


def _is_media(field: Field) -> bool:
    return field.kind not in ("label", "text", "number", "sequence", "annotation", "tensors")


def pieces(opened: Opened, name: str) -> Iterator[Piece]:
    """Yield the rows of a split: those of its table, if it is prepared, or else as they arrive, if they can."""
    if not streams(opened.choice, name):
        return of_table(prepared(opened, name))
    local = all(opened.supply.local(artifact) for artifact in opened.choice.artifacts([name]))
    table = ready(_job(opened, name), opened.supply.layout) if local else None
    return _arriving(opened, name) if table is None else of_table(table, _as_they_lie(opened, name, table))


def waited_for(opened: Opened, name: str) -> Iterator[Piece]:
    """Yield the same rows in the same order, once all of them are there."""
    table = prepared(opened, name)
    return of_table(table, _as_they_lie(opened, name, table) if streams(opened.choice, name) else None)


def prepared(opened: Opened, name: str) -> Table:
    """Return the table of a split, once its files are there and it is made of them."""
    for artifact in opened.choice.artifacts([name]):
        opened.supply.wait(artifact)
    return obtaining.table_of(_job(opened, name), file_trees.Workspace(opened.supply.layout))


def of_table(table: Table, rows: NDArray[np.int64] | None = None) -> Iterator[Piece]:
    """Yield rows of a table, all if it is not said which, some at a time."""
    found = np.arange(len(table)) if rows is None else rows
    return (Piece((table,), found[start : start + AT_ONCE]) for start in range(0, len(found), AT_ONCE))


def _job(opened: Opened, name: str) -> Job:
    workspace = file_trees.Workspace(opened.supply.layout)
    return obtaining.jobs(opened.choice, [name], None, workspace, current=opened.settings)[name]


def _as_they_lie(opened: Opened, name: str, table: Table) -> NDArray[np.int64]:
    column = next((each for each in table.columns.values() if isinstance(each, Places)), None)
    if column is None or readers.keeps_order(opened.choice.card.reader):
        return np.arange(len(table))
    containers = [
        _container(opened, artifact, member) for _, artifact, member in opened.artifacts(opened.choice.split(name))
    ]
    return column.as_lying(containers)


def _container(opened: Opened, artifact: Artifact, member: str) -> Path:
    local = opened.supply.wait(artifact)
    if is_plain(local.path, member):
        return local.path
    return file_trees.inflated_at(opened.supply.layout, Input(File(local.path, member), local.sha256))


def _arriving(opened: Opened, name: str) -> Iterator[Piece]:
    """Yield the rows of a split as its files arrive. Raises FormatError if they are not what the card says."""
    choice = opened.choice
    split = choice.split(name)
    job = Job(choice.card, name, split, TreeInput(_never, None), choice.options)
    reader = choice.card.reader
    if readers.reads_trees(reader):
        parts = readers.read_arriving(reader, _tree(opened, split), job.told)
    else:
        parts = readers.read_arriving(reader, _files(opened, split), job.told)
    total = 0
    for columns, rows in _from_batches(job, parts) if readers.reads_parts(reader) else _typed(job, parts):
        total += rows
        if rows:
            yield Piece((cast("Table", Chunk(columns, rows)),), np.arange(rows))
    if job.samples is not None and total != job.samples:
        raise job.wrong(f"{job.samples} rows", f"{total} rows")


def _never() -> tuple[Tree, Callable[[], dict[str, tuple[int, int]]]]:
    raise AssertionError("what arrives is read as it does")


def _from_batches(job: Job, parts: Iterator[Mapping[str, readers.Column]]) -> Iterator[tuple[dict[str, Stored], int]]:
    for batch in batches(job, parts, Silent()):
        yield (
            {name: _stored(column) for name, column in zip(batch.schema.names, batch.columns, strict=True)},
            len(batch),
        )


def _stored(column: pa.Array) -> Stored:
    kind = str(column.type)
    if kind not in NUMBERS or column.null_count:
        return Values(column.to_pylist())
    dtype = np.dtype(NUMBERS[kind])
    # perf: to_numpy() would import pandas, a third of a second before the first sample.
    return np.frombuffer(column.buffers()[1], dtype, count=len(column), offset=column.offset * dtype.itemsize)


def _typed(job: Job, parts: Iterator[Mapping[str, readers.Column]]) -> Iterator[tuple[dict[str, Stored], int]]:
    """Yield the columns of each part with the card's types, and only the rows that the split keeps."""
    start, stop = job.content.rows or (0, None)
    place = 0
    for part in parts:
        rows = next(len(values) for values in part.values() if values is not None)
        kept = slice(max(start - place, 0), None if stop is None else max(stop - place, 0))
        found = {each.name: typed(part.get(each.name), each, rows, job)[kept] for each in job.fields}
        place += rows
        yield {name: _held(values) for name, values in found.items()}, len(range(rows)[kept])
        if stop is not None and place >= stop:
            return


def _held(values: Writable) -> Stored:
    if isinstance(values, Media):
        return Values(values.places)
    return values if isinstance(values, np.ndarray) else Values(list(cast("Sequence[object]", values)))


def _tree(opened: Opened, split: Split) -> Tree:
    workspace = file_trees.Workspace(opened.supply.layout)

    def whole(artifact: Artifact, member: str) -> Tree:
        local = opened.supply.wait(artifact)
        return file_trees.layer(artifact, Input(File(local.path, member), local.sha256), workspace)

    return Union(
        [
            ArrivingFile(each, member, partial(opened.incoming, each), partial(whole, each, member))
            for _, each, member in opened.artifacts(split)
        ]
    )


def _files(opened: Opened, split: Split) -> dict[str, File]:
    return {
        role: ArrivingPlain(Path(each.name), member, artifact=each, opened=opened)
        for role, each, member in opened.artifacts(split)
    }


@dataclass(frozen=True, slots=True)
class ArrivingPlain(File):
    """A file to read while it arrives; a member of an archive once that is there."""

    artifact: Artifact | None = None
    opened: Opened | None = None

    def open(self) -> AbstractContextManager[BinaryIO]:
        """Open it for reading, inflated where it is bzip2, gzip or xz."""
        assert self.opened is not None  # noqa: S101  defaults are what a derived dataclass must have
        assert self.artifact is not None  # noqa: S101  likewise
        if self.member:
            return File(self.opened.supply.wait(self.artifact).path, self.member).open()
        return _inflating(self.opened.incoming(self.artifact), self.artifact)


@contextmanager
def _inflating(incoming: Incoming, artifact: Artifact) -> Iterator[BinaryIO]:
    incoming.at(0, BLOCK)  # what it is packed as is told by these, and one read may bring fewer
    with open_stream(cast("BinaryIO", incoming), artifact.name, Path(artifact.name)) as stream:
        yield stream
