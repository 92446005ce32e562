"""A few samples of datasets that are prepared in a store: a sheet of small pictures, or lines of text.

The store is only read: nothing is fetched or prepared for a page. The same store gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, cast

from hub import fetch
from hub.datasets import prepare
from hub.datasets.choice import choose
from hub.datasets.file_trees import Workspace
from hub.datasets.obtaining import jobs
from hub.errors import FormatError, HubError
from hub.fetch.plans import dataset_owner
from hub.progress import Silent
from hub.registry.entries import DatasetEntry
from hub.settings import Settings
from hub.store.layout import Layout
from hub.trees import Place
from hub.trees.bytes import read_place
from hub.viz.samples.choosing import one_of_each, spread
from hub.viz.samples.pixels import as_picture
from hub.viz.samples.values import Names
from hub.viz.samples.words import shortened
from hub.viz.sheets import COUNT, GAP, sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PIL.Image import Image

    from hub.cards import DatasetCard, Field
    from hub.datasets.choice import Choice
    from hub.datasets.table import Table
    from hub.site.collection import Collection, Listed

LINES = 3
LETTERS = 240
"""Of longer texts the beginning is shown."""

__all__ = ["COUNT", "GAP", "LETTERS", "Excerpt", "Sheet", "of_collection"]

WORDS = ("text", "label", "number", "sequence")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture of samples of a split; `words` are their classes from left to right, where they have any."""

    path: str
    png: bytes
    width: int
    height: int
    split: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The first samples of a split, as text; `names` are the fields."""

    split: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def of_collection(collection: Collection, store: Path | None) -> dict[str, Sheet | Excerpt]:
    """Return dataset id -> samples of those that are prepared in a store; none without a store."""
    if store is None:
        return {}
    found = {entry.id: _of_dataset(entry, Layout(store)) for entry in collection.of_kind("dataset")}
    return {identifier: samples for identifier, samples in found.items() if samples is not None}


def _of_dataset(entry: Listed, layout: Layout) -> Sheet | Excerpt | None:
    card = cast("DatasetCard", entry.card)
    # What is got by hand may mostly not be handed on, not even in small.
    if card.by_hand or not card.artifacts:
        return None
    variant = {"variant": next(iter(card.variants))} if card.variants and not card.default_variant else {}
    try:
        choice = choose(DatasetEntry(entry.id, card, entry.path), variant)
        for split in choice.splits:
            table = _prepared(choice, split, layout)
            if table is not None:
                return _samples(choice, split, table)
    except HubError:  # a page can do without
        pass
    return None


def _prepared(choice: Choice, split: str, layout: Layout) -> Table | None:
    needed = choice.artifacts([split])
    if len(fetch.present(layout, dataset_owner(choice.id, choice.card), needed)) < len(needed):
        return None
    current = Settings(home=layout.home, offline=True)
    job = jobs(choice, [split], None, Workspace(layout, Silent()), current=current)[split]
    return prepare.ready(job, layout)


def _samples(choice: Choice, split: str, table: Table) -> Sheet | Excerpt | None:
    shown = [field for field in choice.card.fields if field.shown and field.name in table.columns]
    picture = next((field for field in shown if field.kind == "image"), None)
    label = next((field for field in shown if field.kind == "label"), None)
    if picture is not None:
        rows = _rows(table, label)
        words = tuple(_label(choice, table, label, row) for row in rows) if label and _is_single(table, label) else ()
        return _sheet(choice.id, split, [_picture(table, picture, row) for row in rows], words)
    texts = [field for field in shown if field.kind in WORDS]
    if not any(field.kind in ("text", "sequence") for field in texts):
        return None
    rows = list(range(min(LINES, len(table))))
    lines = tuple(tuple(_worded(choice, table, field, row) for field in texts) for row in rows)
    return Excerpt(split, tuple(field.name for field in texts), lines)


def _rows(table: Table, label: Field | None) -> list[int]:
    """Return the rows to show."""
    import numpy as np

    if label is None or not _is_single(table, label):
        return spread(len(table), COUNT)
    return one_of_each(np.asarray(table.columns[label.name]), COUNT)


def _is_single(table: Table, label: Field) -> bool:
    """Tell whether a label is one number a sample."""
    import numpy as np

    column = table.columns[label.name]
    return isinstance(column, np.ndarray) and column.ndim == 1


def _value(table: Table, field: Field, row: int) -> object:
    import numpy as np

    column = table.columns[field.name]
    return column[row] if isinstance(column, np.ndarray) else column.take(np.array([row]))[0]


def _label(choice: Choice, table: Table, field: Field, row: int) -> str:
    """Return the name of a sample's class, or its number where it has none."""
    names = Names(dict(enumerate(choice.classes or table.classes, field.first)))
    return names.of(field, int(cast("int", _value(table, field, row))))


def _worded(choice: Choice, table: Table, field: Field, row: int) -> str:
    value = _value(table, field, row)
    if field.kind == "label" and _is_single(table, field):
        return _label(choice, table, field, row)
    said = " ".join((" ".join(map(str, value)) if isinstance(value, list) else str(value)).split())
    return shortened(said, LETTERS)


def _picture(table: Table, field: Field, row: int) -> Image:
    """Return one picture as RGB. Raises FormatError if its file is none."""
    from PIL import Image, UnidentifiedImageError

    value = _value(table, field, row)
    try:
        return as_picture(Image.open(BytesIO(read_place(value))) if isinstance(value, Place) else value)
    except (UnidentifiedImageError, OSError, TypeError, ValueError) as error:
        raise FormatError(f"sample {row} is no picture", path=table.path, found=str(error)) from error


def _sheet(identifier: str, split: str, pictures: Sequence[Image], words: tuple[str, ...]) -> Sheet:
    whole = sheet(pictures)
    written = BytesIO()
    whole.save(written, "PNG")
    return Sheet(f"datasets/{identifier}/samples.png", written.getvalue(), *whole.size, split, words)
