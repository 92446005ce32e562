"""Whole columns of a dataset: arrays where values are numbers, sequences that make values on demand elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast, overload

import numpy as np
import torch

from hub.datasets import derived, render, table
from hub.decoders import Form
from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from torch import Tensor

    from hub.cards import Field
    from hub.datasets.origin import Origin
    from hub.datasets.table import Rows


@dataclass(frozen=True)
class Values(Sequence[object]):
    """A column whose values are made when they are asked for: images decoded, annotations parsed, text read."""

    origin: Origin
    field: Field
    rows: Rows
    form: Form

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> object: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[object]: ...

    def __getitem__(self, index: int | slice) -> object:
        if isinstance(index, slice):
            part = Values(self.origin, self.field, self.rows[index], self.form)
            return list(part) if self.field.kind == "text" else part
        picked = table.select(self.rows, np.array([index]))
        if self.field.made_of:
            return next(derived.rows(self.origin, picked, self.form))[self.field.name]
        return next(render.values(self.field, table.take(self.origin.tables, self.field.name, picked), self.form))

    def __iter__(self) -> Iterator[object]:
        if self.field.made_of:
            yield from (row[self.field.name] for row in derived.rows(self.origin, self.rows, self.form))
            return
        for start in range(0, len(self), AT_ONCE):
            stored = table.take(self.origin.tables, self.field.name, self.rows[start : start + AT_ONCE])
            yield from stored if self.field.kind == "text" else render.values(self.field, stored, self.form)

    def __repr__(self) -> str:
        return f"<{self.field.name}: {len(self)} values of kind {self.field.kind}>"


AT_ONCE = 1024
"""Values that are read at once where all are gone through."""


def column(origin: Origin, field: Field, rows: Rows, form: Form) -> NDArray[np.generic] | Tensor | Sequence[object]:
    """Return a column: an array, or a tensor in the format "torch", of numbers; otherwise a sequence of values."""
    if field.made_of or not table.is_numeric(origin.tables[0].columns[field.name]):
        return Values(origin, field, rows, form)
    stored = np.asarray(table.view(origin.tables, field.name, rows))
    return stored if form.name is None else stacked(field, stored)


def numbers(origin: Origin, field: Field, rows: Rows) -> NDArray[np.generic]:
    """Return a column of numbers. Raises InvalidInput if this one holds other things."""
    stored = None if field.made_of else table.view(origin.tables, field.name, rows)
    if not isinstance(stored, np.ndarray):
        raise InvalidInput(
            f"{field.name!r} of {origin.card.name} holds no numbers of equal shape",
            expected="labels, numbers, tensors, or images of one size",
            found=f"values of kind {field.kind}",
            hint="make samples of one size with a transform, and batches with a DataLoader",
        )
    return stored


def stacked(field: Field, values: NDArray[np.generic]) -> Tensor:
    """Return stored numbers as a tensor, images as (rows, C, H, W)."""
    return render.pixels(values) if field.kind == "image" else torch.from_numpy(values)


def equal(origin: Origin, name: str, rows: Rows, value: int | str) -> NDArray[np.bool_]:
    """Tell for each row whether a column has this value; a class may be named."""
    field = origin.field(name)
    stored = column(origin, field, rows, Form())
    if not isinstance(stored, np.ndarray):
        return np.array(
            [each == value for each in _comparable(field, cast("Sequence[object]", stored))], dtype=np.bool_
        )
    if stored.ndim != 1:
        raise InvalidInput(f"{name!r} holds no single number to compare", hint="filter with a function")
    wanted = origin.class_number(value) if isinstance(value, str) else value
    return np.asarray(stored == wanted, dtype=bool)


def _comparable(field: Field, stored: Sequence[object]) -> Sequence[object]:
    if field.kind != "text":
        raise InvalidInput(f"{field.name!r} holds no single value to compare", hint="filter with a function")
    return stored
