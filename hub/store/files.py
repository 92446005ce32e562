"""Writing files so that they are either whole or absent."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import time
import uuid
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from hub.errors import StoreError
from hub.progress import human_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hub.store.layout import Layout

REASONS = {
    errno.ENOSPC: ("the disk is full", "free some room (`hub cache size` tells what the store holds)"),
    errno.EDQUOT: ("the quota is used up", "free some room (`hub cache size` tells what the store holds)"),
    errno.EROFS: ("the file system is read-only", "set HUB_HOME to a folder that can be written"),
    errno.EACCES: ("permission was refused", "set HUB_HOME to a folder that can be written"),
    errno.EPERM: ("permission was refused", "set HUB_HOME to a folder that can be written"),
    errno.ENOTDIR: ("a file stands where a folder is needed", "set HUB_HOME to a folder"),
    errno.EEXIST: ("a file stands where a folder is needed", "set HUB_HOME to a folder"),
    errno.EFBIG: ("the file would be larger than is allowed here", "set HUB_HOME to another file system"),
    errno.EIO: ("the disk failed", "check the disk, or set HUB_HOME to another one"),
}

FULL = (errno.ENOSPC, errno.EDQUOT)

# Left free so that a full store does not also stop everything else on the machine.
RESERVE = 16 << 20


# A temporary that nobody has written to for so long is of a process that was killed: none pauses for an hour.
ABANDONED_AFTER = 24 * 3600.0


TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This folder is the store of hub: all of it can be fetched or made again.\n"
    "# Programs that make copies of a disk leave it out when they see this file: https://bford.info/cachedir/\n"
)

GONE = "gone."
"""How names in `tmp` begin of what is being removed; it was renamed first, so that nobody sees half of it."""


@contextmanager
def disk_errors(path: Path, hint: str = "", needed: Callable[[], str] | None = None) -> Iterator[None]:
    """Turn what the file system refuses below `path` into StoreError; `hint` stands for what would mend a store.

    `needed` tells how much room it would have taken, should there be none.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in REASONS:
            raise
        reason, mend = REASONS[error.errno]
        wanted = needed() if needed is not None and error.errno in FULL else "a folder with room that can be written"
        raise StoreError(
            f"cannot write in {path}: {reason}", expected=wanted, found=error.strerror, hint=hint or mend
        ) from error


def can_write(folder: Path) -> bool:
    """Tell whether files can be made in a folder, or in the one where it would be made.

    Also where a file stands in the way: the first write says that in better words.
    """
    there = next(each for each in (folder, *folder.parents) if os.path.lexists(each))
    return not there.is_dir() or os.access(there, os.W_OK | os.X_OK)


def publish_file(write: Callable[[Path], None], target: Path, layout: Layout) -> Path:
    """Let `write` fill a temporary file, then give it the name `target`, read-only; there already is success."""
    if not target.exists():
        with temporary(layout, target.name) as path:
            write(path)
            move_into_place(path, target)
    return target


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, each as open to the group as the one that it lies in.

    So several people can use one store whatever their umask is: whoever may write in a folder may do so below it, and
    what they make there belongs to the folder's group. A folder with the sticky bit, such as /tmp, is shared by
    strangers and hands nothing on.
    """
    if folder.is_dir():
        return
    make_folder(folder.parent)
    try:
        folder.mkdir()
    except FileExistsError:
        if folder.is_dir():  # another process was faster
            return
        raise
    if is_shared(folder.parent):
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | stat.S_ISGID | stat.S_IRWXG)


def is_shared(folder: Path) -> bool:
    """Tell whether all of a group may write in a folder."""
    mode = folder.stat().st_mode
    return bool(mode & stat.S_IWGRP) and not mode & stat.S_ISVTX


def share(path: Path) -> None:
    """Let the group write a file of ours if it may write in its folder, whatever our umask is."""
    if is_shared(path.parent):
        path.chmod(0o664)


def make_store(layout: Layout) -> None:
    """Make the store's own folder, which says what it is. In `v1` alone: around it may lie other people's things."""
    tag = layout.root / "CACHEDIR.TAG"
    if not tag.exists():
        make_folder(layout.root)
        with suppress(OSError):  # full or read-only: the write that this was made for says so in better words
            tag.write_text(TAG, "utf-8")


def make_tmp(layout: Layout) -> None:
    """Make the folder of what is being written, in a store that says what it is. Raises StoreError if it cannot be."""
    with disk_errors(layout.home):
        make_store(layout)
        make_folder(layout.tmp)


@contextmanager
def temporary(layout: Layout, name: str) -> Iterator[Path]:
    """Give a path in the store's own `tmp`, on the same file system as everything else; gone afterwards."""
    # Of a name only its last part: a stranger's, with folders or a root in it, would lead out of here.
    path = layout.tmp / f"{Path(name).name[:80]}.{uuid.uuid4().hex}"
    make_tmp(layout)
    with disk_errors(layout.home, needed=lambda: f"room for {name[:80]}, of which {human_bytes(written)} fitted"):
        sweep(layout)
        written = 0
        try:
            yield path
        finally:
            with suppress(FileNotFoundError):
                written = path.lstat().st_size
                path.unlink()


def sweep(layout: Layout, *, now: Callable[[], float] = time.time) -> None:
    """Remove the temporary files that killed processes have left; what cannot be removed stays.

    Safe beside live processes: a file's age is counted from its last write.
    """
    with suppress(OSError):
        for path in layout.tmp.iterdir():
            with suppress(OSError):  # another process was faster, or it is no file, or not ours
                if path.name.startswith(GONE) or now() - touched(path.lstat()) > ABANDONED_AFTER:
                    path.unlink()


def touched(found: os.stat_result) -> float:
    """Return when a file was written or put where it is; a link or a copy may have the time of writing of long ago."""
    return max(found.st_mtime, found.st_ctime)


READ_ONLY = 0o444


def move_into_place(path: Path, target: Path, mode: int = READ_ONLY) -> None:
    """Flush `path`, give it its mode, read-only for all, and rename it to `target`, in this order."""
    with disk_errors(target.parent):
        flush(path)
        path.chmod(mode)
        make_folder(target.parent)
        path.replace(target)
        _flush_folder(target.parent)


def write_small(target: Path, text: str, layout: Layout) -> None:
    """Write a small text file atomically, replacing an older one."""
    with temporary(layout, target.name) as path:
        path.write_text(text, "utf-8")
        flush(path)
        make_folder(target.parent)
        share(path)
        path.replace(target)


def flush(path: Path) -> None:
    """Force a file's bytes to disk; otherwise, after a crash, a reader may find it empty."""
    # Windows flushes only what may be written; elsewhere a file that is read-only already can be flushed as well.
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # folders cannot be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def require_space(folder: Path, needed: int, hint: str = "free some room, or set HUB_HOME to a larger disk") -> None:
    """Raise StoreError unless `needed` bytes, and a reserve, are free for this user where `folder` is.

    A quota counts where the file system tells of it, as those of folders and projects mostly do. That of a user it
    does not: then the disk refuses in the middle, which leaves nothing half either.
    """
    free = shutil.disk_usage(folder).free
    if free < needed + RESERVE:
        raise StoreError(
            f"there is not enough room in {folder}",
            expected=f"{human_bytes(needed + RESERVE)} free",
            found=f"{human_bytes(free)} free",
            hint=hint,
        )
