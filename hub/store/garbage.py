"""Garbage: what goes from the store, and in which order. Nothing is touched here; `removing` acts.

Two plans. `plan` keeps the store within a limit: what was used the longest time ago goes until it is small enough.
`prune` finds what nothing names any more, however small the store is.

What is held by a live process or a lockfile, or was used in the last minutes, stays in both.

What can be made again (prepared data, weights) goes before what it was made of, never after: without its blob it is of
no use, as loading makes sure of the blob first, and a blob costs a transfer from a host that may be gone by then. For
the same reason a blob counts as used whenever something made of it was, and is held as long as that is.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hub.progress import human_bytes
from hub.store import refs
from hub.store.units import BLOB, INDEX, PARTIAL, QUARANTINE, TMP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from hub.store.layout import Layout
    from hub.store.origins import Origin
    from hub.store.standing import Standing
    from hub.store.units import Unit

LEFT = "left by a process that is gone"
WRONG = "set aside, as it was not what its name says"
OLDEST = "unused the longest"
UNNAMED = "no name and no lockfile stands for it"
ORPHANED = "what it was made of is gone"
UNOPENED = "not opened for a month"
OUTDATED = "made by an older version, which nobody asks for"


MONTH = 30 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Removal:
    """One thing that goes, and why."""

    unit: Unit
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes, in this order. `size` is what lies in the store; `kept` tells reason -> bytes of what has to stay.

    `unreadable` are lockfiles that nobody can make sense of: as long as they are so, no blob goes.
    """

    removals: tuple[Removal, ...]
    size: int
    limit: int | None = None
    kept: Mapping[str, int] = field(default_factory=dict)
    unreadable: tuple[Path, ...] = ()

    @property
    def freed(self) -> int:
        """How many bytes go."""
        return sum(each.unit.size for each in self.removals)

    @property
    def excess(self) -> int:
        """By how many bytes the store is over its limit afterwards."""
        return 0 if self.limit is None else max(0, self.size - self.freed - self.limit)

    @property
    def stays(self) -> str:
        """What has to stay, and why: "3.1 GB named by lockfiles, 1.2 GB used in the last 10 minutes"."""
        parts = sorted(self.kept.items(), key=lambda part: -part[1])
        return ", ".join(f"{human_bytes(size)} {reason}" for reason, size in parts) or "nothing else can go"


def plan(found: Standing, limit: int | None) -> Plan:
    """Return what goes so that the store takes at most `limit` bytes; without one, what killed processes left."""
    removals = [Removal(unit, LEFT) for unit in found.units if unit.kind == TMP]
    kept: Counter[str] = Counter()
    if limit is not None:
        excess = found.size - limit - sum(each.unit.size for each in removals)
        for unit in found.oldest_first():
            if excess <= 0:
                break
            if reason := found.keeps(unit):
                kept[reason] += unit.size
                continue
            removals.append(Removal(unit, WRONG if unit.kind == QUARANTINE else OLDEST))
            excess -= unit.size
    return Plan(tuple(removals), found.size, limit, dict(kept), found.pinned.unreadable)


def prune(layout: Layout, found: Standing, version_of: Callable[[str], int | None]) -> Plan:
    """Return what nothing names any more.

    That is what killed processes left, bad blobs that were set aside, blobs without a ref or a lockfile, and what was
    made of blobs that are gone or by code that has changed. Refs should be whole: `hub.fetch.rebuild_refs` makes lost
    ones anew. `version_of` tells the version of the code of a name that made prepared data or weights; None if there is
    no such code.
    """
    kept: Counter[str] = Counter()
    removals = []
    for unit, why in (*_left(found), *_unnamed(layout, found)):
        if reason := found.keeps(unit):
            kept[reason] += unit.size
        else:
            removals.append(Removal(unit, why))
    going = {each.unit.name for each in removals}
    removals[:0] = [Removal(unit, why) for unit, why in _unusable(found, going, version_of) if not found.keeps(unit)]
    return Plan(tuple(removals), found.size, None, dict(kept), found.pinned.unreadable)


def _left(found: Standing) -> Iterator[tuple[Unit, str]]:
    reasons = {TMP: LEFT, PARTIAL: LEFT, QUARANTINE: WRONG, INDEX: UNOPENED}
    for unit in found.units:
        if unit.kind in reasons and (unit.kind != INDEX or found.now - unit.used > MONTH):
            yield unit, reasons[unit.kind]


def _unnamed(layout: Layout, found: Standing) -> Iterator[tuple[Unit, str]]:
    named = {entry.sha256 for owner in refs.owners(layout) for entry in refs.read(layout, owner).values()}
    named |= found.pinned.digests.keys()
    return ((unit, UNNAMED) for unit in found.units if unit.kind == BLOB and unit.name not in named)


def _unusable(found: Standing, going: set[str], version_of: Callable[[str], int | None]) -> Iterator[tuple[Unit, str]]:
    """Yield what was made of something that is gone or is going, or that nobody would ask for."""
    there = {unit.name for unit in found.units} - going
    for unit in found.units:
        origin = found.origins.get(unit.name)
        if origin is not None and not there.issuperset(origin.of):
            yield unit, ORPHANED
        elif origin is not None and _is_outdated(origin, version_of):
            yield unit, OUTDATED


def _is_outdated(origin: Origin, version_of: Callable[[str], int | None]) -> bool:
    """A newer version than ours belongs to another installation, which may well ask for it."""
    return any((ours := version_of(name)) is not None and version < ours for name, version in origin.by.items())
