"""Units: what gc keeps or removes as a whole, with its size and when it was used last."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from hub.store import partials, usage
from hub.store.files import ABANDONED_AFTER, GONE, touched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hub.store.layout import Layout

BLOB, PREPARED, WEIGHTS, INDEX, REGISTRY, BLOCK = "blob", "prepared", "weights", "index", "registry", "block"
PARTIAL, QUARANTINE, TMP = "partial", "quarantine", "tmp"

DERIVED = (PREPARED, WEIGHTS)
"""What was made of blobs, and can be made again."""


class Unit(NamedTuple):
    """One thing in the store; `name` is what leases and lockfiles call it. A tuple, as a store may have 100,000."""

    kind: str
    name: str
    path: str
    size: int
    used: float
    """When it was used last, in seconds since 1970."""


def every(layout: Layout, now: float) -> Iterator[Unit]:
    """Yield all units of a store; what a process may be writing is none, nor is what vanishes meanwhile."""
    marks = usage.marks(layout)
    if not marks:  # as in nearly all stores
        yield from _lying(layout, now)
        return
    for unit in _lying(layout, now):
        mark = marks.get(unit.name, 0.0)
        yield unit if unit.used >= mark else unit._replace(used=mark)


def last_used(unit: Unit, layout: Layout) -> float | None:
    """Return when a unit was used last as things stand now, or None if it is gone."""
    try:
        found = os.lstat(unit.path)
    except OSError:
        return None
    used = _walked(unit.kind, unit.name, unit.path).used if stat.S_ISDIR(found.st_mode) else usage.last(found)
    with suppress(OSError):
        used = max(used, (layout.uses / unit.name).stat().st_mtime)
    return used


def _lying(layout: Layout, now: float) -> Iterator[Unit]:
    for two in _scanned(layout.blobs):
        yield from _files(BLOB, two.path)
    yield from _folders(PREPARED, layout.prepared(""))
    yield from (unit._replace(name=unit.name.partition(".")[0]) for unit in _files(WEIGHTS, layout.weights("").parent))
    yield from _files(INDEX, layout.index("").parent)
    yield from _folders(REGISTRY, layout.registry("").parent)
    yield from blocks(layout)
    yield from _files(QUARANTINE, layout.quarantine)
    for unit in _folders(PARTIAL, layout.partials):
        if partials.is_abandoned(layout.partials / unit.name):
            yield unit
    for unit in (*_files(TMP, layout.tmp), *_folders(TMP, layout.tmp)):
        if unit.name.startswith(GONE) or now - _touched(unit.path) > ABANDONED_AFTER:
            yield unit


def blocks(layout: Layout) -> Iterator[Unit]:
    """Yield the blocks of objects, each of which can go alone."""
    for two in _scanned(layout.blocks):
        for one in _scanned(two.path):
            yield from (unit._replace(name=f"{one.name}.{unit.name}") for unit in _files(BLOCK, one.path))


def _touched(path: str) -> float:
    """Of a folder, when something in it was, whatever depth that is in."""
    try:
        found = [os.lstat(path), *_states(path)]
    except FileNotFoundError:
        return 0.0
    return max(map(touched, found))


def _files(kind: str, folder: str | Path) -> Iterator[Unit]:
    # perf: spelled out, as calls and context managers for each entry would double the time that a large store takes.
    for entry in _scanned(folder):
        try:
            found = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue
        if found.st_mode & 0o170000 == stat.S_IFREG:
            used, written = found.st_atime, found.st_mtime
            yield Unit(kind, entry.name, entry.path, found.st_size, max(written, used))


def _folders(kind: str, folder: str | Path) -> Iterator[Unit]:
    for entry in _scanned(folder):
        with suppress(FileNotFoundError):
            if entry.is_dir(follow_symlinks=False):
                yield _walked(kind, entry.name, entry.path)


def _walked(kind: str, name: str, path: str) -> Unit:
    """A folder was used when the file in it that was used last was; an empty one when it was made."""
    states = list(_states(path))
    used = max(map(usage.last, states), default=0.0) or os.lstat(path).st_mtime
    return Unit(kind, name, path, sum(map(usage.on_disk, states)), used)


def _states(path: str) -> Iterator[os.stat_result]:
    for place, _, names in os.walk(path):
        for name in names:
            with suppress(FileNotFoundError):
                yield os.lstat(os.path.join(place, name))  # noqa: PTH118  a store has many files


def _scanned(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except (FileNotFoundError, NotADirectoryError):
        return
