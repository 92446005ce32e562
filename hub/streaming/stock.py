"""Stocks: what is streamed, as the card and a split expression say it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from hub.fetch.plans import dataset_owner
from hub.progress import Silent
from hub.readers import keeps_order
from hub.streaming import rows
from hub.streaming.order import Cut, Order, cut
from hub.streaming.supply import Supply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from hub.datasets.choice import Choice
    from hub.datasets.splits import Part
    from hub.datasets.table import Table
    from hub.progress import Progress
    from hub.settings import Settings
    from hub.streaming.pieces import Piece


@dataclass(frozen=True)
class Stock:
    """What is streamed: splits of a choice out of the store, or tables that are there already."""

    choice: Choice
    split: str
    parts: tuple[Part, ...]
    settings: Settings
    tables: Mapping[str, Table] | None = None

    @property
    def total(self) -> int | None:
        """How many rows there are, if that is known before they have come."""
        counts = [self._count(part) for part in self.parts]
        return None if None in counts else sum(count for count in counts if count is not None)

    def _count(self, part: Part) -> int | None:
        known = self.samples(part.name)
        return None if known is None else len(part.rows(known))

    def samples(self, name: str) -> int | None:
        """Return how many rows a split has, if the card says so."""
        if self.tables is not None:
            return len(self.tables[name])
        asked = self.choice.card.options
        own = {key: value for key, value in self.choice.options.items() if asked.get(key, value) != value}
        return None if own else self.choice.split(name).samples

    def pieces(self, opened: rows.Opened, order: Order) -> Iterator[Piece]:
        """Yield the rows of all parts, one after the other."""
        found = rows.waited_for if order.needs_all else rows.pieces
        return chain.from_iterable(self._part(part, opened, found) for part in self.parts)

    def _part(
        self, part: Part, opened: rows.Opened, found: Callable[[rows.Opened, str], Iterator[Piece]]
    ) -> Iterator[Piece]:
        if self.tables is None and part.start is None and part.stop is None:
            return found(opened, part.name)
        known = self.samples(part.name)
        if self.tables is None and known is not None and keeps_order(self.choice.card.reader):
            kept = part.rows(known)
            return cut(found(opened, part.name), Cut(kept.start, kept.stop))
        # A share of rows that nobody can count yet, or that are sorted in the table that slices are of.
        table = self.tables[part.name] if self.tables is not None else rows.prepared(opened, part.name)
        kept = part.rows(len(table))
        return rows.of_table(table, np.arange(kept.start, kept.stop))

    @property
    def owner(self) -> str:
        """Under which name the store records the files."""
        return dataset_owner(self.choice.id, self.choice.card)

    def opened(self, progress: Progress | None) -> rows.Opened:
        """Begin to fetch what is missing, and return what a pass reads from."""
        names = list(dict.fromkeys(part.name for part in self.parts))
        artifacts = self.choice.artifacts(names) if self.tables is None else []
        supply = Supply(self.owner, artifacts, self.settings, progress or Silent())
        if artifacts:
            supply.begin()
        return rows.Opened(self.choice, supply, self.settings, [])
