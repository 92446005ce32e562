"""How many samples there are of each class, and of each size."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from hub.progress import human_bytes
from hub.viz.samples.words import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hub.cards import Field
    from hub.datasets.dataset import Dataset
    from hub.viz.samples import Names

BINS = 10
"""Sizes that are told apart."""

MEASURED = ("image", "video", "text")
"""Kinds of fields whose sizes say something; those of annotations only say how many things there are."""

WIDE = 20
"""From this ratio of the largest to the smallest on each bin is so many times as large as the one before."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Names and how many there are of each; `title` says of what, `ordered` whether the names follow each other."""

    title: str
    names: tuple[str, ...]
    counts: tuple[int, ...]
    ordered: bool = False

    def __len__(self) -> int:
        return len(self.names)

    @property
    def most(self) -> int:
        """The largest count."""
        return max(self.counts)

    def frequent(self) -> Counts:
        """Return the same, the most frequent first."""
        ranked = sorted(zip(self.names, self.counts, strict=True), key=lambda each: -each[1])
        return Counts(self.title, tuple(name for name, _ in ranked), tuple(count for _, count in ranked))


def of_labels(labels: NDArray[np.generic], field: Field, names: Names) -> Counts:
    """Return how many samples have each label, in the order of the numbers, classes without a sample too."""
    numbers, counts = np.unique(labels, return_counts=True)
    found = dict(zip((int(number) for number in numbers), counts.tolist(), strict=True))
    if field.classes:
        known = dict.fromkeys(range(field.first, field.first + len(field.classes)), 0)
    else:
        known = dict.fromkeys(sorted(names.classes), 0) if set(found) <= set(names.classes) else {}
    whole = {**known, **found}
    title = f"samples of each {field.name.replace('_', ' ').strip()}"
    return Counts(title, tuple(plain(names.of(field, number)) for number in whole), tuple(whole.values()))


def of_things(names: Sequence[str]) -> Counts | None:
    """Return how many things there are of each name, the most frequent first; None if there are none."""
    ranked = Counter(names).most_common()
    if not ranked:
        return None
    return Counts("things in the samples shown", tuple(name for name, _ in ranked), tuple(count for _, count in ranked))


def sizes_of(dataset: Dataset) -> Counts | None:
    """Return how many samples there are of each size: of files in an archive, or of texts; None if all are alike.

    It reads where files and texts begin and end, and none of them.
    """
    for field in dataset.fields:
        sizes = dataset.sizes(field.name) if field.kind in MEASURED and not field.made_of else None
        if sizes is not None and (found := histogram(_title(field), sizes)) is not None:
            return found
    return None


def _title(field: Field) -> str:
    what = field.name.replace("_", " ")
    return f"length of {what}, in bytes" if field.kind == "text" else f"size of each file of {what}, as it is stored"


def histogram(title: str, sizes: NDArray[np.int64]) -> Counts | None:
    """Return how many sizes lie between bounds that are evenly apart, or each so many times the one before.

    Unknown ones, which are negative, are left out; None if that leaves no two.
    """
    known = sizes[sizes >= 0]
    if not len(known) or known.min() == known.max():
        return None
    low, high = int(known.min()), int(known.max())
    if high > WIDE * max(low, 1):
        edges = np.geomspace(max(low, 1), high + 1, BINS + 1)
        edges[0] = low
    else:
        edges = np.linspace(low, high + 1, BINS + 1)
    edges = np.unique(edges.round().astype(np.int64))
    counts, _ = np.histogram(known, edges)
    names = [f"{human_bytes(float(start))} to {human_bytes(float(stop))}" for start, stop in pairwise(edges)]
    return Counts(title, tuple(names), tuple(counts.tolist()), ordered=True)
