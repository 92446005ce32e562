"""Trees: the files of a dataset under the names that they have once unpacked, wherever their bytes are.

    Folder     a folder on disk
    Archive    a zip or a tar that is read in place, by offset; nothing is unpacked
    Packed     a tar that is compressed as a whole: read from front to back, or inflated once
    Union      several of them as one, as if unpacked into one folder
    Fallback   a folder, and archives that are opened only for what it lacks

Readers of photos, videos and annotations are given a tree, so they need not know which of these it is. Names are
relative, with "/" between folders; those of an archive are compared and never used as paths on disk.

They are in the modules folder, archive, packed (on tar_stream) and layered. `names` makes a tree of a list of names,
`bytes` reads what lies at a place, `decoding` makes text of it.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from fnmatch import fnmatchcase, translate
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO, Protocol

from hub.archives import whole
from hub.errors import MissingFile
from hub.trees.decoding import decoded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path


class Elsewhere(Protocol):
    """The path of a file or folder that is not on this machine."""

    def __truediv__(self, name: str, /) -> Elsewhere | Path:
        """Return the path of what is called so, counted from here."""

    def pread(self, size: int, offset: int) -> bytes:
        """Return up to `size` bytes of the file from `offset` on."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bytes of one file are.

    With `offset` -1 they are the file `container / name`. Otherwise they are `size` bytes of the file `container`: from
    `offset` on, or, where `zipped`, behind the local header of a zip at `offset`, stored or deflated. For a container
    that is read from elsewhere, an `Elsewhere` stands in place of its path.
    """

    container: Path
    name: str
    offset: int = -1
    size: int = -1
    zipped: bool = False


@dataclass(frozen=True, slots=True)
class Held(Place):
    """A file whose bytes are in memory; the place says where they came from."""

    data: bytes = b""


class Tree(ABC):
    """Files by name. Lists are sorted; a name that is not there raises MissingFile."""

    @abstractmethod
    def files(self, folder: str = "") -> Sequence[str]:
        """Return the full names of the files right in a folder, sorted."""

    @abstractmethod
    def folders(self, folder: str = "") -> Sequence[str]:
        """Return the full names of the folders right in a folder, sorted."""

    @abstractmethod
    def has_folder(self, name: str) -> bool:
        """Tell whether there is such a folder."""

    @abstractmethod
    def has(self, name: str) -> bool:
        """Tell whether there is such a file."""

    @abstractmethod
    def place(self, name: str) -> Place:
        """Return where the bytes of a file are."""

    @abstractmethod
    def open(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open a file for reading, inflated where it is bzip2, gzip or xz."""

    @abstractmethod
    def __str__(self) -> str:
        """What to call this tree in a message."""

    def walk(self, folder: str = "") -> Iterator[str]:
        """Yield the files below a folder, sorted by the folder they lie in and then by name, as `sorted(os.walk())`.

        >>> from hub.trees.names import Names
        >>> list(Names(["a/1", "a/b/2", "a-b/3"]).walk())
        ['a/1', 'a-b/3', 'a/b/2']
        """
        for each in sorted(self._within(folder)):
            yield from self.files(each)

    def _within(self, folder: str) -> Iterator[str]:
        yield folder
        for each in self.folders(folder):
            yield from self._within(each)

    def glob(self, pattern: str) -> list[str]:
        """Return the files whose names match, sorted; `*` matches within one part of a name.

        >>> from hub.trees.names import Names
        >>> Names(["a/1.png", "a/2.jpg", "b/3.png"]).glob("*/*.png")
        ['a/1.png', 'b/3.png']
        """
        *parents, last = pattern.split("/")
        folders = [""]
        for part in parents:
            folders = [name for folder in folders for name in self._matching(folder, part)]
        return sorted(name for folder in folders for name in self.files(folder) if fnmatchcase(base(name), last))

    def stream(self, pattern: str) -> Iterator[tuple[str, BinaryIO]]:
        """Yield the files whose names match, each open until the next; in the order of an archive, where it is one.

        What is compressed as a whole is read once from front to back, and never written anywhere.
        """
        for name in self.glob(pattern):
            with self.open(name) as stream:
                yield name, stream

    def lying(self, folder: str = "") -> Iterator[tuple[str, Place]]:
        """Yield the files below a folder and where they are: sorted, or, where they arrive, as they do."""
        for name in self.walk(folder):
            yield name, self.place(name)

    def _matching(self, folder: str, part: str) -> list[str]:
        if not any(sign in part for sign in "*?["):
            name = join(folder, part)
            return [name] if self.has_folder(name) else []
        return [name for name in self.folders(folder) if fnmatchcase(base(name), part)]

    def read(self, name: str) -> bytes:
        """Return the bytes of a file, inflated as by `open`. Raises UnsafeArchive if they are too many for that."""
        with self.open(name) as stream:
            return whole(stream, f"{name} in {self}")

    def text(self, name: str, encoding: str = "utf-8") -> str:
        """Return the text of a file with plain line feeds. Raises FormatError if it is none."""
        return decoded(self.read(name), f"{name} in {self}", encoding)

    def media(self, names: Iterable[str | None]) -> Media:
        """Return the files of these names as a column; None where there is none."""
        return Media([None if name is None else self.place(name) for name in names])

    def missing(self, name: str) -> MissingFile:
        """Return the error to raise for a name that is not there."""
        return MissingFile(f"{name} is not in {self}", expected=name, found="no such file")


@dataclass(frozen=True, slots=True)
class Media:
    """A column of files: photos, masks, videos. None stands for none."""

    places: list[Place | None]

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, rows: slice) -> Media:
        return Media(self.places[rows])


def matcher(pattern: str) -> Callable[[str], bool]:
    """Return a function that tells whether a name matches; `*` matches within one part of a name.

    >>> matches = matcher("*/train/*.txt")
    >>> matches("a/train/1.txt"), matches("train/1.txt"), matches("a/train/b/1.txt")
    (True, False, False)
    """
    *folders, last = pattern.split("/")
    fits = re.compile(translate(last)).match

    @lru_cache(maxsize=64)  # thousands of files in a row lie in one folder
    def holds(folder: str) -> bool:
        found = folder.split("/") if folder else []
        return len(found) == len(folders) and all(map(fnmatchcase, found, folders))

    def matches(name: str) -> bool:
        folder, _, own = name.rpartition("/")
        return holds(folder) and fits(own) is not None

    return matches


def join(folder: str, name: str) -> str:
    """Return the name of what lies in a folder.

    >>> join("", "a"), join("a/b", "c")
    ('a', 'a/b/c')
    """
    return f"{folder}/{name}" if folder else name


def parent(name: str) -> str:
    """Return the folder that a name lies in; "" for the top.

    >>> parent("a/b/c"), parent("a")
    ('a/b', '')
    """
    return name.rpartition("/")[0]


def base(name: str) -> str:
    """Return the last part of a name.

    >>> base("a/b/c.png")
    'c.png'
    """
    return name.rpartition("/")[2]


def hidden(name: str) -> bool:
    """Tell whether a name is one of those that systems leave behind and nobody means: `.git`, `__MACOSX` and the like.

    >>> hidden("a/.DS_Store"), hidden("__MACOSX/a"), hidden("a/b.c")
    (True, True, False)
    """
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/"))


def stem(name: str) -> str:
    """Return the last part of a name without its suffix.

    >>> stem("a/b/c.tar.gz")
    'c.tar'
    """
    last = base(name)
    return last.rpartition(".")[0] or last
