"""Which entries name which: forwards as the cards say it, and backwards, which no card says."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.cards import DatasetCard, ModelCard
from hub.cards.catalog import Learning, Project

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hub.site.collection import Collection, Documented, Listed


@dataclass(frozen=True, slots=True)
class Mention:
    """One entry names another, in a key of its card."""

    source: Listed
    key: str
    target: str


@dataclass(frozen=True, slots=True)
class References:
    """All mentions of a collection, those of each target in order of their sources, and the API index's of each."""

    mentions: tuple[Mention, ...]
    of_target: Mapping[str, tuple[Listed, ...]]
    documented: Mapping[str, tuple[Documented, ...]]

    def to(self, reference: str, *kinds: str) -> list[Listed]:
        """Return the entries that name this one, each once; only those of some kinds if any are given."""
        found = self.of_target.get(reference, ())
        return [entry for entry in found if not kinds or entry.kind in kinds]


def find(collection: Collection) -> References:
    """Return who names whom. What a mention names need not exist: `checking` tells."""
    mentions = tuple(mention for entry in collection.entries.values() for mention in _mentions(entry, collection))
    backwards: dict[str, dict[str, Listed]] = defaultdict(dict)
    for mention in mentions:
        backwards[mention.target][mention.source.reference] = mention.source
    of_target = {target: tuple(found.values()) for target, found in backwards.items()}
    return References(mentions, of_target, _documented(collection))


def _documented(collection: Collection) -> dict[str, tuple[Documented, ...]]:
    found: dict[str, list[Documented]] = defaultdict(list)
    for each in collection.documented:
        for target in each.name.related:
            found[target].append(each)
    return {target: tuple(names) for target, names in found.items()}


def _mentions(entry: Listed, collection: Collection) -> Iterator[Mention]:
    card = entry.card
    if isinstance(card, Learning):
        yield from (Mention(entry, f"about[{n}]", target) for n, target in enumerate(card.about))
    if isinstance(card, Project):
        yield from (Mention(entry, f"related[{n}]", target) for n, target in enumerate(card.related))
        yield from (
            Mention(entry, f"use_instead[{n}]", each.card) for n, each in enumerate(card.use_instead) if each.card
        )
    paper = paper_of(entry, collection)
    if paper:
        yield Mention(entry, "paper", paper.reference)


def paper_of(entry: Listed, collection: Collection) -> Listed | None:
    """Return the entry of the paper behind a dataset, model or project: the one with the same address."""
    url = paper_url(entry)
    return collection.papers.get(url) if url else None


def paper_url(entry: Listed) -> str | None:
    """Return the address of the paper that a card names, if it names one."""
    if isinstance(entry.card, DatasetCard | ModelCard):
        return entry.card.paper.url if entry.card.paper else None
    return entry.card.paper if isinstance(entry.card, Project) else None
