"""Pins: which lockfiles on this machine are about this store, so that gc leaves alone what they name.

    pins/<key>.json    where the lockfile is: its host and path
    pins/<key>.lock    what it said when it was seen last

A lockfile that is gone holds nothing. One that is there and makes no sense (a merge that has conflicts) may name
anything, so every blob is kept. One that cannot be looked at, as it lies on another host or in somebody's own folder,
holds what it said when it was seen last, for UNSEEN_FOR after that.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from hub.errors import HubError, StoreError
from hub.store.files import write_small

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from hub.store.layout import Layout

    Held: TypeAlias = Callable[[Path], Iterable[str]]
    """Reads a lockfile and gives the digests that it names."""

UNSEEN_FOR = 90 * 24 * 3600.0
"""Each load in a locked project counts as seen; a project that nobody has touched for a season lets go."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """What lockfiles hold: digest -> the lockfile that names it, and those that could not be understood."""

    digests: Mapping[str, Path]
    unreadable: tuple[Path, ...] = ()


NOTHING = Pinned({})


def register(layout: Layout, lockfile: Path) -> None:
    """Note that a lockfile is about this store. Cheap if it is known and has not changed; harmless to repeat.

    Nothing happens where the store or the lockfile cannot be read or written.
    """
    path = lockfile.absolute()
    key = hashlib.sha256(f"{_here()} {path}".encode()).hexdigest()[:32]
    place, seen = layout.pins / f"{key}.json", layout.pins / f"{key}.lock"
    with suppress(OSError, UnicodeDecodeError, StoreError):
        text = path.read_text("utf-8")
        if _is(seen, text) and place.exists():
            os.utime(seen)
            return
        write_small(seen, text, layout)
        write_small(place, json.dumps({"host": _here(), "path": str(path)}), layout)


def pinned(layout: Layout, held: Held, *, now: Callable[[], float] = time.time) -> Pinned:
    """Return what registered lockfiles hold; a pin whose lockfile is gone is dropped. `held` reads one lockfile."""
    digests: dict[str, Path] = {}
    unreadable = []
    for lockfile, readable in _lockfiles(layout, now()):
        try:
            digests.update(dict.fromkeys(held(readable), lockfile))
        except (HubError, OSError, ValueError):
            unreadable.append(lockfile)
    return Pinned(digests, tuple(unreadable))


def stamp(layout: Layout) -> int:
    """Return a number that is another one when a lockfile has been registered since."""
    try:
        return layout.pins.stat().st_mtime_ns
    except OSError:
        return 0


def _lockfiles(layout: Layout, now: float) -> Iterator[tuple[Path, Path]]:
    """Yield where each lockfile is, and what to read: itself, or what it said when it was seen last."""
    for place in sorted(layout.pins.glob("*.json")):
        seen = place.with_suffix(".lock")
        try:
            table = json.loads(place.read_text("utf-8"))
            host, path = str(table["host"]), Path(table["path"])
        except FileNotFoundError:
            continue  # another gc dropped it
        except (OSError, ValueError, TypeError, KeyError):
            yield place, seen
            continue
        readable = _readable(path, seen, here=host == _here(), now=now)
        if readable is None:
            _drop(place, seen)
        else:
            yield path, readable


def _readable(path: Path, seen: Path, *, here: bool, now: float) -> Path | None:
    """On another host the same path may be another file, as in containers: only what was seen speaks for it."""
    if here:
        try:
            path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:  # somebody's own folder
            return seen
        return path if os.access(path, os.R_OK) else seen
    try:
        return seen if now - seen.stat().st_mtime <= UNSEEN_FOR else None
    except FileNotFoundError:
        return None


@cache
def _here() -> str:
    """Return what stands for this machine, or this container on it: the same path may be another file elsewhere."""
    try:
        namespace = os.readlink("/proc/self/ns/pid")  # noqa: PTH115  it leads nowhere
    except OSError:
        namespace = ""
    return hashlib.sha256(f"{socket.gethostname()} {namespace}".encode()).hexdigest()[:16]


def _drop(place: Path, seen: Path) -> None:
    for path in (place, seen):
        with suppress(OSError):
            path.unlink()


def _is(path: Path, text: str) -> bool:
    try:
        return path.read_text("utf-8") == text
    except (OSError, UnicodeDecodeError):
        return False
