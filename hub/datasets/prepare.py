"""Prepare: published files become one Arrow IPC file a split, once, to be memory-mapped ever after.

    <store>/prepared/<fingerprint>/<split>.arrow
        image   fixed_shape_tensor<uint8>[height, width]    one after the other, without gaps
                struct {container, name, offset, size, zipped}    where it lies in the file or archive it came in
        label   int64, or fixed_shape_tensor<int64>[n]      in the order of the files
        text    string                                      some thousand rows a record batch

The fingerprint covers whatever could change a byte of it: the files, the reader and its version, the options, the
rows kept and this module's own version. Of a folder of the user's own it covers the path; the state of all that was
read there is noted in the file, which is made anew when that is no longer so.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa

from hub import readers
from hub.datasets import writing
from hub.datasets.parts import AS_JSON, batches
from hub.datasets.table import Table
from hub.errors import FormatError
from hub.progress import Silent
from hub.readers import JsonTexts, Read, Scratch
from hub.readers.blocks import Blocks
from hub.store import elections, leases, origins, usage
from hub.store.files import make_tmp, move_into_place, temporary
from hub.trees import Media
from hub.trees.folder import settled, unchanged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from hub.cards import DatasetCard, Field, Split
    from hub.datasets.writing import Writable
    from hub.progress import Progress
    from hub.readers import Column, File, Options
    from hub.store.layout import Layout
    from hub.trees import Tree
    from hub.trees.folder import Witnesses


logger = logging.getLogger("hub")

# Grows whenever this module would write the same columns differently.
VERSION = 2

PIXELS = np.dtype(np.uint8)
LABELS = np.dtype(np.int64)


@dataclass(frozen=True, slots=True)
class Input:
    """A file that is there: `identity` is its sha256, or its path, size and time where nobody has hashed it."""

    file: File
    identity: str


@dataclass(frozen=True, slots=True)
class TreeInput:
    """A tree that is there. `make` opens it and returns it with a function that tells its witnesses afterwards.

    `blobs` are the digests of what it is made of, as far as that is in the store.
    """

    make: Callable[[], tuple[Tree, Callable[[], Witnesses]]]
    identity: object
    blobs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """What to prepare: one split of one card, from these files.

    `trusted` ones must have the card's row count, unless an option asks for other rows.
    """

    card: DatasetCard
    split: str
    content: Split
    inputs: Mapping[str, Input] | TreeInput
    options: Options
    trusted: bool = True

    @property
    def fields(self) -> Sequence[Field]:
        """The columns of this split."""
        kept = self.content.fields
        return [each for each in self.card.fields if not each.made_of and (not kept or each.name in kept)]

    @property
    def told(self) -> Options:
        """The options that the reader is given."""
        return {**self.options, **self.content.options}

    @property
    def samples(self) -> int | None:
        """How many rows there must be, if that is known."""
        asked = {name: value for name, value in self.options.items() if self.card.options.get(name, value) != value}
        return self.content.samples if self.trusted and not asked else None

    @property
    def fingerprint(self) -> str:
        """64 hex digits that differ whenever the prepared file could."""
        reader = self.card.reader
        covered = {
            "version": VERSION,
            "reader": [reader, readers.find(reader).VERSION],
            "options": dict(self.told),
            "rows": self.content.rows,
            "fields": [(each.name, each.kind, each.shape) for each in self.fields],
            "files": _identity(self.inputs),
        }
        return hashlib.sha256(json.dumps(covered, sort_keys=True).encode()).hexdigest()

    def target(self, layout: Layout) -> Path:
        """Where the prepared file lies."""
        return layout.prepared(self.fingerprint) / f"{self.split}.arrow"

    def wrong(self, expected: str, found: str) -> FormatError:
        """Return the error to raise for files that hold something else than the card says."""
        return FormatError(
            f"the files of split {self.split!r} are not what the card of {self.card.name} says",
            path=str(self),
            expected=expected,
            found=found,
            hint=f"they are {self}",
        )

    def __str__(self) -> str:
        if isinstance(self.inputs, TreeInput):
            return f"{self.card.name} {self.split}"
        return ", ".join(str(each.file) for each in self.inputs.values())


def _identity(inputs: Mapping[str, Input] | TreeInput) -> object:
    if isinstance(inputs, TreeInput):
        return inputs.identity
    return {role: [each.identity, each.file.member] for role, each in inputs.items()}


def ready(job: Job, layout: Layout) -> Table | None:
    """Return the prepared table of a job if it is there and what it was made from has not changed since."""
    target = job.target(layout)
    leases.hold(layout, [job.fingerprint])  # before the look: else a gc could come in between
    if not target.exists():
        return None
    table = Table(target)
    if not unchanged(table.witnesses) or table.doubtful or not _complete(table, layout):
        return None
    usage.note(layout, target, job.fingerprint)
    return table


def _complete(table: Table, layout: Layout) -> bool:
    """Hold what lies in the store and the table points to; tell whether all of it is there."""
    leases.hold(layout, [layout.name_of(each) for each in table.containers])
    for each in table.containers:
        usage.note(layout, each, layout.name_of(each))
    return all(each.exists() for each in table.containers)


def prepare(job: Job, layout: Layout, progress: Progress | None = None) -> Table:
    """Return the prepared table of a job, making it if it is not there or no longer right.

    Raises FormatError if a file is not what its format or its card says, MissingFile if one is not there, and
    StoreError if the table cannot be written.
    """
    said = progress or Silent()
    return elections.one(
        layout,
        f"prepared/{job.fingerprint}/{job.split}",
        lambda: ready(job, layout),
        lambda: _made(job, layout, said),
        on_wait=lambda: said.note(f"another process is preparing {job.card.name} {job.split}; waiting for it"),
    )


def _made(job: Job, layout: Layout, progress: Progress) -> Table:
    logger.info("%s %s: preparing it", job.card.name, job.split)
    label = f"preparing {job.card.name} {job.split}"
    progress.start(label, None)
    if readers.reads_parts(job.card.reader):
        table = _written_in_parts(job, layout, progress)
        progress.finish()
        return table
    make_tmp(layout)
    with Scratch(layout.tmp) as scratch:
        found, witnesses = _read(job, scratch)
        progress.start(label, None)  # reading may have inflated something in between, and said so
        table = _written(job, found, witnesses, layout)
    progress.advance(table.path.stat().st_size)
    progress.finish()
    return table


def _written(job: Job, found: Read, witnesses: Witnesses, layout: Layout) -> Table:
    target = job.target(layout)
    columns = _checked(found.columns, job)
    notes = {"dataset": job.card.name, "split": job.split, "classes": json.dumps(found.classes)}
    notes |= {"about": json.dumps(found.about), **_noted(witnesses)}
    with temporary(layout, target.name) as path:
        writing.write(path, columns, notes, target.parent)
        move_into_place(path, target)
    return _noted_down(Table(target), job, layout)


def _written_in_parts(job: Job, layout: Layout, progress: Progress) -> Table:
    target = job.target(layout)
    tree, witnesses = cast("TreeInput", job.inputs).make()
    parts = batches(job, readers.read_parts(job.card.reader, tree, job.told), progress)
    notes = {"dataset": job.card.name, "split": job.split}
    with temporary(layout, target.name) as path:
        rows = writing.write_parts(path, parts, notes, lambda: _noted(witnesses()))
        if job.samples is not None and rows != job.samples:
            raise job.wrong(f"{job.samples} rows", f"{rows} rows")
        move_into_place(path, target)
    return _noted_down(Table(target), job, layout)


def _noted_down(table: Table, job: Job, layout: Layout) -> Table:
    """Return the table, once it is recorded what it was made of."""
    of = {*_blobs(job.inputs, layout), *map(layout.name_of, table.containers)}
    by = {"prepare": VERSION, job.card.reader: readers.find(job.card.reader).VERSION}
    origins.record(layout, job.fingerprint, table.path, of, by)
    return table


def _blobs(inputs: Mapping[str, Input] | TreeInput, layout: Layout) -> Sequence[str]:
    if isinstance(inputs, TreeInput):
        return inputs.blobs
    return [each.identity for each in inputs.values() if layout.is_blob(each.file.path)]


def _noted(witnesses: Witnesses) -> dict[str, str]:
    # A change right after the look could leave no trace in a time: such a table is used once and then made again.
    doubtful = bool(witnesses) and not settled(witnesses)
    return {"witnesses": json.dumps(witnesses), "doubtful": json.dumps(doubtful)}


def _read(job: Job, scratch: Scratch) -> tuple[Read, Witnesses]:
    if isinstance(job.inputs, TreeInput):
        tree, witnesses = job.inputs.make()
        return readers.read_tree(job.card.reader, tree, job.told), witnesses()
    files = {role: replace(each.file, scratch=scratch) for role, each in job.inputs.items()}
    return Read(readers.read_files(job.card.reader, files, job.told)), {}


def _checked(columns: Mapping[str, Column], job: Job) -> dict[str, Writable]:
    """Return the columns with the card's types, in the card's order and with only the rows that the split keeps."""
    fields = {each.name: each for each in _there(columns, job)}
    missing = [name for name in fields if name not in columns]
    if missing:
        raise job.wrong(f"the columns {', '.join(fields)}", f"no {', '.join(missing)}")
    lengths = {name: len(values) for name in fields if (values := columns[name]) is not None}
    if len(set(lengths.values())) != 1:
        raise job.wrong("the same number of rows in each column", f"{lengths}")
    count = next(iter(lengths.values()))
    start, stop = job.content.rows or (0, count)
    found_as = ((name, typed(columns[name], each, count, job)) for name, each in fields.items())
    kept: dict[str, Writable] = {name: values[start:stop] for name, values in found_as}
    found = len(range(count)[start:stop])
    if job.samples is not None and found != job.samples:
        raise job.wrong(f"{job.samples} rows", f"{found} rows")
    return kept


def _there(columns: Mapping[str, Column], job: Job) -> list[Field]:
    """Return the fields without what a target can be chosen from and the files have not: a copy may be partial."""
    optional = () if job.card.target is None else job.card.target.choices.values()
    return [each for each in job.fields if each.name in columns or each.name not in optional]


def typed(values: Column, each: Field, count: int, job: Job) -> Writable:
    """Return the values of a column as they are stored, or raise FormatError if they do not fit its kind."""
    if values is None:
        return pa.nulls(count)
    if isinstance(values, Media):
        return values
    if isinstance(values, np.ndarray | Blocks):
        return _numbers(values, each, job)
    if isinstance(values, JsonTexts):
        return values.texts
    if each.kind in AS_JSON or each.decoder:
        return [None if value is None else json.dumps(value) for value in values]
    if each.kind == "text":
        return values
    raise job.wrong(f"{each.name}: {each.kind}", "words")


def _numbers(values: NDArray[np.generic] | Blocks, each: Field, job: Job) -> NDArray[np.generic] | Blocks:
    if each.kind == "label" and values.dtype.kind in "iu":
        return values.astype(LABELS, copy=False)
    fits = _fits(values.shape[1:], each.shape)
    if each.kind in ("image", "patch") and values.dtype == PIXELS and fits:
        return values
    free = each.kind == "tensor" and not each.shape
    if each.kind in ("tensor", "number", "video") and (free or fits):
        return values.astype(each.dtype or values.dtype, copy=False)
    raise job.wrong(f"{each.name}: {each.kind} {each.shape}", f"{values.dtype} {values.shape[1:]}")


def _fits(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Tell whether values have the shape of the card, where 0 is any size."""
    return len(shape) == len(wanted) and all(size in (found, 0) for found, size in zip(shape, wanted, strict=True))
