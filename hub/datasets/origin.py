"""Where the rows of a dataset come from: a card, a split expression and the tables behind it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Any

import numpy as np

from hub.datasets import table
from hub.datasets.sample import Sample, sample_type
from hub.registry import unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hub.cards import DatasetCard, Field, Split
    from hub.datasets.table import Rows, Table


INPUTS = ("image", "patch", "video")
"""Kinds of fields that are given to a transform."""

PLAIN = ("text", "label", "number", "sequence")
"""Kinds whose values are given as they are stored."""


@dataclass(frozen=True)
class Origin:
    """What stays the same however rows are picked; it pickles as the paths of its tables."""

    card: DatasetCard
    split: str
    splits: Mapping[str, Split]
    classes: tuple[str, ...]
    tables: tuple[Table, ...]
    target: tuple[str, ...] | None = None
    """The columns that are chosen to be the target, where the card leaves a choice."""

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The columns of a sample, those of a chosen target last."""
        there = [field for field in self.card.fields if field.shown and self._has(field)]
        if self.card.target is None or self.target is None:
            return tuple(there)
        chosen = set(self.card.target.choices.values())
        return (*(field for field in there if field.name not in chosen), *map(self.field, self.target))

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """Every column that is there, those too that samples do not show."""
        return {field.name: field for field in self.card.fields if self._has(field)}

    @cached_property
    def stored(self) -> tuple[Field, ...]:
        """The columns that samples are made from, as they are stored."""
        return tuple(self.by_name[name] for name in dict.fromkeys(part for each in self.fields for part in each.parts))

    @cached_property
    def derived(self) -> bool:
        """Whether some values of a row are made of others, or are seen by joint transforms alone."""
        return any(field.made_of or not field.shown for field in self.card.fields)

    def _has(self, field: Field) -> bool:
        return all(part in self.tables[0].columns for part in field.parts)

    @property
    def about(self) -> Mapping[str, Any]:
        """What the files tell besides rows, by the names of torchvision's attributes."""
        return self.tables[0].about

    @cached_property
    def inputs(self) -> tuple[int, ...]:
        """The places of the values that a transform is given: images in front, or else words wherever they are."""
        images = tuple(takewhile(lambda place: self.fields[place].kind in INPUTS, range(len(self.fields))))
        return images or tuple(place for place, field in enumerate(self.fields) if _is_read(field))

    @cached_property
    def aim(self) -> int | None:
        """The place of the value that a target transform is given: the last one, beside words the last label."""
        others = [place for place in range(len(self.names)) if place not in self.inputs]
        if self.inputs and _is_read(self.fields[self.inputs[0]]):
            others = [place for place in others if self.fields[place].kind in ("label", "number")] or others
        return next(reversed(others), None)

    @cached_property
    def plain(self) -> bool:
        """Whether samples are words and numbers as they are stored, so that no image needs to be made."""
        return not self.derived and self.target is None and all(field.kind in PLAIN for field in self.fields)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of a sample's values."""
        names = tuple(field.name for field in self.fields)
        if self.target is None or len(self.target) == 1:
            return names
        return (*names[: len(names) - len(self.target)], "target")

    @cached_property
    def numbers(self) -> bool:
        """Whether every sample is one image of fixed size and numbers."""
        columns = [each.columns.get(field.name) for each in self.tables for field in self.fields]
        stored = all(table.is_numeric(column) for column in columns)
        kinds = [field.kind for field in self.fields]
        return stored and kinds[0] == "image" and "image" not in kinds[1:] and len(self.names) == len(kinds)

    @cached_property
    def sample_type(self) -> type[Sample]:
        """The class of this dataset's samples."""
        return sample_type(self.names)

    def sample_type_of(self, count: int, added: Sequence[str] = ()) -> type[Sample]:
        """Return the class of samples that a transform has left with `count` values; `added` names further ones."""
        named = (*self.names, *added)
        more = tuple(f"value_{number}" for number in range(len(named), count))
        return sample_type((*named[:count], *more))

    def composed(self, values: Sequence[object]) -> list[object]:
        """Return the values of a sample, those of a target with several parts, or none, as one."""
        if self.target is None or len(self.target) == 1:
            return list(values)
        inner = len(values) - len(self.target)
        return [*values[:inner], tuple(values[inner:]) or None]

    def field(self, name: str) -> Field:
        """Return the field of that name. Raises NotFound with what was probably meant."""
        if name not in self.by_name:
            raise unknown(f"column of {self.card.name}", name, list(self.by_name))
        return self.by_name[name]

    def class_number(self, name: str) -> int:
        """Return the label of the class of that name. Raises NotFound with what was probably meant."""
        if name not in self.classes:
            raise unknown(f"class of {self.card.name}", name, self.classes)
        return self.classes.index(name) + self.first

    @property
    def first(self) -> int:
        """The label of the first class."""
        return next((field.first for field in self.card.fields if field.kind == "label" and field.first), 0)

    def __reduce__(self) -> tuple[object, ...]:
        # Classes of samples are made at run time and cannot be pickled.
        return Origin, (self.card, self.split, self.splits, self.classes, self.tables, self.target)

    def fingerprint(self, rows: Rows) -> str:
        """Return 64 hex digits for these rows in this order; those of the prepared file if it is all of one."""
        return table.fingerprint(self.tables, rows)


def _is_read(field: Field) -> bool:
    return field.kind == "text" if field.transformed is None else field.transformed


def joined(ranges: Sequence[range]) -> Rows:
    """Return the rows of all ranges, one after the other; a range again where they follow each other.

    >>> joined([range(0, 3), range(3, 5)])
    range(0, 5)
    """
    filled = [each for each in ranges if each]
    if all(before.stop == after.start for before, after in pairwise(filled)):
        return range(filled[0].start, filled[-1].stop) if filled else range(0)
    return np.concatenate([np.arange(each.start, each.stop) for each in filled])
