"""What the store has, by the names that people use: sizes, last use, who holds it, and removing it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub import registry
from hub.errors import HubError
from hub.fetch.keeping import digests
from hub.fetch.plans import called, plan
from hub.store import refs, removing, standing
from hub.store.garbage import Plan, Removal
from hub.store.units import BLOB, DERIVED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from hub.store.layout import Layout
    from hub.store.removing import Removed
    from hub.store.standing import Standing
    from hub.store.units import Unit

ASKED = "asked for"


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store has of one owner: `size` bytes of published files, `made` bytes of what was made of them.

    What several owners have in common counts for each of them. `used` is the time of last use, in seconds since 1970,
    `running` the number of processes that use it now.
    """

    owner: str
    size: int
    made: int
    files: int
    used: float
    lockfiles: tuple[Path, ...]
    running: int

    @property
    def name(self) -> str:
        """The name that commands take."""
        return _name(self.owner)


def _name(owner: str) -> str:
    """Many addresses end alike: of what came from one, only the whole record says which it is."""
    return owner if owner.startswith("url/") else called(owner)


def every(layout: Layout, found: Standing) -> list[Stored]:
    """Return what the store has of each owner that something is there of, sorted by owner."""
    there = {unit.name: unit for unit in found.units if unit.kind == BLOB}
    made = _made_of(found)
    blobs = ((owner, _blobs(layout, owner, there)) for owner in refs.owners(layout))
    return [_stored(owner, units, made, found) for owner, units in blobs if units]


def _stored(owner: str, blobs: Sequence[Unit], made: Mapping[str, Sequence[Unit]], found: Standing) -> Stored:
    derived = {unit.name: unit for blob in blobs for unit in made.get(blob.name, ())}
    everything = [*blobs, *derived.values()]
    lockfiles = {found.pinned.digests[blob.name] for blob in blobs if blob.name in found.pinned.digests}
    processes = {found.leased[unit.name] for unit in everything if unit.name in found.leased}
    return Stored(
        owner=owner,
        size=sum(blob.size for blob in blobs),
        made=sum(unit.size for unit in derived.values()),
        files=len(blobs),
        used=max(unit.used for unit in everything),
        lockfiles=tuple(sorted(lockfiles)),
        running=len(processes),
    )


def names_of(layout: Layout, found: Standing) -> dict[str, str]:
    """Return digest or fingerprint -> the name that it belongs to, or the first of several."""
    names: dict[str, str] = {}
    for owner in refs.owners(layout):
        for entry in refs.read(layout, owner).values():
            names.setdefault(entry.sha256, _name(owner))
    made = {
        unit.name: next((names[each] for each in found.origins[unit.name].of if each in names), "")
        for unit in found.units
        if unit.name in found.origins
    }
    return {**made, **names}


def made_of(layout: Layout, owners: Sequence[str], found: Standing) -> list[Unit]:
    """Return what was made of the files of these owners: prepared data and converted weights."""
    made = _made_of(found)
    digests = {sha256 for owner in owners for sha256 in _digests(layout, owner)}
    return list({unit.name: unit for sha256 in sorted(digests) for unit in made.get(sha256, ())}.values())


def unnamed(layout: Layout, found: Standing) -> int:
    """Return the bytes of blobs that no name stands for."""
    named = {entry.sha256 for owner in refs.owners(layout) for entry in refs.read(layout, owner).values()}
    return sum(unit.size for unit in found.units if unit.kind == BLOB and unit.name not in named)


def owners_of(layout: Layout, name: str) -> list[str]:
    """Return the owners in the store that a name stands for: without a version, all of them. NotFound if none is."""
    there = list(refs.owners(layout))
    names = {owner: {owner, _name(owner), _name(owner).rpartition("@")[0]} for owner in there}
    found = [owner for owner in there if name in names[owner]]
    if not found:
        meant = _owner(name)
        found = [owner for owner in there if owner == meant]
    if not found:
        raise registry.unknown(
            "name in the store", name, dict.fromkeys(min(known, key=len) for known in names.values())
        )
    return found


def _owner(name: str) -> str:
    """Return the owner of a name in another library's spelling, or of a URL; "" if there is no such card."""
    try:
        return plan(name).owner
    except HubError:
        return ""


def removal(layout: Layout, owners: Sequence[str], found: Standing, *, force: bool = False) -> Plan:
    """Return what goes with these owners: the files that no other has, and what was made of them.

    Raises HubError for what a live process uses and, but for `force`, for what a lockfile names.
    """
    others = {sha256 for owner in refs.owners(layout) if owner not in owners for sha256 in _digests(layout, owner)}
    going = {sha256 for owner in owners for sha256 in _digests(layout, owner)} - others
    made = _made_of(found)
    derived = {unit.name: unit for sha256 in sorted(going) for unit in made.get(sha256, ())}
    chosen = [*derived.values(), *(unit for unit in found.units if unit.kind == BLOB and unit.name in going)]
    for unit in chosen:
        _require_free(unit, found, force=force)
    return Plan(tuple(Removal(unit, ASKED) for unit in chosen), found.size)


def in_common(layout: Layout, owners: Sequence[str], found: Standing) -> dict[str, int]:
    """Return digest -> bytes of the files that these owners have and others have too."""
    others = {sha256 for owner in refs.owners(layout) if owner not in owners for sha256 in _digests(layout, owner)}
    both = {sha256 for owner in owners for sha256 in _digests(layout, owner)} & others
    return {unit.name: unit.size for unit in found.units if unit.kind == BLOB and unit.name in both}


def remove(layout: Layout, owners: Sequence[str], decided: Plan, *, force: bool = False) -> Removed:
    """Remove what was decided on and, unless something of it stays, the names."""
    done = removing.apply(decided, layout, held=(lambda _: ()) if force else digests)
    for owner in owners if not done.stayed else ():
        refs.forget(layout, owner)
    return done


def _require_free(unit: Unit, found: Standing, *, force: bool) -> None:
    reason = found.keeps(unit)
    if reason == standing.RUNNING:
        raise HubError(
            "a process that runs uses what is to be removed",
            expected="nobody to use it",
            found=f"the lease of {found.leased.get(unit.name) or 'what was made of it'}",
            hint="try again once it has ended",
        )
    if reason == standing.NAMED and not force:
        raise HubError(
            "a lockfile names what is to be removed",
            expected="no lockfile to name it",
            found=found.pinned.digests[unit.name],
            hint="take it out of the lockfile, or remove it anyway with --force: `hub sync` gets it again",
        )
    if reason == standing.UNREADABLE and not force:
        raise HubError(
            "a lockfile may name what is to be removed, and cannot be read",
            expected="lockfiles that make sense",
            found=found.pinned.unreadable[0],
            hint="mend or delete that file, or remove it anyway with --force",
        )


def _blobs(layout: Layout, owner: str, there: Mapping[str, Unit]) -> list[Unit]:
    return [there[sha256] for sha256 in sorted(_digests(layout, owner)) if sha256 in there]


def _digests(layout: Layout, owner: str) -> set[str]:
    return {entry.sha256 for entry in refs.read(layout, owner).values()}


def _made_of(found: Standing) -> dict[str, list[Unit]]:
    """Return digest -> what was made of that blob."""
    made = defaultdict(list)
    for unit in found.units:
        origin = found.origins.get(unit.name) if unit.kind in DERIVED else None
        for name in origin.of if origin else ():
            made[name].append(unit)
    return dict(made)
