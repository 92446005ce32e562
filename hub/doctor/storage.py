"""The store: its disk, what was left over, and what records name that is no longer there. Nothing is hashed."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from hub import registry
from hub.doctor.findings import Finding, listed, note, ok, problem, warning
from hub.errors import StoreError
from hub.fetch.plans import called
from hub.progress import human_bytes
from hub.store import refs
from hub.store.files import RESERVE, flush, temporary
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator

SCARCE = 2 << 30
"""Below so many free bytes one larger dataset fills the disk."""

MOUNTS = Path("/proc/self/mounts")

ABROAD = {"9p", "afs", "beegfs", "ceph", "cifs", "fuse.sshfs", "glusterfs", "gpfs", "lustre", "nfs", "nfs4", "smb3"}
"""File systems over a network: a rename is atomic there, and a new file may be seen late."""
OBJECTS = {"fuse", "fuse.gcsfuse", "fuse.goofys", "fuse.rclone", "fuse.s3fs"}
"""Object stores in the dress of a file system: a rename may be a copy that others see half."""
PASSING = {
    "overlay": "on a container's own layer: it is gone with the container",
    "ramfs": "in memory: it is gone with the next start",
    "tmpfs": "in memory: it is gone with the next start",
}

SHOWN = 3


def found(home: Path) -> list[Finding]:
    """Look at the store in `home`. Opening the index makes the store, as every command does, if it can be made."""
    layout = Layout(home)
    index = list(_index())
    if not layout.root.is_dir():
        return [_absent(layout), *index]
    checks = (_writable, _disk, _kept, _recorded, _left_over, _own_weights)
    return [*(each for check in checks for each in check(layout)), *index]


def _absent(layout: Layout) -> Finding:
    above = next(folder for folder in layout.root.parents if folder.exists())
    reason = f"{above} {'cannot be written' if above.is_dir() else 'is a file'}"
    return problem(f"there is no store, and none can be made: {reason}", do="set HUB_HOME to another folder")


def _writable(layout: Layout) -> Iterator[Finding]:
    """Do what every transfer does: write, flush, rename."""
    try:
        with temporary(layout, "doctor") as path:
            path.write_bytes(b"hub")
            flush(path)
            renamed = path.replace(path.with_suffix(".written"))
            tells_case = not renamed.with_name(renamed.name.upper()).exists()
            renamed.unlink()
    except StoreError as error:
        yield problem(f"{error.what}; what is there can be read", do=error.hint)
    else:
        yield ok("it can be written" + ("" if tells_case else "; this disk takes upper and lower case for the same"))


def _disk(layout: Layout) -> Iterator[Finding]:
    yield from _room(layout.root)
    kind = kind_of_disk(layout.root, MOUNTS)
    if kind in OBJECTS:
        lost = "a rename may not be atomic there, so a file may be seen half"
        yield warning(f"the store is on {kind}: {lost}", do="set HUB_HOME to a disk, and copy the store there")
    elif kind in ABROAD:
        yield note(f"the store is on {kind}: where it shows new files late, two machines may fetch the same file twice")
    elif kind in PASSING:
        yield note(f"the store is {PASSING[kind]}")


def _room(folder: Path) -> Iterator[Finding]:
    disk = shutil.disk_usage(folder)
    said = f"{human_bytes(disk.free)} of {human_bytes(disk.total)} are free"
    if disk.free < RESERVE:
        yield problem(said, do="free some room, or set HUB_HOME to a larger disk")
    elif disk.free < SCARCE:
        yield warning(said, do="free some room before fetching what is large")
    else:
        yield ok(said)


def kind_of_disk(path: Path, mounts: Path) -> str:
    """Return the type of the file system that `path` is on, such as "ext4"; "" where the system does not list them.

    `mounts` has the form of fstab(5): device, folder, type ..., with blanks in names as octal numbers.
    """
    try:
        rows = [line.split() for line in mounts.read_text("utf-8", "replace").splitlines()]
    except OSError:
        return ""
    real = path.resolve()
    above = {Path(_plain(row[1])): row[2] for row in rows if real.is_relative_to(_plain(row[1]))}
    return above[max(above, key=lambda folder: len(folder.parts))] if above else ""


def _plain(name: str) -> str:
    return re.sub(r"\\(\d{3})", lambda match: chr(int(match[1], 8)), name)


def _kept(layout: Layout) -> Iterator[Finding]:
    sizes = [_size(path) for path in layout.blobs.glob("??/*")]
    yield ok(f"{_count(len(sizes), 'file')}, {human_bytes(sum(sizes))}; `hub verify` hashes them anew")
    aside = list(layout.quarantine.glob("*"))
    if aside:
        size = human_bytes(sum(map(_size, aside)))
        does = f"look at the disk's health; {layout.quarantine} can be deleted"
        yield warning(f"{_count(len(aside), 'file')} ({size}) had other bytes than their names say", do=does)


def _recorded(layout: Layout) -> Iterator[Finding]:
    """Compare names and sizes in the records with what is there, without reading it."""
    states = Counter[str]()
    names: dict[str, list[str]] = {}
    for owner in refs.owners(layout):
        for state in _states(layout, owner):
            states[state] += 1
            if owner not in names.setdefault(state, []):
                names[state].append(owner)
    if states["damaged"]:
        does = "hub verify, which moves them aside; they are fetched anew at the next use"
        yield problem(f"of another size than was fetched: {listed(names['damaged'], SHOWN)}", do=does)
    if states["missing"]:
        does = f"hub download {called(names['missing'][0])}, or nothing: the next use does the same"
        yield warning(f"recorded, and gone from the store: {listed(names['missing'], SHOWN)}", do=does)
    if states["unreadable"]:
        yield warning(
            f"records that cannot be read: {listed(names['unreadable'], SHOWN)}", do="hub verify makes them anew"
        )
    if not states.keys() - {"there"}:
        yield ok(f"all {states['there']} files that records name are there")


def _states(layout: Layout, owner: str) -> Iterator[str]:
    entries = refs.read(layout, owner)
    if not entries:
        yield "unreadable"
    for entry in entries.values():
        size = _size(layout.blob(entry.sha256), absent=-1)
        yield "there" if size == entry.size else "missing" if size < 0 else "damaged"


def _left_over(layout: Layout) -> Iterator[Finding]:
    partials = list(layout.partials.glob("*/data"))
    if partials:
        size = human_bytes(sum(map(_size, partials)))
        yield note(f"{_count(len(partials), 'unfinished transfer')} ({size}): the next one of the file goes on there")


def _own_weights(layout: Layout) -> Iterator[Finding]:
    path = layout.own_weights
    try:
        readable = not path.exists() or isinstance(json.loads(path.read_bytes()), dict)
    except (OSError, ValueError):
        readable = False
    if not readable:
        yield warning(f"{path} cannot be read: your own weights files are hashed at each use", do="delete it")


def _index() -> Iterator[Finding]:
    try:
        counts = Counter(hit.kind for hit in registry.entries())
    except OSError as error:  # what the store has no words for: a folder in /proc, a disk that went away
        yield problem(f"the index cannot be opened: {error}", do="set HUB_HOME to another folder")
    else:
        yield ok("the index opens: " + ", ".join(_count(counts[kind], kind) for kind in registry.LOADABLE))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def _size(path: Path, absent: int = 0) -> int:
    try:
        return path.stat().st_size
    except OSError:  # another process tidied up meanwhile
        return absent
