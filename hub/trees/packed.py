"""Tars that are compressed as a whole: read from front to back as they are, and inflated only for all else."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO

from hub.archives import open_tar
from hub.archives.tars import regular_files
from hub.trees import Place, Tree, matcher
from hub.trees.archive import renamed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

SUFFIXES = (
    ".tar", ".tgz", ".tar.gz", ".tbz2", ".tar.bz2", ".txz", ".tar.xz", ".tzst", ".tar.zst", ".7z", ".rar"
)  # fmt: skip


class Packed(Tree):
    """The regular files of a compressed tar, or of the member of an archive that is a tar.

    `into` stands before each name, in place of `strip`. `inflated` makes the tree of the same tar once it is a plain
    file; it is called when something is asked for that needs a list of what there is, or a file by its name.
    """

    def __init__(
        self, path: Path, member: str, inflated: Callable[[], Tree], *, into: str = "", strip: str = ""
    ) -> None:
        self._path = path
        self._member = member
        self._make = inflated
        self._into = into
        self._strip = strip

    def stream(self, pattern: str) -> Iterator[tuple[str, BinaryIO]]:
        """Yield the files whose names match, each open until the next, in the order of the tar."""
        matches = matcher(pattern)

        def named(name: str) -> str | None:
            own = renamed(name, self._into, self._strip)
            return own if own is not None and matches(own) else None

        with open_tar(self._path, self._member) as source:
            yield from regular_files(source, self, named)

    @cached_property
    def _plain(self) -> Tree:
        return self._make()

    def files(self, folder: str = "") -> Sequence[str]:
        """Return the full names of the files right in a folder."""
        return self._plain.files(folder)

    def folders(self, folder: str = "") -> Sequence[str]:
        """Return the full names of the folders right in a folder."""
        return self._plain.folders(folder)

    def has_folder(self, name: str) -> bool:
        """Tell whether there is such a folder."""
        return self._plain.has_folder(name)

    def has(self, name: str) -> bool:
        """Tell whether there is such a file."""
        return self._plain.has(name)

    def place(self, name: str) -> Place:
        """Return where the bytes of a file are."""
        return self._plain.place(name)

    def open(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open a file for reading."""
        return self._plain.open(name)

    def __str__(self) -> str:
        return f"{self._path}#{self._member}" if self._member else str(self._path)
