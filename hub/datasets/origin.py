"""Where the rows of a dataset come from: a card, a split expression and the tables behind it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from hub.datasets.sample import Sample, sample_type
from hub.registry import unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hub.cards import DatasetCard, Field, Split
    from hub.datasets.table import Rows, Table


@dataclass(frozen=True, slots=True)
class Origin:
    """What stays the same however rows are picked; it pickles as the paths of its tables."""

    card: DatasetCard
    split: str
    splits: Mapping[str, Split]
    classes: tuple[str, ...]
    tables: tuple[Table, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns, in the order of a sample's values."""
        return self.card.fields

    @property
    def sample_type(self) -> type[Sample]:
        """The class of this dataset's samples."""
        return sample_type(tuple(field.name for field in self.fields))

    def field(self, name: str) -> Field:
        """Return the field of that name. Raises NotFound with what was probably meant."""
        for field in self.fields:
            if field.name == name:
                return field
        raise unknown(f"column of {self.card.name}", name, [field.name for field in self.fields])

    def class_number(self, name: str) -> int:
        """Return the label of the class of that name. Raises NotFound with what was probably meant."""
        if name not in self.classes:
            raise unknown(f"class of {self.card.name}", name, self.classes)
        return self.classes.index(name)

    def fingerprint(self, rows: Rows) -> str:
        """Return 64 hex digits for these rows in this order; those of the prepared file if it is all of one."""
        names = [table.path.parent.name for table in self.tables]
        whole = isinstance(rows, range) and rows == range(len(self.tables[0]))
        if whole and len(names) == 1:
            return names[0]
        order = repr(rows) if isinstance(rows, range) else hashlib.sha256(rows.tobytes()).hexdigest()
        return hashlib.sha256(" ".join([*names, order]).encode()).hexdigest()


def joined(ranges: Sequence[range]) -> Rows:
    """Return the rows of all ranges, one after the other; a range again where they follow each other.

    >>> joined([range(0, 3), range(3, 5)])
    range(0, 5)
    """
    filled = [each for each in ranges if each]
    if all(before.stop == after.start for before, after in pairwise(filled)):
        return range(filled[0].start, filled[-1].stop) if filled else range(0)
    return np.concatenate([np.arange(each.start, each.stop) for each in filled])
