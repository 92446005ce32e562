"""Removing what a plan names, safely beside everybody else who uses the store.

For each batch: claim it, leave out what has been used or is held meanwhile, rename the rest into `tmp`, let the claim
go, delete. A kill in between leaves whole things, and names in `tmp` that the next one deletes. Records of what is no
longer there go as well.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import uuid
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from hub.errors import StoreError
from hub.store import elections, leases, pins, refs, units
from hub.store.files import GONE, make_tmp
from hub.store.units import BLOB

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hub.store.garbage import Plan, Removal
    from hub.store.layout import Layout
    from hub.store.pins import Held, Pinned

# So few that whoever wants one of them meanwhile waits for milliseconds.
BATCH = 256

USED = "used meanwhile"


@dataclass(frozen=True, slots=True)
class Removed:
    """What came of a plan: what is gone, and what stayed, with the reason."""

    gone: tuple[Removal, ...]
    stayed: tuple[tuple[Removal, str], ...]

    @property
    def size(self) -> int:
        """How many bytes are gone."""
        return sum(each.unit.size for each in self.gone)


def apply(plan: Plan, layout: Layout, *, held: Held) -> Removed:
    """Remove what the plan names, but for what is used or held by now, or what the file system keeps."""
    gone: list[Removal] = []
    stayed: list[tuple[Removal, str]] = []
    pinned = _Pins(layout, held)
    with suppress(StoreError):  # a full disk is emptied without as well
        make_tmp(layout) if plan.removals else None
    for batch in _batches(plan.removals):
        for each, refusal in _remove(batch, layout, pinned.now()):
            if refusal:
                stayed.append((each, refusal))
            else:
                gone.append(each)
    tidy(layout)
    return Removed(tuple(gone), tuple(stayed))


def _remove(batch: list[Removal], layout: Layout, pinned: Pinned) -> list[tuple[Removal, str]]:
    outcomes = []
    aside = []
    with leases.claimed(layout, [each.unit.name for each in batch]) as free:
        for each in batch:
            refusal = _refusal(each, layout, free, pinned)
            if not refusal:
                aside.append(str(layout.tmp / f"{GONE}{uuid.uuid4().hex}"))
                refusal = _move(each.unit.path, aside[-1])
            outcomes.append((each, refusal))
    for place in aside:
        delete(place)
    return outcomes


def _refusal(each: Removal, layout: Layout, free: set[str], pinned: Pinned) -> str:
    """Return what speaks against a removal now that it was decided a while ago, or ""."""
    unit = each.unit
    if unit.kind == BLOB and (unit.name in pinned.digests or pinned.unreadable):
        return "named by a lockfile meanwhile"
    used = units.last_used(unit, layout)
    return USED if unit.name not in free or (used is not None and used > unit.used) else ""


def _move(path: str, place: str) -> str:
    """Rename something away; return why that is refused, or "". Gone already is gone."""
    try:
        os.rename(path, place)  # noqa: PTH104  strings are what is there
    except OSError as error:
        # Somebody linked a folder of the store to another disk, or there is no `tmp` and no room for one.
        if error.errno not in (errno.EXDEV, errno.ENOENT):
            return error.strerror or str(error)
        delete(path)
    return ""


def delete(path: str) -> None:
    """Delete a file or a folder; what cannot be deleted now is left to the next one who tries."""
    with suppress(OSError):
        if stat.S_ISDIR(os.lstat(path).st_mode):
            shutil.rmtree(path, ignore_errors=True)
        else:
            os.unlink(path)  # noqa: PTH108  strings are what is there


def tidy(layout: Layout) -> None:
    """Drop records of what is no longer there: refs to blobs, origins and marks."""
    leases.sweep(layout)
    elections.sweep(layout)
    for owner in list(refs.owners(layout)):
        if any(not layout.blob(each.sha256).exists() for each in refs.read(layout, owner).values()):
            # Whoever is elected is about to bring what is missing.
            with suppress(StoreError), elections.attempt(layout, owner) as mine:
                if mine:
                    refs.forget_missing(layout, owner)
    for folder in (layout.origins, layout.uses):
        for path in folder.glob("*"):
            name = path.name.partition(".")[0]
            if not any(each.exists() for each in (layout.blob(name), layout.prepared(name), layout.weights(name))):
                with suppress(OSError):
                    path.unlink()


def _batches(removals: Iterable[Removal]) -> Iterator[list[Removal]]:
    rest = iter(removals)
    while batch := list(islice(rest, BATCH)):
        yield batch


class _Pins:
    """What lockfiles hold, read again whenever one has been registered since."""

    def __init__(self, layout: Layout, held: Held) -> None:
        self._layout, self._held = layout, held
        self._stamp, self._pinned = -1, pins.NOTHING

    def now(self) -> Pinned:
        """Return what is held now."""
        stamp = pins.stamp(self._layout)
        if stamp != self._stamp:
            self._pinned = pins.pinned(self._layout, self._held)
            self._stamp = stamp
        return self._pinned
