"""All segments of a registry together: a name, a search, a list."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from hub.registry.folder import KINDS
from hub.registry.shards import keys, postings
from hub.registry.words import of_query

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from hub.registry.shards.forms import Document
    from hub.registry.shards.segments import Segment

MEANT = 8
"""How many names are looked at that may be meant by one that there is not, of each way to misspell it."""


class Matches(NamedTuple):
    """How many documents there are, and they themselves, fetched as they are taken."""

    total: int
    found: Iterator[Document]


@dataclass(frozen=True, slots=True)
class Shards:
    """The index of a registry in shards, the oldest segment first."""

    segments: Sequence[Segment]

    def find(self, spelling: str, kinds: Sequence[str]) -> Document | None:
        """Return the entry of a spelling in its normal form, of the first of these kinds that has one."""
        ids, also = self._named(spelling)
        for kind in kinds:
            # As in an index made of lists: an id before any other name, the first of ids, the last of other names.
            if own := [each for each in ids if each.kind == kind]:
                return min(own, key=_order)
            if others := [each for each in also if each.kind == kind]:
                return max(others, key=_order)
        return None

    def of_card(self, kind: str, identifier: str) -> Document | None:
        """Return the entry of a card by its id; of a family of models that of one of its networks."""
        for segment in self.segments:
            family = segment.named(keys.family(kind, identifier))
            own = segment.number(kind, identifier)
            numbers = [*(family.ids if family else ()), *(() if own is None else (own,))]
            living = (number for number in numbers if not segment.dead >> number & 1)
            for _, found in segment.documents(living):
                if found.listed.id == identifier:
                    return found
        return None

    def search(self, query: str, kinds: Collection[str]) -> Matches:
        """Return the entries that have every word of a query, in the order of `hub.registry.index.Index.search`."""
        whole = query.lower().strip()
        words = of_query(query)
        if whole and not words:
            return Matches(0, iter(()))
        found = [_by_rank(segment, segment.alive(kinds), words, whole) for segment in self.segments]
        total = sum(rank.bit_count() for ranks in found for rank in ranks)
        return Matches(total, (each for ranks in zip(*found, strict=True) for each in self._merged(ranks)))

    def rows(self, kinds: Collection[str], facets: Mapping[str, str]) -> Matches:
        """Return the entries of these kinds that have these facets, in order of kind and id."""
        found = [segment.alive(kinds) for segment in self.segments]
        for facet, value in facets.items():
            word = keys.facet(facet, value)
            found = [left and left & each.having(word) for left, each in zip(found, self.segments, strict=True)]
        return Matches(sum(each.bit_count() for each in found), self._merged(found))

    def counts(self) -> dict[str, int]:
        """Return how many entries there are of each kind."""
        return {kind: sum(each.alive((kind,)).bit_count() for each in self.segments) for kind in KINDS}

    def spellings(self, spelling: str, kinds: Collection[str]) -> list[str]:
        """Return ids that may be meant: those whose names begin alike, and those whose names end alike.

        A mistake in the first letters of a name and in the last ones as well is not seen through.
        """
        import difflib  # only a mistake needs it

        end = spelling[len(spelling) // 2 :]
        meant: dict[str, None] = {}
        for segment in self.segments:
            near = {each.key: each for each in segment.neighbours(spelling)}
            close = difflib.get_close_matches(spelling, near, n=MEANT, cutoff=0.6)
            numbers = {number for key in close for number in (*near[key].ids, *near[key].also)}
            numbers |= set(_first(segment.beginning(end).called if end else 0))
            living = segment.alive(kinds)
            wanted = sorted(number for number in numbers if living >> number & 1)
            meant |= dict.fromkeys(each.id for _, each in segment.documents(wanted))
        return list(meant)

    def _named(self, spelling: str) -> tuple[list[Document], list[Document]]:
        ids: list[Document] = []
        also: list[Document] = []
        for segment in self.segments:
            if name := segment.named(spelling):
                living = segment.alive(KINDS)
                for numbers, found in ((name.ids, ids), (name.also, also)):
                    there = [number for number in numbers if living >> number & 1]
                    found += [each for _, each in segment.documents(there)]
        return ids, also

    def _merged(self, found: Sequence[int]) -> Iterator[Document]:
        """Yield documents of each segment in the order of all."""
        streams = (_stream(segment, bits) for segment, bits in zip(self.segments, found, strict=True) if bits)
        return heapq.merge(*streams, key=_order)


def _by_rank(segment: Segment, living: int, words: Sequence[str], query: str) -> tuple[int, int, int, int]:
    """Return the documents with this id, those whose ids begin so, those whose names have every word, and the rest."""
    found = named = living
    for word in words:
        if not found:
            return 0, 0, 0, 0
        having = segment.beginning(word)
        found, named = found & having.all, named & having.called
    exact = begun = 0
    if found and query:
        begun = segment.beginning(keys.identity(query)).all & found
        exact = segment.having(keys.identity(query)) & begun if begun else 0
    return exact, begun & ~exact, named & found & ~begun, found & ~(begun | named)


def _stream(segment: Segment, bits: int) -> Iterator[Document]:
    return (each for _, each in segment.documents(postings.numbers(bits)))


def _first(bits: int) -> list[int]:
    return [number for number, _ in zip(postings.numbers(bits), range(MEANT), strict=False)]


def _order(each: Document) -> tuple[int, str]:
    return KINDS.index(each.kind), each.id
