"""Placing: a file that lies elsewhere becomes a blob, without taking its room twice where that can be had.

    cloned    a second file that shares the blocks of the first until one of them is written (btrfs, XFS, ...)
    linked    a second name of the same file, which is made read-only: a blob must never change under its name
    copied    other bytes

The file is given its name in the store's `tmp` first and hashed through that name. So what is verified is what is
published, and each file is read once. A link is made only of a file that belongs to the user.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import uuid
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Literal

from hub.archives import blocks_of, open_wrapped
from hub.digest import CHUNK, Hasher, hash_file, strongest
from hub.store import blobs
from hub.store.files import disk_errors, make_tmp, require_space, temporary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hub.adopting.forms import Form
    from hub.store.layout import Layout

    Clone = Callable[[Path, Path], bool]

How = Literal["cloned", "linked", "copied", "unpacked"]

# ioctl_ficlone(2): makes the file that it is called on share the blocks of another one.
FICLONE = 0x40049409

WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def clone(source: Path, target: Path) -> bool:
    """Make `target` share the blocks of `source`; False, and no target, where the file system cannot."""
    if sys.platform != "linux":
        return False
    import fcntl

    with source.open("rb") as have, target.open("xb") as new, suppress(OSError):
        fcntl.ioctl(new.fileno(), FICLONE, have.fileno())
        return True
    target.unlink()
    return False


@contextmanager
def staged(path: Path, layout: Layout, *, copies: bool, try_clone: Clone = clone) -> Iterator[tuple[Path, How]]:
    """Give the file another name in the store's `tmp`, which is gone afterwards unless it was published.

    With `copies` it is never the same file.
    """
    folder = layout.tmp / f"adopting.{uuid.uuid4().hex}"
    make_tmp(layout)
    with disk_errors(layout.home):
        folder.mkdir()
        (folder / "since").touch()  # whoever sweeps `tmp` goes by times, and a link has those of the file
        try:
            yield folder / "file", _stage(path, folder / "file", layout, copies=copies, try_clone=try_clone)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _stage(path: Path, target: Path, layout: Layout, *, copies: bool, try_clone: Clone) -> How:
    if try_clone(path, target):
        return "cloned"
    if not copies and may_be_linked(path, layout):
        with suppress(OSError):  # another file system, or one without links, or one that has too many
            os.link(path, target)
            return "linked"
    require_space(target.parent, path.stat().st_size)
    shutil.copyfile(path, target)
    return "copied"


def may_be_linked(path: Path, layout: Layout) -> bool:
    """Tell whether a second name of a file can be a blob: it is the user's, and whoever sees the store may read it.

    What is another user's could not be made read-only, or not be kept so.
    """
    if os.name == "nt":
        return False
    status, home = path.stat(), nearest(layout.home).stat()
    readers = (home.st_mode & (stat.S_IXGRP | stat.S_IXOTH)) << 2  # whoever may enter must be able to read
    return status.st_uid == os.geteuid() and status.st_mode & readers == readers and status.st_dev == home.st_dev


def nearest(folder: Path) -> Path:
    """Return the folder, or the one in which it would be made."""
    return next(each for each in (folder, *folder.parents) if each.exists())


def publish(path: Path, how: How, sha256: str, layout: Layout) -> None:
    """Give what is staged at `path` and verified its place in the store. A link is opened to nobody by that."""
    if how == "linked":
        blobs.publish(layout, path, sha256, stat.S_IMODE(path.stat().st_mode) & ~WRITABLE)
    else:
        blobs.publish(layout, path, sha256)


def unpacked(path: Path, form: Form, layout: Layout, on_bytes: Callable[[int], object]) -> Hasher | None:
    """Publish what a packed file holds; None, and nothing, if that is not the artifact.

    Raises FormatError and UnsafeArchive for a file that is not packed as its form says.
    """
    with temporary(layout, form.artifact.name) as new:
        require_space(new.parent, form.artifact.size or path.stat().st_size)
        with new.open("wb") as out:
            hasher = inflated(path, form, on_bytes, out.write)
        if hasher is not None:
            blobs.publish(layout, new, hasher.sha256)
    return hasher


def inflated(
    path: Path, form: Form, on_bytes: Callable[[int], object], write: Callable[[bytes], object]
) -> Hasher | None:
    """Hand what a packed file holds to `write`; None if that is not the artifact. Raises what `unpacked` does."""
    if form.digests and not form.artifact.digests and hash_file(path, form.digests).mismatch():
        return None
    hasher, size = Hasher(strongest(form.artifact.digests)), form.artifact.size
    with open_wrapped(path, form.member, form.unwrap) as stream:
        for data in blocks_of(stream, path, CHUNK):
            hasher.update(data)
            if size is not None and hasher.size > size:
                return None  # a file made to fill the disk ends here
            write(data)
            on_bytes(len(data))
    return None if size not in (None, hasher.size) or hasher.mismatch() else hasher
