"""Folders on disk as trees, and what tells that one has not changed since it was read."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from hub.archives import open_member
from hub.trees import Place, Tree, base, join, parent
from hub.trees.bytes import is_nowhere

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    Witnesses = Mapping[str, tuple[int, int]]
    """Path -> time of change in nanoseconds and, for a file, size."""

# A change this soon after a look can leave the time as it was: file systems count in ticks, the coarsest in two
# seconds.
TICK_NS = 2_000_000_000


class Folder(Tree):
    """A folder on disk. It remembers which folders were listed and which files were opened: its witnesses.

    Links are followed, as torchvision does; a circle of them ends with the error of the operating system. `check` is
    called with the name of each file before it is first opened, and may refuse it.
    """

    def __init__(self, path: Path, check: Callable[[str], object] = bool) -> None:
        self.path = path
        self._check = check
        self._listed: dict[str, tuple[Sequence[str], Sequence[str]]] = {}
        self._names: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        self._seen: dict[str, tuple[int, int]] = {}

    def files(self, folder: str = "") -> Sequence[str]:
        """Return the full names of the files right in a folder."""
        return self._list(folder)[0]

    def folders(self, folder: str = "") -> Sequence[str]:
        """Return the full names of the folders right in a folder."""
        return self._list(folder)[1]

    def has_folder(self, name: str) -> bool:
        """Tell whether there is such a folder."""
        return not name or name in self._sets(parent(name))[1]

    def has(self, name: str) -> bool:
        """Tell whether there is such a file."""
        return name in self._sets(parent(name))[0]

    def place(self, name: str) -> Place:
        """Return where the bytes of a file are; it is looked for only when it is read."""
        return Place(self.path, name)

    def open(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open a file for reading, inflated where it is packed."""
        path = self.path / name
        if state(path)[1] < 0 or not path.is_file():
            raise self.missing(name)
        if name not in self._seen:
            self._check(name)
        self._seen[name] = state(path)
        return open_member(path)

    def __str__(self) -> str:
        return str(self.path)

    @property
    def witnesses(self) -> dict[str, tuple[int, int]]:
        """The state of everything that was listed or opened, by its path."""
        return {str(self.path / name): noted for name, noted in self._seen.items()}

    def _list(self, folder: str) -> tuple[Sequence[str], Sequence[str]]:
        if folder not in self._listed:
            self._listed[folder] = self._scan(folder)
        return self._listed[folder]

    def _sets(self, folder: str) -> tuple[frozenset[str], frozenset[str]]:
        # perf: readers ask for every file of a folder, which some have 70,000 of; a list would be searched each time.
        if folder not in self._names:
            files, folders = self._list(folder)
            self._names[folder] = frozenset(files), frozenset(folders)
        return self._names[folder]

    def _scan(self, folder: str) -> tuple[list[str], list[str]]:
        files: list[str] = []
        folders: list[str] = []
        path = self.path / folder
        self._seen[folder] = state(path)
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    (folders if entry.is_dir() else files).append(join(folder, entry.name))
        except (OSError, ValueError) as error:
            if not is_nowhere(error):
                raise
            return [], []
        return sorted(files, key=base), sorted(folders, key=base)


def unchanged(witnesses: Witnesses) -> bool:
    """Tell whether everything is still in the state that was noted, and was so long enough to be sure."""
    return all(state(Path(path)) == tuple(noted) for path, noted in witnesses.items())


def settled(witnesses: Witnesses) -> bool:
    """Tell whether the last change is long enough ago that any later one would show."""
    newest = max((changed for changed, _ in witnesses.values()), default=0)
    return time.time_ns() - newest > TICK_NS


def state(path: Path) -> tuple[int, int]:
    """Return time of change in nanoseconds and, for a file, size; 0 and -1 if nothing is there."""
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        if not is_nowhere(error):
            raise
        return 0, -1
    return found.st_mtime_ns, -1 if path.is_dir() else found.st_size
