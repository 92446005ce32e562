"""How things stand in the store: everything in it, what is held, and in which order things would go."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING

from hub.store import leases, origins, pins, units, usage
from hub.store.units import BLOB, BLOCK, DERIVED, QUARANTINE, TMP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from hub.store.layout import Layout
    from hub.store.origins import Origin
    from hub.store.pins import Held, Pinned
    from hub.store.units import Unit

RUNNING = "used by processes that run"
NAMED = "named by lockfiles"
UNREADABLE = "perhaps named by a lockfile that cannot be read"
LATELY = f"used in the last {usage.GRACE / 60:.0f} minutes"

# Nobody has use for them: they go first.
USELESS = (TMP, QUARANTINE)


@dataclass(frozen=True)
class Standing:
    """One look at a store. `leased` is name -> process."""

    units: Sequence[Unit]
    leased: Mapping[str, str]
    pinned: Pinned
    origins: Mapping[str, Origin]
    now: float

    @cached_property
    def size(self) -> int:
        """The bytes of everything."""
        return sum(unit.size for unit in self.units)

    def oldest_first(self) -> list[Unit]:
        """Return what could go for want of room, in the order in which it would."""
        used = self._used
        depth = self._depth
        aside = [unit for unit in self.units if unit.kind == QUARANTINE]
        rest = [unit for unit in self.units if unit.kind not in USELESS]
        if not self.origins:
            rest.sort(key=attrgetter("used"))
        else:
            rest.sort(key=lambda unit: (used.get(unit.name, unit.used), depth.get(unit.name, 0)))
        return aside + rest

    def keeps(self, unit: Unit) -> str:
        """Return why a unit has to stay, or ""."""
        if unit.kind in USELESS or unit.kind == BLOCK:  # whoever reads an object does without any
            return ""
        if unit.name in self.leased or unit.name in self._needed:
            return RUNNING
        if unit.kind == BLOB and unit.name in self.pinned.digests:
            return NAMED
        if unit.kind == BLOB and self.pinned.unreadable:
            return UNREADABLE
        return LATELY if abs(self.now - self._used.get(unit.name, unit.used)) < usage.GRACE else ""

    @cached_property
    def _used(self) -> Mapping[str, float]:
        """Name -> last use of what others were made of: as late as theirs."""
        made = [unit for unit in self.units if unit.name in self.origins]
        of = {name for unit in made for name in self.origins[unit.name].of}
        found = {unit.name: unit.used for unit in self.units if unit.name in of}
        # Twice, as what was made may have been made of something that was made.
        for unit in (*made, *made):
            for name in self.origins[unit.name].of:
                found[name] = max(found.get(name, 0.0), found.get(unit.name, 0.0), unit.used)
        return found

    @cached_property
    def _depth(self) -> Mapping[str, int]:
        """What goes later at the same age: 1 for what something made was made of, 2 for blobs."""
        below = {name: 1 for origin in self.origins.values() for name in origin.of}
        return below | {unit.name: 2 for unit in self.units if unit.kind == BLOB}

    @cached_property
    def _needed(self) -> set[str]:
        """What the things that live processes use were made of."""
        first = self._made_of(self.leased)
        return first | self._made_of(first)

    def _made_of(self, names: Iterable[str]) -> set[str]:
        return {each for name in names if name in self.origins for each in self.origins[name].of}


def look(layout: Layout, held: Held, now: float) -> Standing:
    """Look at everything once. Leases and lockfiles come last: what is held while the rest is seen counts as well."""
    found = list(units.every(layout, now))
    known = {
        unit.name: origin for unit in found if unit.kind in DERIVED and (origin := origins.read(layout, unit.name))
    }
    return Standing(found, leases.held(layout), pins.pinned(layout, held, now=lambda: now), known, now)
