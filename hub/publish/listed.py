"""The index of a registry that is published: what it lists, and the index of a change to that.

The one place that knows how an index lists cards; all that it names is named by its digest.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import msgspec

from hub.errors import CardError, DigestMismatch
from hub.registry import listing
from hub.registry.shards import publishing
from hub.registry.shards.publishing import Stated
from hub.registry.spelling import normal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hub.publish.places import Place, State
    from hub.registry.listing import Kind, Listed, ListOf
    from hub.registry.shards.reading import Shards

    Changes = Mapping[tuple[str, str], Listed]
    """(kind, id) -> entry"""

TOP = "registry/v1/"


@dataclass(frozen=True, slots=True)
class Index:
    """What a registry lists in one state of it: entries of lists, or shards in their place if there are many."""

    state: State
    entries: Changes
    shards: Shards | None
    place: Place

    @classmethod
    def of(cls, place: Place) -> Index:
        """Return what a place lists now; raises CardError if it is no index, DigestMismatch for a list that differs."""
        state = place.state()
        try:
            lists = listing.read_index(state.data).found if state.data else []
            shards = publishing.opened(state.data, Files(place)) if state.data else None
        except ValueError as error:
            raise CardError(f"{place.address}{TOP}index.json", [("", str(error))]) from error
        entries: dict[tuple[str, str], Listed] = {
            (each.kind, entry.id): entry for each in lists for entry in _entries(place, each)
        }
        return cls(state, entries, shards, place)

    def find(self, kind: str, identifier: str) -> Listed | None:
        """Return an entry, or None if there is none of that id; of a family in shards it names one network."""
        if self.shards is None:
            return self.entries.get((kind, identifier))
        found = self.shards.of_card(kind, identifier)
        return found.listed if found else None

    def known_as(self, kind: str, name: str) -> str | None:
        """Return the id of the entry that is found by a name, or None if none is."""
        wanted = normal(name)
        if self.shards is not None:
            document = self.shards.find(wanted, (kind,))
            return document.listed.id if document else None
        found = (each.id for (of, _), each in self.entries.items() if of == kind and wanted in spellings(each))
        return next(found, None)

    def changed(self, changes: Changes) -> tuple[bytes, dict[str, bytes]]:
        """Return the index after a change, and path -> bytes of the files that it names and that are new."""
        files = Files(self.place)
        added = (Stated(cast("Kind", kind), entry) for (kind, _), entry in changes.items())
        return publishing.update(self.state.data or None, files, added), files.new


@dataclass(frozen=True, slots=True)
class Files:
    """The files of an index at a place, and those that are to be written there: not before all of them are known."""

    place: Place
    new: dict[str, bytes] = field(default_factory=dict)

    def read(self, path: str) -> bytes:
        """Return a file, b"" if there is none."""
        return self.new.get(path) or self.place.read(TOP + path) or b""

    def write(self, path: str, data: bytes) -> None:
        """Take a file."""
        self.new[path] = data


def spellings(entry: Listed) -> set[str]:
    """Return the names that an entry is found by, as they are compared: those of its networks if it is a family."""
    networks = [name for network in entry.networks for name in (network.name, *network.also)]
    return {normal(name) for name in (networks or [entry.id, *entry.also])}


def _entries(place: Place, each: ListOf) -> list[Listed]:
    read = listing.read(_checked(place, each.list, each.sha256))
    if read.faults:  # written anew without them, they would be lost
        raise CardError(f"{place.address}{TOP}{each.list}", [("", fault) for fault in read.faults])
    return read.found


def table(place: Place, entry: Listed) -> dict[str, object]:
    """Return a card as it is served. Raises DigestMismatch."""
    return cast("dict[str, object]", msgspec.json.decode(_checked(place, entry.card, entry.sha256)))


def _checked(place: Place, path: str, expected: str) -> bytes:
    data = place.read(TOP + path)
    found = sha256(data) if data is not None else None
    if data is None or found != expected:
        raise DigestMismatch(
            f"{place.address}{TOP}{path} is not the one that the index names",
            expected=f"sha256:{expected}",
            found=f"sha256:{found}" if found else "no such file",
            hint="nothing was published; put the registry right first",
        )
    return data


def sha256(data: bytes) -> str:
    """Return the digest of a small file."""
    return hashlib.sha256(data).hexdigest()
