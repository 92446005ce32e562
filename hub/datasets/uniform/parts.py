"""Parts: some rows of a uniform table, made by whoever has the table that they come from.

A part is a pure function of that table, its rows and the form, and so are its bytes: one Arrow file with one record
batch. It is named by its fingerprint and put in place whole, so it does not matter who makes it, how often, or who dies
of it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa

from hub.datasets import render, table, writing
from hub.datasets.uniform import sources
from hub.decoders import Form
from hub.errors import FormatError
from hub.store.files import publish_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from hub.cards import Field
    from hub.datasets.table import Table
    from hub.datasets.uniform.forms import Pictures, Uniform
    from hub.store.layout import Layout

# Grows whenever this package would make other bytes of the same rows.
VERSION = 1

# A worker holds one in memory, and what dies with it is made again: less than a second of decoding.
PART_BYTES = 16 << 20
TEXTS = 1 << 14
"""Rows of a part without images."""


@dataclass(frozen=True)
class Plan:
    """What is to be made of a table: of these fields, in this form."""

    source: Table
    fields: tuple[Field, ...]
    form: Uniform

    @cached_property
    def fingerprint(self) -> str:
        """64 hex digits that differ whenever the table that is made could."""
        covered = {
            "version": VERSION,
            "source": sources.identity(self.source, self.fields),
            "form": self.form.identity,
            "fields": [(each.name, each.kind, each.shape) for each in self.fields],
        }
        return hashlib.sha256(json.dumps(covered, sort_keys=True).encode()).hexdigest()

    @property
    def name(self) -> str:
        """The name of the dataset, as its table has it."""
        noted = self.source.arrow.schema.metadata or {}
        return str(noted.get(b"hub.dataset", b"").decode())

    @cached_property
    def made(self) -> tuple[Field, ...]:
        """The fields of the table that is made."""
        return tuple(map(self.form.of, self.fields))

    @property
    def row_bytes(self) -> int:
        """The size of the images of a row, 0 if there are none."""
        return sum(int(np.prod(each.shape)) for each in self.made if each.kind == "image")

    @property
    def parts(self) -> list[Part]:
        """All parts, in order."""
        rows = len(self.source)
        step = max(1, PART_BYTES // self.row_bytes) if self.row_bytes else TEXTS
        return [self._part(start, min(start + step, rows)) for start in range(0, max(rows, 1), step)]

    def _part(self, start: int, stop: int) -> Part:
        name = hashlib.sha256(f"{self.fingerprint} {start} {stop}".encode()).hexdigest()
        return Part(start, stop, name)

    def target(self, layout: Layout) -> Path:
        """Where the table that is made lies."""
        return layout.prepared(self.fingerprint) / self.source.path.name

    def place(self, part: Part, layout: Layout) -> Path:
        """Where a part lies until all are there."""
        return layout.part(self.fingerprint, part.fingerprint)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows from `start` to `stop`."""

    start: int
    stop: int
    fingerprint: str


def publish(plan: Plan, part: Part, layout: Layout, made: Callable[[], bytes | pa.Buffer]) -> int:
    """Put a part in place that `made` returns the file of, unless it is there, and return its size."""
    target = publish_file(lambda path: _write(path, made()), plan.place(part, layout), layout)
    return target.stat().st_size


def _write(path: Path, data: bytes | pa.Buffer) -> None:
    with path.open("wb") as file:
        file.write(data)


def content(plan: Plan, part: Part) -> pa.Buffer:
    """Return the file of a part. Raises FormatError, naming the file, if an image or a text cannot be read."""
    rows = range(part.start, part.stop)
    columns = {field.name: _column(plan, field, rows) for field in plan.fields}
    batch = pa.record_batch(columns)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue()


def _column(plan: Plan, field: Field, rows: range) -> pa.Array:
    stored = table.take([plan.source], field.name, rows)
    if plan.form.pictures is not None and field.kind == "image":
        return writing.arrow_array(_pictures(field, plan, plan.form.pictures, stored, rows), plan.source.path.parent)
    if plan.form.encodes is not None and field.kind == "text":
        texts = ["" if each is None else cast("str", each) for each in stored]
        return pa.array(plan.form.encodes(texts), pa.list_(pa.int32()))
    if isinstance(stored, np.ndarray):
        return writing.arrow_array(stored, plan.source.path.parent)
    return pa.array(stored, plan.source.arrow.schema.field(field.name).type)


def _pictures(field: Field, plan: Plan, pictures: Pictures, stored: Iterable[object], rows: range) -> NDArray[np.uint8]:
    shape = plan.form.of(field).shape
    mode = "RGB" if len(shape) > 2 else "L"  # noqa: PLR2004  a third dimension of channels
    made = np.empty((len(rows), *shape), np.uint8)
    for number, image in enumerate(render.values(field, stored, Form())):
        if image is None:
            what = f"row {rows[number]} has no {field.name}, and so none that could be resized"
            raise FormatError(what, path=plan.source.path, expected="an image", found="none")
        made[number] = pictures.made(cast("Any", image), mode)
    return made
