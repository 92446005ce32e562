"""Recipes: how stored rows become samples, once for a whole batch where that gives the same bits."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import torch

from hub.datasets import derived, render, table, vectorize
from hub.datasets.batch import Batch, Numbers, Objects, Tensors
from hub.datasets.joint_transforms import ADDED, CONVENTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from hub.cards import Field
    from hub.datasets.batch import Column
    from hub.datasets.origin import Origin
    from hub.datasets.sample import Sample
    from hub.datasets.table import Rows
    from hub.datasets.vectorize import Transform
    from hub.decoders import Form

UNSEEN: Mapping[str, object] = MappingProxyType({})
"""What a row has besides its sample, where it has nothing."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a dataset makes of its rows: `transform` is given each image or video, `target_transform` the last value.

    Where there are no images, `transform` is given each text, and `target_transform` the label. `joint` is given all
    values at once and takes the place of both.
    """

    origin: Origin
    form: Form
    transform: Transform | None
    target_transform: Transform | None
    joint: Transform | None

    def samples(self, rows: Rows) -> Sequence[Sample]:
        """Return the samples at `rows`, in that order: a Batch where the transform can run once for all."""
        return self._in_lists(rows) or self._whole(rows) or self._in_two(rows) or self._one_by_one(rows)

    def _in_lists(self, rows: Rows) -> Batch | None:
        """Return a batch of words and numbers, each column a list, or None if there is more than that."""
        if self.joint is not None or not self.origin.plain:
            return None
        columns = (self._listed(place, field, rows) for place, field in enumerate(self.origin.fields))
        return Batch(self.origin.names, tuple(columns))

    def _listed(self, place: int, field: Field, rows: Rows) -> Column:
        stored = table.take(self.origin.tables, field.name, rows)
        function = self._function(place)
        if function is None and field.kind == "label" and isinstance(stored, np.ndarray) and stored.ndim == 1:
            return Numbers(torch.from_numpy(stored))
        values = stored.tolist() if isinstance(stored, np.ndarray) else stored
        return Objects(values if function is None else [function(value) for value in values])

    def _function(self, place: int) -> Transform | None:
        if place in self.origin.inputs:
            return self.transform
        return self.target_transform if place == self.origin.aim else None

    def _one_by_one(self, rows: Rows) -> list[Sample]:
        if self.origin.derived:
            whole = derived.rows(self.origin, rows, self.form)
            return [self._sample(self._derived(row), row) for row in whole]
        return [self._sample(values) for values in self._rendered(rows)]

    def _derived(self, row: Mapping[str, object]) -> list[object]:
        return self.origin.composed([row[field.name] for field in self.origin.fields])

    def _rendered(self, rows: Rows) -> Iterator[list[object]]:
        """Yield the values of each sample, not yet transformed."""
        origin = self.origin
        columns = [
            render.values(field, table.take(origin.tables, field.name, rows), self.form) for field in origin.fields
        ]
        return (origin.composed(values) for values in zip(*columns, strict=True))

    def _in_two(self, rows: Rows) -> Batch | list[Sample] | None:
        """Return samples whose images pass the first half of the transform one by one and the second all at once.

        None if the transform has no such halves; images of different sizes pass the second half one by one too.
        """
        alone = self.joint is None and self.form.name is None and self.origin.inputs == (0,) and not self.origin.derived
        parted = vectorize.part(self.transform) if alone else None
        if parted is None:
            return None
        samples = [self._headed(values, parted.head) for values in self._rendered(rows)]
        stacked = vectorize.stacked([values[0] for values in samples])
        images = None if stacked is None else vectorize.run(parted.steps, stacked)
        if images is None:
            return [self.origin.sample_type(*_passed(values, parted.tail)) for values in samples]
        wrap = render.as_image if images.form == "image" else None
        others = zip(*(values[1:] for values in samples), strict=True)
        return Batch(self.origin.names, (Tensors(images.pixels, wrap), *(Objects(each) for each in others)))

    def _headed(self, values: list[object], head: Sequence[Transform]) -> list[object]:
        values = _passed(values, head)
        if self.target_transform is not None and len(values) > 1:
            values[-1] = self.target_transform(values[-1])
        return values

    def _sample(self, values: list[object], row: Mapping[str, object] = UNSEEN) -> Sample:
        changed = list(self._transformed(values, row))
        if len(changed) == len(self.origin.names):
            return self.origin.sample_type(*changed)
        # Some joint transforms drop values, or add some.
        added = ADDED.get(self.origin.card.upstream.transforms, ())
        return self.origin.sample_type_of(len(changed), added)(*changed)

    def _transformed(self, values: list[object], row: Mapping[str, object]) -> Iterable[object]:
        if self.joint is not None:
            return CONVENTIONS[self.origin.card.upstream.transforms](self.joint, values, row)
        functions = [self._function(place) for place in range(len(values))]
        return [value if each is None else each(value) for each, value in zip(functions, values, strict=True)]

    def _whole(self, rows: Rows) -> Batch | None:
        """Return a batch whose transform has run once for all, or None if it must run per sample."""
        if not self._in_columns():
            return None
        steps = vectorize.plan(self.transform)
        if steps is None:
            return None
        first, *others = self.origin.fields
        form: vectorize.SampleForm = "pil" if self.form.name is None else "tensor"
        images = vectorize.run(steps, vectorize.Images(render.pixels(self._numbers(first, rows)), form))
        if images is None:
            return None
        wrap = render.as_image if images.form == "image" else None
        return Batch(self.origin.names, (Tensors(images.pixels, wrap), *self._others(others, rows)))

    def _in_columns(self) -> bool:
        """Tell whether samples are one image and numbers, so that whole columns of them can be made."""
        pillow_images = self.transform is None and self.form.name is None
        return self.joint is None and not pillow_images and self.origin.numbers

    def _numbers(self, field: Field, rows: Rows) -> NDArray[np.generic]:
        return np.asarray(table.take(self.origin.tables, field.name, rows))

    def _others(self, fields: Sequence[Field], rows: Rows) -> Iterator[Column]:
        for place, field in enumerate(fields):
            values = torch.from_numpy(self._numbers(field, rows))
            column = Numbers(values) if values.ndim == 1 and field.kind == "label" else Tensors(values)
            transform = self.target_transform if place == len(fields) - 1 else None
            yield column if transform is None else Objects([transform(each) for each in column])


def _passed(values: list[object], chain: Sequence[Transform]) -> list[object]:
    """Return the values with the first one passed through all transforms."""
    for transform in chain:
        values[0] = transform(values[0])
    return values
