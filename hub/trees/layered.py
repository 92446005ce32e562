"""Several trees as one: archives as if unpacked together, and a folder before the archives that lie in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from hub.errors import MissingFile
from hub.trees import Place, Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager


class Union(Tree):
    """Several trees as one, as if all were unpacked into one folder; the first that has a name gives it."""

    def __init__(self, layers: Sequence[Tree], hint: str = "") -> None:
        self._layers = layers
        self._hint = hint

    def files(self, folder: str = "") -> Sequence[str]:
        """Return the full names of the files right in a folder."""
        return _merged([layer.files(folder) for layer in self._layers])

    def folders(self, folder: str = "") -> Sequence[str]:
        """Return the full names of the folders right in a folder."""
        return _merged([layer.folders(folder) for layer in self._layers])

    def has_folder(self, name: str) -> bool:
        """Tell whether there is such a folder."""
        return any(layer.has_folder(name) for layer in self._layers)

    def has(self, name: str) -> bool:
        """Tell whether there is such a file."""
        return any(layer.has(name) for layer in self._layers)

    def place(self, name: str) -> Place:
        """Return where the bytes of a file are."""
        return self._with(name).place(name)

    def open(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open a file for reading."""
        return self._with(name).open(name)

    def stream(self, pattern: str) -> Iterator[tuple[str, BinaryIO]]:
        """Yield the files whose names match, each open until the next, one tree after the other."""
        seen: set[str] = set()
        for layer in self._layers:
            for name, stream in layer.stream(pattern):
                if name not in seen:
                    seen.add(name)
                    yield name, stream

    def lying(self, folder: str = "") -> Iterator[tuple[str, Place]]:
        """Yield the files below a folder and where they are, one tree after the other."""
        seen: set[str] = set()
        for layer in self._layers:
            for name, place in layer.lying(folder):
                if name not in seen:
                    seen.add(name)
                    yield name, place

    def missing(self, name: str) -> MissingFile:
        """Return the error to raise for a name that is not there."""
        return MissingFile(f"{name} is not in {self}", expected=name, found="no such file", hint=self._hint)

    def __str__(self) -> str:
        return " or ".join(str(layer) for layer in self._layers) or "the files of this dataset"

    def __bool__(self) -> bool:
        return bool(self._layers)

    def _with(self, name: str) -> Tree:
        for layer in self._layers:
            if layer.has(name):
                return layer
        raise self.missing(name)


class Fallback(Tree):
    """A tree, and another that is made only when the first lacks something: a folder, else the archives in it."""

    def __init__(self, first: Tree, second: Callable[[], Tree]) -> None:
        self._first = first
        self._make = second
        self._second: Tree | None = None

    def files(self, folder: str = "") -> Sequence[str]:
        """Return the full names of the files right in a folder."""
        own = self._first.files(folder)
        return own if self._fills(folder) else self.second.files(folder) or own

    def folders(self, folder: str = "") -> Sequence[str]:
        """Return the full names of the folders right in a folder."""
        own = self._first.folders(folder)
        return own if self._fills(folder) else self.second.folders(folder) or own

    def _fills(self, folder: str) -> bool:
        """Tell whether the first tree has something in a folder; at the top, where archives lie too, a folder."""
        return bool(self._first.folders(folder) or (folder and self._first.files(folder)))

    def has_folder(self, name: str) -> bool:
        """Tell whether there is such a folder."""
        return self._first.has_folder(name) or self.second.has_folder(name)

    def has(self, name: str) -> bool:
        """Tell whether there is such a file."""
        return self._first.has(name) or self.second.has(name)

    def place(self, name: str) -> Place:
        """Return where the bytes of a file are."""
        return self._with(name).place(name)

    def open(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open a file for reading."""
        return self._with(name).open(name)

    def stream(self, pattern: str) -> Iterator[tuple[str, BinaryIO]]:
        """Yield the files whose names match, each open until the next: those of the first tree that has any."""
        found = False
        for name, stream in self._first.stream(pattern):
            found = True
            yield name, stream
        if not found:
            yield from self.second.stream(pattern)

    def missing(self, name: str) -> MissingFile:
        """Return the error to raise for a name that is not there."""
        error = self.second.missing(name)
        return MissingFile(f"{name} is not in {self}", expected=name, found="no such file", hint=error.hint)

    @property
    def second(self) -> Tree:
        """The other tree, made when first asked for."""
        if self._second is None:
            self._second = self._make()
        return self._second

    def __str__(self) -> str:
        return f"{self._first} or {self._second}" if self._second else str(self._first)

    def _with(self, name: str) -> Tree:
        if self._first.has(name):
            return self._first
        if self.second.has(name):
            return self.second
        raise self.missing(name)


def _merged(lists: Sequence[Sequence[str]]) -> Sequence[str]:
    filled = [names for names in lists if names]
    return filled[0] if len(filled) == 1 else sorted({name for names in filled for name in names})
