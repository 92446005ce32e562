"""Syncing: every file that a lockfile pins is in the store; and whether cards still say what it pins.

The file alone suffices: its own sources come first, and those of the card, where there is one that agrees, after them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from hub import fetch
from hub.cards import Artifact, Source
from hub.errors import HubError, NotFound, NotLocked
from hub.fetch import locking
from hub.fetch.guarding import disagreement, guarded
from hub.fetch.plans import owner_of_url, plan
from hub.lockfile.differences import Difference, differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hub import lockfile
    from hub.lockfile import Entry, Lockfile, Requirement
    from hub.progress import Progress
    from hub.settings import Settings
    from hub.store.layout import Layout


@dataclass(frozen=True, slots=True)
class Need:
    """One entry of a lockfile, with those of its artifacts that are not in the store."""

    entry: Entry
    missing: tuple[lockfile.Artifact, ...]

    @property
    def by_hand(self) -> tuple[lockfile.Artifact, ...]:
        """What is missing and has no source: its card says where to get it."""
        return tuple(artifact for artifact in self.missing if not artifact.sources)


def needs(lock: Lockfile, layout: Layout, others: Sequence[Layout] = ()) -> list[Need]:
    """Return what the store and the `others` lack, entry by entry; touches no network."""
    found = []
    for entry in lock.entries:
        plain = [Artifact(name=pin.name, sha256=pin.sha256, size=pin.size) for pin in entry.artifacts]
        there = fetch.present(layout, entry.owner, plain, others)
        found.append(Need(entry, tuple(pin for pin in entry.artifacts if pin.name not in there)))
    return found


def bring(need: Need, settings: Settings, progress: Progress) -> int:
    """Fetch what is missing of an entry and can be fetched; return how many files. Raises what `fetch` does."""
    stated = _stated(need.entry)
    wanted = [_wanted(pin, need.entry, stated.get(pin.name)) for pin in need.missing if pin.sources]
    if wanted:
        # A record is of the address that the file came from, whatever name a lockfile gives it.
        owner = owner_of_url(need.entry.name) if need.entry.kind == "url" else need.entry.owner
        fetch.fetch(owner, wanted, settings=replace(settings, lockfile=None), progress=progress)
    return len(wanted)


def _wanted(pin: lockfile.Artifact, entry: Entry, stated: Artifact | None) -> Artifact:
    """Return what is to be fetched; from an address, whatever else a lockfile says, only what lies there."""
    known = [Source(url=entry.name)] if entry.kind == "url" else list(_understood(pin.sources))
    if stated is not None and not disagreement(stated, pin):
        addresses = {source.url for source in known}
        known += [source for source in stated.in_order if source.url not in addresses]
    return Artifact(name=pin.name, size=pin.size, sha256=pin.sha256, md5=pin.md5, sources=tuple(known))


def _understood(sources: Iterable[lockfile.Source]) -> Iterator[Source]:
    """Yield the sources that this version can read; a newer one may know more schemes and wrappings."""
    for source in sources:
        try:
            yield msgspec.convert(msgspec.to_builtins(source), Source)
        except msgspec.ValidationError:
            continue


def _stated(entry: Entry) -> dict[str, Artifact]:
    """Return what the card says of an entry's files, if there is a card that can be read."""
    if entry.kind == "url":
        return {}
    try:
        found = plan(f"{entry.name}@{entry.version}", variant="all" if entry.kind == "dataset" else None)
    except HubError:
        return {}
    return {artifact.name: artifact for artifact in found.artifacts}


def changes(lock: Lockfile) -> list[Difference]:
    """Return what `hub lock` would change, as far as cards tell, and which names no card has any longer."""
    change = locking.chosen(lock)
    entries: list[Entry] = []
    gone: list[Difference] = []
    for each in change.requires:
        try:
            entries.append(locking.guessed(locking.planned(each, lock, None)))
        except NotFound as error:
            gone.append(Difference("removed", str(each), "card", after=error.what))
            entries += [entry for entry in lock.entries if entry.name == each.base]
    return [*gone, *differences(lock, locking.locked(lock, change, entries))]


def unlocked(requirements: Iterable[Requirement], settings: Settings) -> Iterator[tuple[Requirement, NotLocked]]:
    """Yield those requirements that a load would be refused for, and the error it would raise."""
    for each in dict.fromkeys(map(locking.canonical, requirements)):
        wanted = locking.plan_of(each)
        try:
            guarded(wanted.owner, wanted.artifacts, settings)
        except NotLocked as error:
            yield each, error
