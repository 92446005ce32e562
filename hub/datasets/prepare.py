"""Prepare: published files become one Arrow IPC file a split, once, to be memory-mapped ever after.

    <store>/prepared/<fingerprint>/<split>.arrow
        image   fixed_shape_tensor<uint8>[height, width]    one after the other, without gaps
        label   int64, or fixed_shape_tensor<int64>[n]      in the order of the files

The fingerprint covers whatever could change a byte of it: the files, the reader and its version, the options, the
rows kept and this module's own version.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from hub import readers
from hub.errors import FormatError
from hub.store.files import publish_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from hub.cards import DatasetCard, Field, Split
    from hub.readers import Columns, File, Options
    from hub.store.layout import Layout

# Grows whenever this module would write the same columns differently.
VERSION = 1

PIXELS = np.dtype(np.uint8)
LABELS = np.dtype(np.int64)


@dataclass(frozen=True, slots=True)
class Input:
    """A file that is there: `identity` is its sha256, or its path, size and time where nobody has hashed it."""

    file: File
    identity: str


@dataclass(frozen=True, slots=True)
class Job:
    """What to prepare: one split of one card, from these files. `trusted` ones must have the card's row count."""

    card: DatasetCard
    split: str
    content: Split
    inputs: Mapping[str, Input]
    options: Options
    trusted: bool = True

    @property
    def fingerprint(self) -> str:
        """64 hex digits that differ whenever the prepared file could."""
        reader = self.card.reader
        covered = {
            "version": VERSION,
            "reader": [reader, readers.find(reader).VERSION],
            "options": dict(self.options),
            "rows": self.content.rows,
            "fields": [(field.name, field.kind, field.shape) for field in self.card.fields],
            "files": {role: [each.identity, each.file.member] for role, each in self.inputs.items()},
        }
        return hashlib.sha256(json.dumps(covered, sort_keys=True).encode()).hexdigest()

    def target(self, layout: Layout) -> Path:
        """Where the prepared file lies."""
        return layout.prepared(self.fingerprint) / f"{self.split}.arrow"


def prepare(job: Job, layout: Layout) -> Path:
    """Return the prepared file of a job, making it if it is not there.

    Raises FormatError if a file is not what its format or its card says, and StoreError if it cannot be written.
    """
    target = job.target(layout)
    if target.exists():
        return target
    columns = readers.read(job.card.reader, {role: each.file for role, each in job.inputs.items()}, job.options)
    checked = _checked(columns, job)
    return publish_file(lambda path: _write(path, checked, job), target, layout)


def _checked(columns: Columns, job: Job) -> Columns:
    """Return the columns with the card's types, in the card's order and with only the rows that the split keeps."""
    fields = {field.name: field for field in job.card.fields}
    lengths = {name: len(columns[name]) for name in fields}
    if len(set(lengths.values())) > 1:
        raise _wrong(job, "the same number of rows in each file", f"{lengths}")
    start, stop = job.content.rows or (0, max(lengths.values()))
    kept = {name: _typed(columns[name], field, job)[start:stop] for name, field in fields.items()}
    found = min(len(values) for values in kept.values())
    if job.trusted and found != job.content.samples:
        raise _wrong(job, f"{job.content.samples} rows", f"{found} rows")
    return kept


def _typed(values: NDArray[np.generic], field: Field, job: Job) -> NDArray[np.generic]:
    if field.kind == "label" and values.dtype.kind in "iu":
        return values.astype(LABELS, copy=False)
    if field.kind == "image" and values.dtype == PIXELS and values.shape[1:] == field.shape:
        return values
    raise _wrong(job, f"{field.name}: {field.kind} {field.shape}", f"{values.dtype} {values.shape[1:]}")


def _wrong(job: Job, expected: str, found: str) -> FormatError:
    files = ", ".join(str(each.file) for each in job.inputs.values())
    return FormatError(
        f"the files of split {job.split!r} are not what the card of {job.card.name} says",
        path=files,
        expected=expected,
        found=found,
        hint=f"they are {files}",
    )


def _write(path: Path, columns: Columns, job: Job) -> None:
    arrays = {name: _arrow_array(np.ascontiguousarray(values)) for name, values in columns.items()}
    batch = pa.record_batch(arrays)
    schema = batch.schema.with_metadata({"hub.dataset": job.card.name, "hub.split": job.split})
    with path.open("wb") as file, pa.ipc.new_file(file, schema) as writer:
        writer.write_batch(batch)


def _arrow_array(values: NDArray[np.generic]) -> pa.Array:
    element = pa.from_numpy_dtype(values.dtype)
    buffers = [None, pa.py_buffer(values)]
    flat = pa.Array.from_buffers(element, values.size, buffers)
    if values.ndim == 1:
        return flat
    shape = values.shape[1:]
    storage = pa.FixedSizeListArray.from_arrays(flat, math.prod(shape))
    return pa.ExtensionArray.from_storage(pa.fixed_shape_tensor(element, shape), storage)
