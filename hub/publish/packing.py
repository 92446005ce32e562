"""A folder as one tar: the same files give the same bytes, whoever packs them, where and when."""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

from hub.errors import InvalidInput
from hub.trees import hidden

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hub.progress import Progress


def pack(folder: Path, target: Path, progress: Progress) -> Path:
    """Write the files of a folder into a tar that readers read in place, in order of their names.

    Without times, owners and rights, which differ from machine to machine, and without what systems leave behind
    (`.DS_Store`, `.git`). Pictures do not become smaller by compression, and offsets would be lost.
    Raises InvalidInput for a folder without files.
    """
    names = sorted(_names(folder))
    if not names:
        raise InvalidInput(f"{folder} holds no files", expected="something to publish")
    progress.start(f"packing {folder.name}", sum((folder / name).stat().st_size for name in names))
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as archive:
        for name in names:
            _add(archive, name, folder / name)
            progress.advance((folder / name).stat().st_size)
    progress.finish()
    return target


def _names(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not hidden(name):
            yield name


def _add(archive: tarfile.TarFile, name: str, path: Path) -> None:
    with path.open("rb") as stream:
        member = tarfile.TarInfo(name)
        member.size = path.stat().st_size
        archive.addfile(member, stream)
