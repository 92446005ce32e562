"""Blobs: published bytes, named by their sha256."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.store import usage
from hub.store.files import READ_ONLY, disk_errors, make_folder, move_into_place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hub.store.layout import Layout


def find(layout: Layout, sha256: str, size: int | None = None) -> Path | None:
    """Return the blob's path, or None. One of the wrong size was tampered with: it is moved aside."""
    path = layout.blob(sha256)
    try:
        found = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return None
    if size is not None and found != size:
        quarantine(layout, path)
        return None
    return path


def publish(layout: Layout, path: Path, sha256: str, mode: int = READ_ONLY) -> Path:
    """Give the verified file at `path`, on the store's file system, its place and name."""
    target = layout.blob(sha256)
    move_into_place(path, target, mode)
    usage.note(layout, target, sha256)  # what came as a partial may be days old
    return target


def every(layout: Layout) -> Iterator[Path]:
    """Yield the paths of all blobs in order of their names."""
    yield from sorted(path for path in layout.blobs.glob("??/*") if path.is_file())


def quarantine(layout: Layout, path: Path) -> Path:
    """Move a bad blob where nobody reads it, so that it can be looked at and is fetched anew."""
    target = layout.quarantine / path.name
    with disk_errors(layout.home):
        make_folder(target.parent)
        path.replace(target)
    return target
