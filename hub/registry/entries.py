"""What is found in a registry: lines of lists, and entries with their cards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hub import displays
from hub.registry.spelling import normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from hub.cards import DatasetCard, ModelCard, ModelVariant
    from hub.cards.catalog import Entry as CatalogCard
    from hub.errors import CardError
    from hub.registry.question import Filter

# What the names of another library's models begin with.
TIMM = "timm/"


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of a list or a search. `facets` are values to filter by, such as task and license.

    `hosts` are those that have its files; `single_host` says that one of the files is on one of them only, and
    `manual` that there is nothing to fetch: the files are to be got by hand.
    """

    kind: str
    id: str
    name: str
    summary: str
    summary_zh: str
    facets: dict[str, list[str]]
    hosts: list[str]
    single_host: bool
    manual: bool

    def has(self, facet: str, value: Filter) -> bool:
        """Tell whether `value`, however it is spelt, is among those of a facet."""
        return normal(str(value)) in map(normal, self.facets.get(facet, ()))


class Hits(list[Hit]):
    """Lines of a list or a search. `total` is how many there are, which may be more than are here."""

    def __init__(self, hits: Iterable[Hit] = (), total: int | None = None) -> None:
        super().__init__(hits)
        self.total = len(self) if total is None else total

    def first(self, limit: int | None) -> Hits:
        """Return as many of them as are wanted."""
        return self if limit is None else Hits(self[:limit], self.total)


@dataclass(frozen=True, slots=True)
class DatasetEntry:
    """A dataset that was found by name; the id of one of another registry begins with that one's name: "lab/cats"."""

    id: str
    card: DatasetCard
    path: Path

    def _repr_html_(self) -> str | None:
        return displays.html("entry", self)

    def __repr__(self) -> str:
        splits = ", ".join(self.card.splits or self.card.variants)
        return f"<dataset {self.id} {self.card.version}: {self.card.summary.en}{f' [{splits}]' if splits else ''}>"


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model that was found by name; `tag` is what stood behind the `@`, if anything did."""

    family: str
    card: ModelCard
    variant: ModelVariant
    tag: str | None
    path: Path
    """The card, or for a model of another library the module that makes it."""
    refused: Mapping[str, CardError] = field(default_factory=dict)
    """What is wrong with weights of another registry, by their tags: those are not fetched."""

    def _repr_html_(self) -> str | None:
        return displays.html("entry", self)

    def __repr__(self) -> str:
        tags = ", ".join(weights.tag for weights in self.variant.weights) or "no weights"
        return f"<model {self.variant.name}: {self.card.summary.en} [{tags}]>"


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """A project, tutorial, article, book, course or paper that was found by name."""

    kind: str
    id: str
    card: CatalogCard
    path: Path

    def _repr_html_(self) -> str | None:
        return displays.html("entry", self)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.id}: {self.card.summary.en}>"


Entry = DatasetEntry | ModelEntry | CatalogEntry
