"""Names in folders, for trees that know all of theirs beforehand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from hub.trees import Place, Tree, parent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager


@dataclass(slots=True)
class Listing:
    """Which files and folders lie right in each folder."""

    files: dict[str, list[str]] = field(default_factory=dict)
    folders: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str) -> None:
        """Enter a file, and the folders above it."""
        folder = parent(name)
        self._enter(folder)
        self.files[folder].append(name)

    def _enter(self, folder: str) -> None:
        while folder not in self.files:
            self.files[folder] = []
            self.folders.setdefault(folder, [])
            if folder:
                above = parent(folder)
                self.folders.setdefault(above, []).append(folder)
                folder = above

    def sort(self) -> None:
        """Put every list in order."""
        for names in (*self.files.values(), *self.folders.values()):
            names.sort()


class Names(Tree):
    """A tree of names alone, for archives to build on."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = set(names)
        self._listing = Listing()
        for name in self._names:
            self._listing.add(name)
        self._listing.sort()

    def files(self, folder: str = "") -> Sequence[str]:
        """Return the full names of the files right in a folder."""
        return self._listing.files.get(folder, [])

    def folders(self, folder: str = "") -> Sequence[str]:
        """Return the full names of the folders right in a folder."""
        return self._listing.folders.get(folder, [])

    def has_folder(self, name: str) -> bool:
        """Tell whether there is such a folder."""
        return name in self._listing.files

    def has(self, name: str) -> bool:
        """Tell whether there is such a file."""
        return name in self._names

    def place(self, name: str) -> Place:
        """Raise MissingFile: names alone are nowhere."""
        raise self.missing(name)

    def open(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Raise MissingFile: names alone have no bytes."""
        raise self.missing(name)

    def __str__(self) -> str:
        return f"a list of {len(self._names)} names"
