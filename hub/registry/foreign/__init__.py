"""Registries of other people: what `lab/cats` means, where `lab` is a name that `hub registry add` gave an address.

    registered    names and addresses
    asking        what its host is asked for
    parts         its index in shards, fetched in part
    copies        what a registry said last, in the store
    trust         what its cards may not say

A name is `<registry>/<name>`, or `<registry>/<kind>/<name>` where several kinds have it. What is found is called so
everywhere: in lists, in the store's records, as `model.hub.name`.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple, cast

import msgspec

from hub import settings
from hub.registry.card_files import add
from hub.registry.contents import of_listed
from hub.registry.entries import CatalogEntry, DatasetEntry, Entry, Hit, Hits, ModelEntry
from hub.registry.folder import KINDS
from hub.registry.foreign import copies, parts, registered, trust
from hub.registry.index import Index, Row
from hub.registry.index import opened as opened_index
from hub.registry.listing import Listed, read, write
from hub.registry.spelling import normal, unknown
from hub.sources.base import shown

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from hub.cards import Card, DatasetCard, ModelCard
    from hub.cards.catalog import Entry as CatalogCard
    from hub.errors import NotFound
    from hub.registry.foreign.copies import Copy
    from hub.registry.listing import Earlier
    from hub.registry.question import Filter
    from hub.registry.shards.reading import Matches, Shards
    from hub.settings import Settings

logger = logging.getLogger("hub")

ALL = "all"
"""The one part that such an index has."""

PARTLY = 100
"""Of an index in shards, how many entries are fetched if nobody says how many are wanted."""


class Found(NamedTuple):
    """An entry of another registry: what it is there, its card, and where that lies there and in the store."""

    kind: str
    id: str
    card: Card
    url: str
    path: Path


class Place(NamedTuple):
    """Where the card of an entry is: its kind and id, the address of the card, and digest and size of that."""

    kind: str
    id: str
    file: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Lists:
    """What another registry lists, as something that an index is made of."""

    copy: Copy

    @property
    def name(self) -> str:
        """The registry's address."""
        return self.copy.registry.url

    def stamp(self, part: str) -> str:  # noqa: ARG002  there is but one
        """Return what tells one state of the lists from another."""
        return " ".join([self.copy.state.sha256, *self.copy.state.lists])

    def fill(self, connection: sqlite3.Connection, part: str) -> None:  # noqa: ARG002
        """Put the lists into the tables, in place of what is there."""
        for table in ("entries", "spellings", "weights", "files"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608  our own words
        for kind in self.copy.state.lists:
            # The last first, so that of two of one id, or one spelling, that of the first stays.
            listed = [(found, entry) for entry in reversed(self._read(kind)) for found in of_listed(kind, entry)]
            for found, entry in sorted(listed, key=lambda pair: pair[0].entry[1], reverse=True):
                row = (entry.card, f"{entry.sha256} {entry.size}")
                connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?, '')", row)
                rows = ((f"{kind}/{entry.id}@{each.version}", _stated(each)) for each in entry.earlier)
                connection.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, '')", rows)
                add(connection, [found], entry.card)

    def _read(self, kind: str) -> list[Listed]:
        """Return the entries of a list that are sound; a list that is none, or an entry, is left out with a word."""
        place = f"the registry {self.copy.registry.name}, {kind}s"
        data = self.copy.list_of(kind)
        try:
            found = read(data)
        except ValueError as error:
            logger.warning("%s: %s; they are left out", place, error)
            return []
        for fault in found.faults:
            logger.warning("%s: %s; it is left out", place, fault)
        return found.found


@dataclass(frozen=True, slots=True)
class Foreign:
    """A registry of other people, as it is now or was said to be last."""

    name: str
    copy: Copy
    settings: Settings

    def index(self) -> Index:
        """Return the index of its lists, made or brought up to date if need be."""
        return opened_index(Lists(self.copy), self.settings.home, (ALL,))

    def shards(self) -> Shards | None:
        """Return its index in shards, None if it has lists."""
        return parts.opened(self.copy, self.settings) if self.copy.state.shards else None

    def counts(self) -> Mapping[str, int]:
        """Return how many entries of each kind it has."""
        if shards := self.shards():
            return shards.counts()
        with self.index() as opened:
            return Counter(row[0] for row in opened.rows(KINDS))

    def find(self, asked: str, kinds: tuple[str, ...], version: str = "") -> Found:
        """Return the entry of a name there, and of a dataset another version, if the registry has kept that.

        Raises NotFound, CardError, and what fetching a card raises.
        """
        shards = self.shards()
        place = self._in_shards(shards, asked, kinds, version) if shards else self._in_lists(asked, kinds, version)
        data, path = self._card(place)
        card = trust.card(place.kind, data, self.copy.state.base, self._url(place.file))
        return Found(place.kind, place.id, card, self._url(place.file), path)

    def _in_lists(self, asked: str, kinds: tuple[str, ...], version: str) -> Place:
        plain = normal(asked)
        with self.index() as opened:
            kind = opened.kind_of(plain, kinds)
            place = opened.find(kind, plain) if kind else None
            if kind is None or place is None:
                raise self._unknown(asked, kinds, opened.spellings(plain, kinds))
            earlier = opened.stamp(f"{kind}/{place[0]}@{version}") if version else ""
            digest, size, file = (earlier or f"{opened.stamp(place[1])} {place[1]}").split(" ")
        return Place(kind, place[0], file, digest, int(size))

    def _in_shards(self, shards: Shards, asked: str, kinds: tuple[str, ...], version: str) -> Place:
        found = shards.find(normal(asked), kinds)
        if found is None:
            raise self._unknown(asked, kinds, shards.spellings(normal(asked), kinds))
        meant = next((each for each in found.listed.earlier if each.version == version), found.listed)
        return Place(found.kind, found.id, meant.card, meant.sha256, meant.size)

    def _unknown(self, asked: str, kinds: tuple[str, ...], known: list[str]) -> NotFound:
        what = kinds[0] if len(kinds) == 1 else "entry"
        return unknown(what, asked, known, prefix=f"{self.name}/")

    def _card(self, place: Place) -> tuple[bytes, Path]:
        trust.require_path(self._url(""), "card", place.file)
        return copies.card(self.copy, place.file, place.sha256, place.size, self.settings)

    def _url(self, file: str) -> str:
        return f"{shown(self.copy.state.base)}{file}"


def opened(name: str) -> Foreign:
    """Return the registry of that name. Raises NotFound, and what asking for its index raises."""
    current = settings.current()
    return Foreign(name, copies.current(registered.find(name, current), current), current)


def known(name: str) -> bool:
    """Tell whether the first word of a name such as "lab/cats" is a registry that is set up."""
    return name.partition("/")[0] in registered.every(settings.current())


def entries(
    name: str, kinds: tuple[str, ...], facets: Mapping[str, Filter] | None = None, limit: int | None = None
) -> Hits:
    """Return the entries of a registry that are of these kinds and have these facets.

    No more than `limit`, which for an index in shards is PARTLY unless another one is given.
    """
    there, wanted = opened(name), {facet: str(value) for facet, value in (facets or {}).items()}
    if shards := there.shards():
        return _matches(name, shards.rows(kinds, wanted), limit)
    with there.index() as found:
        hits = [_hit(name, row) for row in found.rows(kinds)]
    return Hits(hit for hit in hits if all(hit.has(facet, value) for facet, value in wanted.items())).first(limit)


def search(name: str, query: str, kinds: tuple[str, ...], limit: int | None = None) -> Hits:
    """Return the entries of a registry that have every word of `query`, no more than `entries` would."""
    there = opened(name)
    if shards := there.shards():
        return _matches(name, shards.search(query, kinds), limit)
    with there.index() as found:
        return Hits(_hit(name, row) for row in found.search(query, kinds)).first(limit)


def list_of(name: str, kind: str, identifiers: Collection[str]) -> bytes:
    """Return the list of a kind as the registry has it or, of one in shards, a list of these entries alone."""
    there = opened(name)
    shards = there.shards()
    if shards is None:
        return there.copy.list_of(kind)
    found = (shards.find(normal(each), (kind,)) for each in sorted(identifiers))
    return write(each.listed for each in found if each)


def find_dataset(name: str, version: str = "") -> DatasetEntry:
    """Return the dataset of a name such as "lab/cats", of an earlier version if the registry has kept that one.

    Raises NotFound, CardError and what asking a registry raises.
    """
    registry, _, asked = name.partition("/")
    return _dataset(registry, opened(registry).find(asked, ("dataset",), version))


def find_model(name: str, tag: str | None) -> ModelEntry:
    """Return the model of a name such as "lab/cats"; raises what `find_dataset` does."""
    registry, _, asked = name.partition("/")
    return _model(registry, opened(registry).find(asked, ("model",)), tag)


def describe(name: str) -> Entry:
    """Return the entry of whatever kind has the name; raises what `find_dataset` does."""
    asked, _, version = name.partition("@")
    registry, _, rest = asked.partition("/")
    kind, _, inner = rest.partition("/")
    kinds, plain = ((kind,), inner) if inner and kind in KINDS else (KINDS, rest)
    found = opened(registry).find(plain, kinds, version)
    if found.kind == "model":
        return _model(registry, found, version or None)
    if found.kind == "dataset":
        return of_version(_dataset(registry, found), version)
    return CatalogEntry(found.kind, f"{registry}/{found.id}", cast("CatalogCard", found.card), found.path)


def of_version(entry: DatasetEntry, version: str) -> DatasetEntry:
    """Return a dataset that was found; NotFound if another version of it was asked for."""
    if version and version != entry.card.version:
        raise unknown(f"version of {entry.id}", version, [entry.card.version])
    return entry


def _stated(earlier: Earlier) -> str:
    """Return what is noted of an earlier version's card, in which a path has no blank."""
    return f"{earlier.sha256} {earlier.size} {earlier.card}"


def _dataset(registry: str, found: Found) -> DatasetEntry:
    return DatasetEntry(f"{registry}/{found.id}", cast("DatasetCard", found.card), found.path)


def _model(registry: str, found: Found, tag: str | None) -> ModelEntry:
    card = cast("ModelCard", found.card)
    variant = next((each for each in card.variants if each.name == found.id), None)
    if variant is None:
        raise trust.refused(found.url, [("variants", f"there is no {found.id!r}, which the index lists")])
    # Under its full name wherever it is shown or recorded; its builder knows it by the one that it has there.
    named = msgspec.structs.replace(variant, name=f"{registry}/{found.id}", network=variant.network or variant.name)
    family = PurePosixPath(found.url).stem
    return ModelEntry(family, card, named, tag, found.path, trust.refused_weights(named, found.url))


def _matches(registry: str, found: Matches, limit: int | None) -> Hits:
    documents = islice(found.found, PARTLY if limit is None else limit)
    return Hits((_hit(registry, parts.row(each)) for each in documents), found.total)


def _hit(registry: str, row: Row) -> Hit:
    return Hit(row[0], f"{registry}/{row[1]}", *row[2:])
