"""Readers: one file format a module, files in, columns out; no network, no store, no cards.

A reader module has `VERSION`, which grows whenever the same files would give other columns, and
`read(files, options)`. A format is added by a module, a line in `READERS` and a test that inherits the
conformance suite.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from hub.archives import open_member
from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import Any, BinaryIO

    import numpy as np
    from numpy.typing import NDArray

    Options = Mapping[str, bool | int | str]
    Columns = dict[str, NDArray[np.generic]]

# A card names a key of this table and never code; a module is imported when its format is first read.
READERS = {
    "cifar": "hub.readers.cifar",
    "idx": "hub.readers.idx",
    "svhn": "hub.readers.svhn",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file to read: a path or, with `member`, what lies under that name in the zip or tar at the path."""

    path: Path
    member: str = ""

    def open(self) -> AbstractContextManager[BinaryIO]:
        """Open it for reading, inflated where it is gzip or xz."""
        return open_member(self.path, self.member)

    def __str__(self) -> str:
        return f"{self.path}#{self.member}" if self.member else str(self.path)


class Reader(Protocol):
    """What a module of this package offers."""

    VERSION: int

    def read(self, files: Mapping[str, File], options: Options) -> Columns:
        """Return one array a column, rows first and equally many in each.

        Raises FormatError if a file is not what its format says.
        """


def find(name: str) -> Reader:
    """Return the reader of a format; InvalidInput if there is none of that name."""
    if name not in READERS:
        raise InvalidInput(f"there is no reader {name!r}", expected=", ".join(sorted(READERS)), found=name)
    module: Any = importlib.import_module(READERS[name])
    return cast("Reader", module)


def read(name: str, files: Mapping[str, File], options: Options) -> Columns:
    """Return the columns of `files`, a map of role to file, read as the format `name`."""
    return find(name).read(files, options)
