"""What a dataset says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hub.datasets.table import view
from hub.progress import human_bytes

if TYPE_CHECKING:
    from hub.datasets.origin import Origin
    from hub.datasets.table import Rows
    from hub.decoders import Form

INDENT = "    "


def describe(origin: Origin, rows: Rows, form: Form, transforms: object) -> str:
    """Return the lines that torchvision's datasets show, with all splits and the size of the stored rows."""
    lines = [
        f"Number of datapoints: {len(rows)}",
        f"Split: {origin.split}",
        f"Splits: {_splits(origin)}",
        f"Size: {human_bytes(_size(origin, rows))}",
    ]
    if form.name is not None:
        lines.append(f"Format: {form.name}")
    if form.min_size is not None:
        lines.append(f"Smallest side of decoded images: {form.min_size}")
    if transforms is not None:
        lines.extend(repr(transforms).splitlines())
    head = f"Dataset {origin.card.name} {origin.card.version}"
    return "\n".join([head, *(INDENT + line for line in lines)])


def _splits(origin: Origin) -> str:
    """Return the names with their sizes; a split that the user holds has the size that it has."""
    known = {name: split.samples for name, split in origin.splits.items()}
    if len(origin.tables) == 1 and origin.split in known:
        known[origin.split] = len(origin.tables[0])
    return ", ".join(name if count is None else f"{name} ({count})" for name, count in known.items())


def _size(origin: Origin, rows: Rows) -> int:
    """Return the size of what the rows hold as numbers, and of their share of all words."""
    first = [view(origin.tables, field.name, rows[:1]) for field in origin.stored]
    numbers: int = sum(column.nbytes for column in first if isinstance(column, np.ndarray)) * len(rows)
    worded = [field.name for field in origin.stored if field.kind in ("text", "sequence")]
    words: int = sum(each.size_of(name) for each in origin.tables for name in worded)
    return numbers + round(words * len(rows) / max(1, sum(map(len, origin.tables))))
