"""Locking: from names to entries of a lockfile, and from a lockfile to what it would be now.

    chosen      which names a change is about, and what is asked for then
    planned     what is known of one of them: from its card, the lockfile as it was, the store
    made        the same with what had to be fetched to be known
    locked      the lockfile with all of that

Only names that the change is about are looked at; the lines of others stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import msgspec

from hub import fetch, lockfile, registry
from hub.errors import NotFound
from hub.fetch.guarding import disagreement, locked_owner
from hub.fetch.plans import EVERY, got_by_hand, parts_of, plan
from hub.lockfile.addresses import public
from hub.registry.spelling import did_you_mean
from hub.sources.base import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from hub.cards import Artifact, Source
    from hub.fetch.plans import Plan
    from hub.lockfile import Entry, Lockfile, Requirement
    from hub.progress import Progress
    from hub.settings import Settings
    from hub.store.layout import Layout


@dataclass(frozen=True, slots=True)
class Change:
    """What a lockfile is to be asked for: the names that it is about, and all that is required of those then."""

    touched: frozenset[str]
    requires: tuple[Requirement, ...]
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Public address -> the one that was given, where that lets somebody in: to fetch with, never to write down."""

    def plan(self, requirement: Requirement) -> Plan:
        """Return the files of a requirement; touches no network but that of a registry."""
        given = self.addresses.get(requirement.name)
        return plan(given) if given else plan_of(requirement)

    def planned(self, before: Lockfile, layout: Layout | None) -> list[Pinning]:
        """Return what is known of all requirements; raises what the function of that name does."""
        return [planned(each, before, layout, self.plan(each)) for each in self.requires]


@dataclass(frozen=True, slots=True)
class Pinning:
    """One requirement on its way: the entry as far as it is known, and the artifacts that only their bytes will pin."""

    plan: Plan
    entry: Entry
    unknown: tuple[Artifact, ...]


def chosen(lock: Lockfile, add: Iterable[Requirement] = (), remove: Collection[str] = ()) -> Change:
    """Return what is asked for once some requirements were added and names removed; all of it anew if there is neither.

    A requirement takes the place of narrower ones. Raises NotFound for a name to remove that is not required.
    """
    given = {canonical(each): each.name for each in add}
    added = list(given)
    gone = {_written(name) for name in remove}
    for name in sorted(gone):
        if not any(_is_named(each, name) for each in lock.requires):
            raise _not_required(name, lock)
    left = [each for each in lock.requires if not any(_is_named(each, name) for name in gone)]
    touched = {each.base for each in added} | {each.base for each in lock.requires if each not in left}
    if not added and not gone:
        touched = {each.base for each in lock.requires} | {entry.name for entry in lock.entries}
    wanted = dict.fromkeys([*(each for each in left if each.base in touched), *added])
    addresses = {each.name: name for each, name in given.items() if lockfile.is_address(name)}
    return Change(frozenset(touched), tuple(each for each in wanted if not _is_covered(each, wanted)), addresses)


def _not_required(name: str, lock: Lockfile) -> NotFound:
    known = [each.name for each in lock.requires]
    return NotFound(
        f"{name} is not in the lockfile", expected=", ".join(known) or "nothing", hint=did_you_mean(name, known)
    )


def canonical(requirement: Requirement) -> Requirement:
    """Return the requirement in its one form: a card's own id, splits without slices, an address without credentials.

    Raises NotFound for a name that no card has.
    """
    name, is_dataset = _id(requirement.name)
    if not is_dataset:
        return lockfile.Requirement(name=name)
    splits = [part.partition("[")[0].strip() for part in requirement.split.split("+")]
    split = "+".join(dict.fromkeys(each for each in splits if each))
    return lockfile.Requirement(name=name, split=split, variant=requirement.variant)


def _id(name: str) -> tuple[str, bool]:
    """Return the name as a lockfile spells it, and whether it is that of a dataset."""
    if lockfile.is_address(name):
        return public(name), False
    entry = registry.find(name)
    if isinstance(entry, registry.ModelEntry):
        return f"{entry.variant.name}@{entry.tag}" if entry.tag else entry.variant.name, False
    return f"{entry.id}@{entry.card.version}" if "@" in name else entry.id, True


def _written(name: str) -> str:
    """Return a name to remove as a lockfile would spell it, also if its card is gone."""
    try:
        return _id(name)[0]
    except NotFound:
        return name


def _is_named(requirement: Requirement, name: str) -> bool:
    return name in (requirement.name, requirement.base)


def _is_covered(requirement: Requirement, among: Collection[Requirement]) -> bool:
    wider = [lockfile.Requirement(name=requirement.name, variant=variant) for variant in (requirement.variant, EVERY)]
    return any(each in among for each in wider if each != requirement)


def plan_of(requirement: Requirement) -> Plan:
    """Return the files of a requirement; touches no network but that of a registry."""
    return plan(requirement.name, requirement.split or None, requirement.variant or None)


def planned(requirement: Requirement, before: Lockfile, layout: Layout | None, wanted: Plan | None = None) -> Pinning:
    """Return what is known of a requirement without a transfer; `layout` is the store to look at, if one may.

    `wanted` are its files, where those that are asked for are not simply those of its name.

    Raises NotFound, CardError, and MissingFile for files to be got by hand of which the card knows no sha256.
    """
    wanted = wanted or plan_of(requirement)
    owner = locked_owner(wanted.owner, wanted.artifacts) if wanted.artifacts else wanted.owner
    earlier = before.entry(owner)
    pins, unknown = [], []
    for artifact in wanted.artifacts:
        pin = _pin(artifact, wanted, earlier, layout)
        if pin is not None:
            pins.append(pin)
        elif artifact.sources:
            unknown.append(artifact)
    if wanted.manual and not pins and not unknown:
        raise got_by_hand(wanted.owner, wanted.manual)
    return Pinning(wanted, _entry(owner, requirement, pins), tuple(unknown))


def _entry(owner: str, requirement: Requirement, pins: Sequence[lockfile.Artifact]) -> Entry:
    kind, _, version = ("url", "", "") if owner.startswith("url/") else parts_of(owner)
    found = {"owner": owner, "name": requirement.base, "kind": kind, "version": version, "artifacts": pins}
    return msgspec.convert(found, lockfile.Entry)


def _pin(artifact: Artifact, wanted: Plan, earlier: Entry | None, layout: Layout | None) -> lockfile.Artifact | None:
    """Return the pinned artifact if card, store or the lockfile as it was know its sha256 and size."""
    old = earlier.by_name.get(artifact.name) if earlier else None
    if old is not None and disagreement(artifact, old):
        old = None
    if artifact.sha256 and artifact.size is not None:
        return _artifact(artifact, artifact.sha256, artifact.size, old)
    local = fetch.present(layout, wanted.owner, [artifact]).get(artifact.name) if layout else None
    if local is not None:
        return _artifact(artifact, local.sha256, local.size, old)
    return _artifact(artifact, old.sha256, old.size, old) if old else None


def _artifact(
    artifact: Artifact, sha256: str, size: int, old: lockfile.Artifact | None = None, worked: str = ""
) -> lockfile.Artifact:
    """Return the pinned form, with the source that worked first; an earlier order of the same sources stays."""
    ordered = sorted(artifact.in_order, key=lambda source: shown(source.url.partition("#")[0]) != worked)
    sources = tuple(map(_source, ordered))
    if old is not None and set(old.sources) == set(sources) and not worked:
        sources = old.sources
    return lockfile.Artifact(name=artifact.name, sha256=sha256, size=size, md5=artifact.md5, sources=sources)


def _source(source: Source) -> lockfile.Source:
    md5 = None if source.sha256 else source.md5  # one digest of a wrapping is enough, and lines stay short
    return lockfile.Source(
        url=public(source.url), unwrap=source.unwrap, size=source.size, sha256=source.sha256, md5=md5
    )


def made(pinning: Pinning, settings: Settings, progress: Progress) -> Entry:
    """Return the entry with every artifact pinned, fetching those that must be seen; raises what `fetch` does."""
    if not pinning.unknown:
        return pinning.entry
    unguarded = replace(settings, lockfile=None)
    found = fetch.fetch(pinning.plan.owner, pinning.unknown, settings=unguarded, progress=progress)
    pins = (
        _artifact(each, found[each.name].sha256, found[each.name].size, worked=found[each.name].source)
        for each in pinning.unknown
    )
    return _with(pinning.entry, pins)


def guessed(pinning: Pinning) -> Entry:
    """Return the entry with empty digests for what must be seen first: good for telling what would change."""
    pins = (_artifact(each, "", each.size or 0) for each in pinning.unknown)
    return _with(pinning.entry, pins)


def joined(entries: Iterable[Entry]) -> list[Entry]:
    """Return one entry an owner, with the artifacts of all; two requirements may be about files of one card."""
    found: dict[str, Entry] = {}
    for entry in entries:
        before = found.get(entry.owner, entry)
        found[entry.owner] = _with(before, entry.artifacts)
    return list(found.values())


def _with(entry: Entry, pins: Iterable[lockfile.Artifact]) -> Entry:
    merged = entry.by_name | {pin.name: pin for pin in pins}
    return msgspec.structs.replace(entry, artifacts=tuple(merged.values()))


def locked(before: Lockfile, change: Change, entries: Iterable[Entry]) -> Lockfile:
    """Return the lockfile with the change: nothing is left of what the names that it is about had before."""
    requires = [each for each in before.requires if each.base not in change.touched]
    kept = [entry for entry in before.entries if entry.name not in change.touched]
    return lockfile.in_order(
        lockfile.Lockfile(requires=(*requires, *change.requires), entries=(*kept, *joined(entries)))
    )
