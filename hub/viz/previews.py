"""Previews: what a dataset looks like in a few samples, and how many there are of each class and size.

Of pictures, texts and videos only those are read that are shown. Besides them a preview looks at columns of numbers
that lie in the prepared file anyway: labels, and how large files and texts are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from hub.errors import HubError
from hub.viz.counting import Counts, of_labels, of_things, sizes_of
from hub.viz.samples import caption_of, has_picture, legend_of, names_of, picture_of, words_of
from hub.viz.samples.annotations import marks_of
from hub.viz.samples.choosing import one_of_each, spread
from hub.viz.samples.words import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PIL.Image import Image

    from hub.cards import Field
    from hub.datasets.dataset import Dataset
    from hub.viz.captions import Entry
    from hub.viz.samples import Names

PICTURES, WIDE, TEXTS = 16, 6, 10
"""How many samples are shown where nobody says: of pictures, of those that are several pictures each, of texts."""


@dataclass(frozen=True)
class Seen:
    """One sample: its number in the split, and its values, each read when it is first asked for."""

    number: int
    values: Mapping[str, object]
    fields: tuple[Field, ...]
    names: Names

    @cached_property
    def caption(self) -> str:
        """Its classes in one line; "" if it has none, or cannot be read."""
        return "" if self.fault else caption_of(self.values, self.fields, self.names)

    @cached_property
    def words(self) -> list[tuple[str, str]]:
        """Its texts and numbers by the names of their fields."""
        return [] if self.fault else words_of(self.values, self.fields, self.names)

    @property
    def text(self) -> str:
        """Its texts one after the other, those alone that its caption lacks."""
        kinds = {field.name: field.kind for field in self.fields}
        said = [text for name, text in self.words if kinds[name] != "label" and text and text != self.caption]
        return " · ".join(said)

    @property
    def said(self) -> str:
        """Its classes or, without any, its texts, in one line."""
        return self.fault or self.caption or self.text

    @cached_property
    def legend(self) -> list[Entry]:
        """What the colours in its picture stand for."""
        return [] if self.fault else legend_of(self.values, self.fields, self.names)

    @cached_property
    def fault(self) -> str:
        """Why it cannot be read; "" if it can."""
        try:
            for field in self.fields:
                self.values[field.name]
        except HubError as error:
            return plain(str(error).splitlines()[0])
        return ""

    def picture(self, side: int, *, letters: bool = True) -> Image | None:
        """Return what it looks like, None if it cannot be seen."""
        if self.fault or all(self.values[field.name] is None or not has_picture([field]) for field in self.fields):
            return None
        return picture_of(self.values, self.fields, self.names, side=side, letters=letters)


@dataclass(frozen=True)
class Preview:
    """A few samples of a split, and counts of all of it."""

    title: str
    split: str
    count: int
    facts: tuple[tuple[str, str], ...]
    fields: tuple[Field, ...]
    samples: tuple[Seen, ...]
    classes: Counts | None
    sizes: Counts | None

    @property
    def pictured(self) -> bool:
        """Whether samples can be seen."""
        return has_picture(self.fields)

    def _repr_html_(self) -> str | None:
        from hub import displays

        return displays.html("preview", self)

    def _repr_png_(self) -> bytes | None:
        from hub import displays

        return displays.png("preview", self)


def preview(
    dataset: Dataset,
    count: int | None = None,
    *,
    only: str | int | None = None,
    seed: int | None = None,
    title: str = "",
) -> Preview:
    """Return a preview of a dataset with so many samples; their values are read when they are looked at.

    Without a seed there is one sample of each class where there is room, and others from all over the split; with one
    they are drawn at random. `only` is the name or number of the class that all of them have. `title` takes the place
    of the card's name and version.

    Raises NotFound for a class that there is not, InvalidInput if samples have none.
    """
    from hub.viz.samples.picking import of_class

    names = names_of(dataset)
    wanted = _usual(dataset.fields) if count is None else count
    if only is not None:
        numbers = of_class(dataset, only, wanted, seed, names)
    else:
        numbers = _drawn(len(dataset), wanted, seed) if seed is not None else _spread(dataset, wanted)
    samples = tuple(Seen(number, dataset.row(number), dataset.fields, names) for number in numbers)
    label = labels_of(dataset)
    counted = None if label is None else of_labels(label[1], label[0], names)
    return Preview(
        plain(title) or f"{dataset.card.name} {dataset.version}",
        dataset.split,
        len(dataset),
        tuple(facts(dataset)),
        dataset.fields,
        samples,
        counted or _things(samples, names),
        sizes_of(dataset),
    )


def labels_of(dataset: Dataset) -> tuple[Field, np.ndarray[Any, Any]] | None:
    """Return the first field that has one label a sample, with all of them; None if there is no such field."""
    for field in dataset.fields:
        if field.kind == "label" and not field.made_of:
            labels = dataset[field.name]
            if isinstance(labels, np.ndarray) and labels.ndim == 1 and len(labels):
                return field, labels
    return None


def facts(dataset: Dataset) -> list[tuple[str, str]]:
    """Return what there is to say of a split in a line each: the number of samples, splits, fields, classes."""
    known = [f"{name} ({count:,})" if count is not None else name for name, count in dataset.splits.items()]
    told = [
        ("split", dataset.split),
        ("samples", f"{len(dataset):,}"),
        ("splits", ", ".join(known[:MANY] + ["…"] * (len(known) > MANY))),
        ("fields", ", ".join(_field(field) for field in dataset.fields)),
        ("classes", f"{len(dataset.classes):,}" if dataset.classes else ""),
        ("license", dataset.card.license),
    ]
    return [(name, plain(said)) for name, said in told if said]


MANY = 8
"""Splits that are named."""


def _field(field: Field) -> str:
    kind = field.kind if field.kind != field.name else ""
    shape = " x ".join(str(size or "?") for size in field.shape)
    said = " ".join(filter(None, [kind, shape]))
    return f"{field.name} ({said})" if said else field.name


def _usual(fields: Sequence[Field]) -> int:
    if not has_picture(fields):
        return TEXTS
    kinds = [field.kind for field in fields]
    several = sum(has_picture([field]) for field in fields) > 1 or "video" in kinds
    return WIDE if several else PICTURES


def _spread(dataset: Dataset, count: int) -> list[int]:
    label = labels_of(dataset)
    return spread(len(dataset), count) if label is None else one_of_each(label[1], count)


def _drawn(total: int, count: int, seed: int) -> list[int]:
    return [int(number) for number in np.random.default_rng(seed).permutation(total)[:count]]


def _things(samples: Sequence[Seen], names: Names) -> Counts | None:
    """Count the things in the samples that are shown: those of all others would have to be read."""
    found = [
        mark.name
        for sample in samples
        for field in sample.fields
        if field.kind == "annotation" and not sample.fault and sample.values[field.name] is not None
        for mark in marks_of(sample.values[field.name], field, names)
    ]
    return of_things([name for name in found if name])


WIDTH = 1240
"""Pixels of a sheet of texts."""

CELL = 200
"""Pixels of the longer side of a picture on a sheet."""


def sheet_of(shown: Preview, *, side: int = CELL) -> Image:
    """Return a preview as one picture: the samples with their captions, and counts below them as bars."""
    from hub.viz.grids import grid
    from hub.viz.histograms import all_bars, below, least_width
    from hub.viz.text_sheets import text_sheet

    title = f"{shown.title} · {shown.split} · {shown.count:,} samples"
    if shown.pictured:
        pictures = [sample.picture(side) or text_sheet([("", sample.said)], width=side) for sample in shown.samples]
        captions = [f"{sample.said}" or f"#{sample.number}" for sample in shown.samples]
        top = grid(pictures, captions, title=title) if pictures else text_sheet([], title=title, width=WIDTH)
    else:
        top = text_sheet(
            [(f"#{each.number}  {each.caption}", each.text) for each in shown.samples], title=title, width=WIDTH
        )
    counts = [each for each in (shown.classes, shown.sizes) if each is not None]
    return below([top, all_bars(counts, max(top.width, least_width(counts)))]) if counts else top
