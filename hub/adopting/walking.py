"""Walking: the files below a folder, each once, whatever it is called. No link is followed out of the folder."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hub.errors import MissingFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class Seen:
    """A regular file: where it is, how large, which file of the disk, and all names that it has in the folder."""

    path: Path
    size: int
    identity: tuple[int, int]
    names: tuple[str, ...]


def walk(place: Path, leave_out: Path, on_trouble: Callable[[str], object]) -> list[Seen]:
    """Return the regular files at or below `place`, sorted by path, without what is below `leave_out`.

    Names of one file, hard links or symbolic ones, are put together: Hugging Face's caches call a file by its digest,
    and a link by its name. What cannot be read is told to `on_trouble`. Raises MissingFile if there is nothing.
    """
    root = Path(os.path.realpath(place))  # the user's own word for it may be a link
    if not root.exists():
        raise MissingFile(
            f"there is no file or folder {place}",
            expected="a folder, a bundle, or a published file",
            hint="names come after the path that has them: hub import PATH NAME",
        )
    found: dict[tuple[int, int], Seen] = {}
    entries = _below(root, Path(os.path.realpath(leave_out)), on_trouble) if root.is_dir() else iter([root])
    for path in entries:
        _note(found, path, root)
    return sorted(found.values(), key=lambda file: file.path)


def _below(folder: Path, leave_out: Path, on_trouble: Callable[[str], object]) -> Iterator[Path]:
    """Yield the paths of what is no folder; links to folders are not followed."""
    for place, folders, files in os.walk(
        folder, onerror=lambda error: on_trouble(f"cannot look into {error.filename}")
    ):
        folders[:] = sorted(name for name in folders if Path(place, name) != leave_out)
        yield from (Path(place, name) for name in files)


def _note(found: dict[tuple[int, int], Seen], path: Path, root: Path) -> None:
    try:
        real = Path(os.path.realpath(path)) if path.is_symlink() else path
        status = real.lstat()
    except OSError:  # gone meanwhile, or a link to nothing
        return
    if not stat.S_ISREG(status.st_mode) or not (real == root or real.is_relative_to(root)):
        return
    identity = (status.st_dev, status.st_ino)
    before = found.get(identity)
    names = {path.name, real.name, *(before.names if before else ())}
    found[identity] = Seen(before.path if before else real, status.st_size, identity, tuple(sorted(names)))
