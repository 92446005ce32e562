"""How much disk the store takes, and when what is in it was used last.

The time of last use is a file's own access time, set here, since most systems set it once a day or never (relatime,
noatime). What another user owns gets a mark instead: `uses/<name>`, whose time counts as well. In a store that cannot
be written nothing is noted.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from hub.store.files import make_folder, share

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hub.store.layout import Layout

# Often enough for what is in use never to fall out of GRACE, and so rarely that it costs nothing.
NOTED_EVERY = 300.0

GRACE = 600.0
"""What was used so lately is never removed: a lease of another host may not show yet, the next step may need it."""


def note(layout: Layout, path: Path, name: str, *, now: Callable[[], float] = time.time) -> None:
    """Note that a file of the blob or fingerprint `name` is used now; its time of writing stays."""
    try:
        found = path.stat()
        seconds = now()
        if abs(seconds - found.st_atime) < NOTED_EVERY:
            return
        os.utime(path, ns=(int(seconds * 1e9), found.st_mtime_ns))
    except PermissionError:
        with suppress(OSError):
            _mark(layout, name, now())
    except OSError:
        return  # not there, or in a store that cannot be written


def _mark(layout: Layout, name: str, seconds: float) -> None:
    make_folder(layout.uses)
    mark = layout.uses / name
    if mark.exists():
        if seconds - mark.stat().st_mtime >= NOTED_EVERY:
            mark.touch()
        return
    mark.touch()
    share(mark)  # the next one to use it may be somebody else again


def last(found: os.stat_result) -> float:
    """Return when a file was used last, if nobody has left a mark: written counts as used."""
    return max(found.st_atime, found.st_mtime)


def on_disk(found: os.stat_result) -> int:
    """Return the bytes of a file: of what has holes, as partials have, those that are there."""
    blocks = getattr(found, "st_blocks", None)
    # A small file may lie in its inode, and what was just written may have no blocks yet.
    return found.st_size if not blocks else min(found.st_size, blocks * 512)


def marks(layout: Layout) -> dict[str, float]:
    """Return name -> time of the marks."""
    found: dict[str, float] = {}
    with suppress(OSError), os.scandir(layout.uses) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                found[entry.name] = entry.stat().st_mtime
    return found


def sizes(layout: Layout) -> dict[str, int]:
    """Return folder name -> bytes of the files in it, for every folder of the store, sorted by name."""
    if not layout.root.is_dir():
        return {}
    return {folder.name: size_of(folder) for folder in sorted(layout.root.iterdir()) if folder.is_dir()}


def size_of(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    total = 0
    for place, _, files in os.walk(folder):
        for name in files:
            try:
                total += on_disk(os.lstat(os.path.join(place, name)))  # noqa: PTH118  a store has many files
            except FileNotFoundError:
                continue  # another process tidied up meanwhile
    return total
