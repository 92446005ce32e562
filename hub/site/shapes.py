"""How the list of each kind looks: what it can be filtered and sorted by, and what stands beside the names."""

from __future__ import annotations

from dataclasses import dataclass

from hub.site.measured import HEADLINES


@dataclass(frozen=True, slots=True)
class Shape:
    """Keys of facts: `facets` to filter by, `columns` besides the name, `orders`: "-year" is the largest first."""

    facets: tuple[str, ...]
    columns: tuple[str, ...]
    orders: tuple[str, ...]

    def orders_of(self, column: str) -> list[str]:
        """Return the orders that a column's heading turns through; that of the best result has one a metric."""
        keys = HEADLINES if column == "best" else (column,)
        return [order for order in self.orders if order.removeprefix("-") in keys]


READING = Shape(
    facets=("level", "language", "format", "tag"),
    columns=("level", "language", "format", "year"),
    orders=("name", "level", "-year", "-added"),
)

SHAPES = {
    "dataset": Shape(
        facets=("task", "modality", "access", "pretrained", "license"),
        columns=("task", "samples", "size", "license"),
        orders=("name", "-samples", "samples", "-size", "size", "-year", "-added"),
    ),
    "model": Shape(
        facets=("task", "family", "pretrained", "license"),
        columns=("best", "params", "gflops", "task"),
        orders=(
            "name", "-acc@1", "-box_map", "-miou", "params", "-params", "gflops", "-gflops", "size", "-year", "-added",
        ),
    ),
    "project": Shape(
        facets=("category", "status", "activity", "license", "tag"),
        columns=("category", "status", "updated", "license"),
        orders=("name", "-updated", "-added"),
    ),
    "tutorial": READING,
    "article": Shape(READING.facets, ("publisher", *READING.columns), READING.orders),
    "book": Shape(
        facets=("level", "language", "free", "tag", "year"),
        columns=("people", "level", "language", "year"),
        orders=("name", "-year", "level", "-added"),
    ),
    "course": Shape(
        facets=("level", "language", "free", "publisher", "tag"),
        columns=("publisher", "level", "language", "free"),
        orders=("name", "level", "-added"),
    ),
    "paper": Shape(
        facets=("year", "tag"),
        columns=("people", "venue", "year"),
        orders=("-year", "year", "name", "-added"),
    ),
}  # fmt: skip

LEARNING = ("tutorial", "article", "book", "course")
"""The kinds that are there to learn from; they share a list."""

LEARN = Shape(
    facets=("kind", "level", "language", "tag"),
    columns=("kind", "level", "language", "year"),
    orders=("name", "level", "-year", "-added"),
)
