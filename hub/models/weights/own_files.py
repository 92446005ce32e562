"""A weights file outside of the store: hashed once, then known again by its size, times of change and inode.

What is known lies in `<store>/own_weights.json`, a mapping from path to stamp and sha256. It can be deleted without
harm. Two processes that write it at once lose one entry, which costs a second hashing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from hub.digest import hash_file
from hub.errors import HubError, InvalidInput, MissingFile, StoreError
from hub.fetch import Local
from hub.store.files import write_small

if TYPE_CHECKING:
    from collections.abc import Callable

    from hub.store.layout import Layout

# A file that changes again within the clock's granularity keeps its time of change: 2 s is the coarsest one (FAT).
SETTLED_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells one state of a file from the next, as far as that is possible without reading it."""

    size: int
    mtime_ns: int
    ctime_ns: int
    """Seen to matter: a file that was overwritten and given its old mtime back is of the same size and inode."""
    inode: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """Return the stamp of a file; MissingFile if there is none, HubError if it cannot be read."""
        try:
            status = path.stat()
        except OSError as error:
            raise _unreadable(path, error) from error
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def identify(path: Path, layout: Layout, *, now_ns: Callable[[], int] = time.time_ns) -> Local:
    """Return the file with its sha256, hashing it only if it is new or has changed; MissingFile if it is missing."""
    stamp = Stamp.of(path)
    before, sha256 = known(layout).get(str(path), (None, ""))
    if before == stamp:
        return Local(path, sha256, stamp.size)
    try:
        sha256 = hash_file(path).sha256
    except OSError as error:
        raise _unreadable(path, error) from error
    require_unchanged(path, stamp)
    remember(layout, {str(path): (stamp, sha256)}, now_ns=now_ns)
    return Local(path, sha256, stamp.size)


def require_unchanged(path: Path, stamp: Stamp) -> None:
    """Raise InvalidInput if the file was written meanwhile: what was read belongs to no digest then."""
    found = Stamp.of(path)
    if found != stamp:
        raise InvalidInput(
            f"{path.name} was changed while it was read",
            expected=f"{stamp.size} bytes as at the start",
            found=f"{found.size} bytes, written anew",
            hint="load it again once it is complete",
        )


def _unreadable(path: Path, error: OSError) -> HubError:
    kind = MissingFile if isinstance(error, FileNotFoundError | NotADirectoryError) else HubError
    return kind(
        f"cannot read the weights file {path}",
        expected="a file that can be read",
        found=error.strerror,
        hint="a tag, an enum member or a URL are understood as well",
    )


Known = dict[str, tuple[Stamp, str]]


def known(layout: Layout) -> Known:
    """Return path -> stamp and sha256 of what has been hashed."""
    try:
        return msgspec.json.decode(layout.own_weights.read_bytes(), type=Known)
    except (OSError, msgspec.DecodeError):
        return {}


def remember(layout: Layout, hashed: Known, *, now_ns: Callable[[], int] = time.time_ns) -> None:
    """Record what files hash to, but for those that have only just been written."""
    latest = now_ns() - SETTLED_NS
    settled = {
        path: (stamp, sha256)
        for path, (stamp, sha256) in hashed.items()
        if max(stamp.mtime_ns, stamp.ctime_ns) < latest and path.isprintable()  # no name that UTF-8 cannot write
    }
    if not settled:
        return
    kept = {path: entry for path, entry in known(layout).items() if Path(path).exists()}
    try:
        write_small(layout.own_weights, msgspec.json.encode(kept | settled).decode(), layout)
    except StoreError:
        return  # a read-only store: the file is hashed again next time
