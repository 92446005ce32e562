"""What a dataset says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.progress import human_bytes

if TYPE_CHECKING:
    from hub.datasets.origin import Origin
    from hub.datasets.table import Rows

INDENT = "    "


def describe(origin: Origin, rows: Rows, form: str | None, transforms: object) -> str:
    """Return the lines that torchvision's datasets show, with all splits and the size of the stored rows."""
    lines = [
        f"Number of datapoints: {len(rows)}",
        f"Split: {origin.split}",
        f"Splits: {_splits(origin)}",
        f"Size: {human_bytes(_row_size(origin) * len(rows))}",
    ]
    if form is not None:
        lines.append(f"Format: {form}")
    if transforms is not None:
        lines.extend(repr(transforms).splitlines())
    head = f"Dataset {origin.card.name} {origin.card.version}"
    return "\n".join([head, *(INDENT + line for line in lines)])


def _splits(origin: Origin) -> str:
    return ", ".join(f"{name} ({split.samples})" for name, split in origin.splits.items())


def _row_size(origin: Origin) -> int:
    columns = origin.tables[0].columns.values()
    return sum(column[:1].nbytes or column.itemsize for column in columns)
