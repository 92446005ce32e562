"""Recipes: how stored rows become samples, once for a whole batch where that gives the same bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import torch

from hub.datasets import render, table, vectorize
from hub.datasets.batch import Batch, Numbers, Objects, Tensors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from hub.cards import Field
    from hub.datasets.batch import Column
    from hub.datasets.origin import Origin
    from hub.datasets.render import Format
    from hub.datasets.sample import Sample
    from hub.datasets.table import Rows
    from hub.datasets.vectorize import Transform


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a dataset makes of its rows: `transform` is given the first value, `target_transform` the second.

    `joint` is given all values at once and takes the place of both.
    """

    origin: Origin
    form: Format | None
    transform: Transform | None
    target_transform: Transform | None
    joint: Transform | None

    def samples(self, rows: Rows) -> Sequence[Sample]:
        """Return the samples at `rows`, in that order: a Batch where the transform can run once for all."""
        return self._whole(rows) or self._one_by_one(rows)

    def _stored(self, field: Field, rows: Rows) -> NDArray[np.generic]:
        return table.take(self.origin.tables, field.name, rows)

    def _one_by_one(self, rows: Rows) -> list[Sample]:
        kind = self.origin.sample_type
        columns = [self._stored(field, rows) for field in self.origin.fields]
        return [kind(*self._transformed(self._rendered(values))) for values in zip(*columns, strict=True)]

    def _rendered(self, values: Iterable[NDArray[np.generic]]) -> list[object]:
        pairs = zip(self.origin.fields, values, strict=True)
        return [render.value(field, each, self.form) for field, each in pairs]

    def _transformed(self, values: list[object]) -> Iterable[object]:
        if self.joint is not None:
            return cast("Iterable[object]", self.joint(*values))
        for place, transform in enumerate((self.transform, self.target_transform)):
            if transform is not None and place < len(values):
                values[place] = transform(values[place])
        return values

    def _whole(self, rows: Rows) -> Batch | None:
        """Return a batch whose transform has run once for all, or None if it must run per sample."""
        first, *others = self.origin.fields
        pillow_images = self.transform is None and self.form is None
        if first.kind != "image" or self.joint is not None or pillow_images:
            return None
        steps = vectorize.plan(self.transform)
        if steps is None:
            return None
        form: vectorize.Form = "pil" if self.form is None else "tensor"
        images = vectorize.run(steps, vectorize.Images(render.pixels(self._stored(first, rows)), form))
        if images is None:
            return None
        wrap = render.as_image if images.form == "image" else None
        names = tuple(field.name for field in self.origin.fields)
        return Batch(names, (Tensors(images.pixels, wrap), *self._others(others, rows)))

    def _others(self, fields: Iterable[Field], rows: Rows) -> Iterator[Column]:
        for place, field in enumerate(fields):
            values = torch.from_numpy(self._stored(field, rows))
            column = Numbers(values) if values.ndim == 1 else Tensors(values)
            transform = self.target_transform if place == 0 else None
            yield column if transform is None else Objects([transform(each) for each in column])
