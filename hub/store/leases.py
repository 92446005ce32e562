"""Leases: what live processes use, so that gc leaves it alone.

    leases/<owner>           names of blobs (sha256) and of what was made of them (fingerprint), one a line
    claims/<owner>.<uuid>    names that a gc is about to remove, for the moment that this takes

A process writes what it uses into its lease and then looks whether it is claimed; a gc writes its claim and then looks
whether any of it is leased. Of two that want the same thing at once, at least one therefore sees the other: the gc lets
go, the user waits until it has. It needs no locks, which do nothing on some file systems.

A lease ends with its process. What a killed process left is ignored and swept. Whether a process on another host still
runs cannot be seen, so its lease counts for as long as COUNTS says. A store that cannot be written keeps no leases.

Limits. A network file system that shows a new file late (NFS: up to a minute) may show a lease late; gc therefore
leaves alone whatever was used in the last minutes, wherever (`usage.GRACE`).
"""

from __future__ import annotations

import atexit
import os
import time
import uuid
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING

from hub.store import owners
from hub.store.files import make_folder
from hub.store.owners import Fate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from hub.store.layout import Layout

DAY = 24 * 3600.0

# A training may run for weeks without loading anything anew, and what it reads must stay; a container that was killed
# never tells. A lease that ends in order is removed at once, so only those of killed processes wait for this. One of
# before this machine was started is over, unless it is of a container beside this one that has the machine's name.
COUNTS = {Fate.ELSEWHERE: 30 * DAY, Fate.BEFORE: 2 * DAY, Fate.GONE: 0.0}

# Renaming a batch takes milliseconds: after this the gc that claimed it was killed, on this host or another.
CLAIMED_FOR = 60.0
# A gc that was stopped (SIGSTOP) in the middle must not stop everybody else.
WAIT_AT_MOST = 10.0
LOOK_EVERY = 0.005


def hold(layout: Layout, names: Iterable[str]) -> None:
    """Note that this process uses these blobs and fingerprints; to be called before looking whether they are there.

    Costs microseconds: a line is appended, or only a time set if they are noted already.
    """
    wanted = set(names)
    if not wanted or not layout.root.is_dir():
        return
    path, noted = _own(layout, os.getpid())
    with suppress(OSError):  # it cannot be written: whoever may remove something here is warned by its time of use
        _note(path, wanted - noted, noted)
        noted |= wanted
    _wait_while_claimed(layout, wanted)


def held(layout: Layout) -> Mapping[str, str]:
    """Return name -> process of all that live processes use; what dead ones left is swept."""
    found: dict[str, str] = {}
    for process, path in _listed(layout.leases):
        if is_over(process, path):
            with suppress(OSError):
                path.unlink()
            continue
        with suppress(OSError):
            found.update(dict.fromkeys(path.read_text("utf-8", "replace").split("\n"), process))
    found.pop("", None)
    return found


def is_over(process: str, path: Path) -> bool:
    """Tell whether a lease counts no more."""
    fate = owners.fate(process)
    return fate is not Fate.ALIVE and _age(path) >= COUNTS[fate]


@contextmanager
def claimed(layout: Layout, names: Collection[str]) -> Iterator[set[str]]:
    """Give those of the names that nobody uses; until the end of it nobody comes to use one. For moments only."""
    path = layout.claims / f"{owners.me()}.{uuid.uuid4().hex[:12]}"
    with suppress(OSError):  # a disk that is full must be emptied all the same; nobody can write a new lease either
        make_folder(layout.claims)
        _append(path, names)
    try:
        yield set(names) - held(layout).keys()
    finally:
        with suppress(OSError):
            path.unlink()


def sweep(layout: Layout) -> None:
    """Remove leases and claims that count no more."""
    held(layout)
    _is_claimed(layout, set())


def _note(path: Path, new: set[str], noted: set[str]) -> None:
    """Append what is new; the time of the file says that the process still loads things."""
    if not new:
        try:
            os.utime(path)
        except FileNotFoundError:  # somebody cleared the store
            new = noted
    if new:
        make_folder(path.parent)
        _append(path, new | (set() if path.exists() else noted))


def _append(path: Path, names: Iterable[str]) -> None:
    """In one write: a line that was cut by a kill names nothing. Others must be able to read it, whatever our umask."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        path.chmod(0o644)
        os.write(descriptor, "".join(f"{name}\n" for name in sorted(names)).encode())
    finally:
        os.close(descriptor)


@cache
def _own(layout: Layout, pid: int) -> tuple[Path, set[str]]:
    """Return the lease of this process and what is noted there: kept, so that a second load writes nothing."""
    path = layout.leases / owners.me()
    atexit.register(_end, path, pid)
    return path, set()


def _end(path: Path, pid: int) -> None:
    if os.getpid() == pid:  # a forked child inherits what is to be done at exit
        with suppress(OSError):
            path.unlink()


def _wait_while_claimed(layout: Layout, names: set[str]) -> None:
    deadline = time.monotonic() + WAIT_AT_MOST
    while _is_claimed(layout, names) and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY)


def _is_claimed(layout: Layout, names: set[str]) -> bool:
    for entry, path in _listed(layout.claims):
        if owners.fate(entry.partition(".")[0]) is Fate.GONE or _age(path) > CLAIMED_FOR:
            with suppress(OSError):
                path.unlink()
            continue
        with suppress(OSError):
            if not names.isdisjoint(path.read_text("utf-8", "replace").split("\n")):
                return True
    return False


def _listed(folder: Path) -> list[tuple[str, Path]]:
    try:
        return [(name, folder / name) for name in os.listdir(folder)]  # noqa: PTH208  strings are what is needed
    except OSError:
        return []


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0
