"""Trees of archives that still arrive: files in the order in which they lie, each as soon as it is there.

Only a tar can be read from the front, packed as a whole or not; a zip has its list of files at the end, so that one
is waited for, and nothing else with it. Whatever asks for more than files in their order waits likewise.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from hub.archives import open_stream
from hub.archives.kinds import INFLATED, kind_of_bytes
from hub.archives.tar_stream import BLOCK, Source
from hub.archives.tars import FILE, WITHOUT_DATA, headers, regular_files
from hub.trees import Held, Place, Tree, matcher
from hub.trees.archive import renamed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from hub.cards import Artifact
    from hub.streaming.incoming import Incoming

TARS = (".tar", ".tgz", ".tar.gz", ".tbz2", ".tar.bz2", ".txz", ".tar.xz", ".tzst", ".tar.zst")

MOST = 1 << 62
"""More bytes than any tar has: where one ends that arrives is not known before."""


@dataclass(frozen=True, slots=True)
class Lying(Place):
    """A file in a plain tar that arrives; its bytes are read once they are asked for, and there."""

    incoming: Incoming | None = None

    def held(self) -> Held:
        """Return the same with its bytes, once they have arrived."""
        data = self.incoming.at(self.offset, self.size) if self.incoming is not None else b""
        return Held(self.container, self.name, self.offset, len(data), data=data)


def can_stream(artifact: Artifact, member: str) -> bool:
    """Tell whether the files of an artifact can be had from the front: a tar, or a single file."""
    if member or artifact.nested:
        return False
    return artifact.unpack_to is None or artifact.name.endswith(TARS)


class ArrivingFile(Tree):
    """One artifact as a tree, files of which come as they arrive; `whole` waits for it and makes the usual tree."""

    def __init__(
        self, artifact: Artifact, member: str, incoming: Callable[[], Incoming], whole: Callable[[], Tree]
    ) -> None:
        self._artifact = artifact
        self._streams = can_stream(artifact, member)
        self._incoming = incoming
        self._make = whole

    def stream(self, pattern: str) -> Iterator[tuple[str, BinaryIO]]:
        """Yield the files whose names match, each open until the next, in the order in which they arrive."""
        if not self._streams:
            yield from self._whole.stream(pattern)
            return
        matches = matcher(pattern)
        if self._artifact.unpack_to is None and not matches(self._artifact.name):
            return
        with self._opened() as stream:
            if self._artifact.unpack_to is None:
                yield self._artifact.name, stream
            else:
                found = regular_files(stream, self, self._named)
                yield from ((name, file) for name, file in found if matches(name))

    def lying(self, folder: str = "") -> Iterator[tuple[str, Place]]:
        """Yield the files below a folder as they arrive: with their bytes, where these can be had only now."""
        if not self._streams or self._artifact.unpack_to is None:
            yield from self._whole.lying(folder)
            return
        incoming = self._incoming()
        packed = kind_of_bytes(incoming.at(0, BLOCK)) in INFLATED
        top = f"{folder}/" if folder else ""
        found = self._unpacked(incoming) if packed else self._in_place(incoming)
        yield from ((name, place) for name, place in found if name.startswith(top))

    @contextmanager
    def _opened(self, incoming: Incoming | None = None) -> Iterator[BinaryIO]:
        incoming = incoming or self._incoming()
        incoming.at(0, BLOCK)  # what it is packed as is told by these, and one read may bring fewer
        with open_stream(cast("BinaryIO", incoming), self._artifact.name, self._path) as stream:
            yield stream

    def _unpacked(self, incoming: Incoming) -> Iterator[tuple[str, Place]]:
        with self._opened(incoming) as stream:
            for name, file in regular_files(stream, self, self._named):
                data = file.read()
                yield name, Held(self._path, name, 0, len(data), data=data)

    def _in_place(self, incoming: Incoming) -> Iterator[tuple[str, Place]]:
        source = Source(cast("BinaryIO", incoming), self, MOST)
        for header in headers(source):
            if header.kind not in FILE and header.kind not in WITHOUT_DATA:
                raise source.damaged("a regular file, a folder or a link", f"a member of type {header.kind!r}")
            if header.kind in WITHOUT_DATA or header.is_folder:
                continue
            begin = source.place
            source.skip(header.size + -header.size % BLOCK)
            name = self._named(header.name)
            if name is not None:
                yield name, Lying(self._path, name, begin, header.size, incoming=incoming)

    def _named(self, name: str) -> str | None:
        return renamed(name, self._artifact.unpack_to or "", self._artifact.unpack_strip)

    @property
    def _path(self) -> Path:
        return Path(self._artifact.name)

    @cached_property
    def _whole(self) -> Tree:
        return self._make()

    def files(self, folder: str = "") -> Sequence[str]:
        """Return the full names of the files right in a folder, sorted."""
        return self._whole.files(folder)

    def folders(self, folder: str = "") -> Sequence[str]:
        """Return the full names of the folders right in a folder, sorted."""
        return self._whole.folders(folder)

    def has_folder(self, name: str) -> bool:
        """Tell whether there is such a folder."""
        return self._whole.has_folder(name)

    def has(self, name: str) -> bool:
        """Tell whether there is such a file."""
        return self._whole.has(name)

    def place(self, name: str) -> Place:
        """Return where the bytes of a file are."""
        return self._whole.place(name)

    def open(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open a file for reading."""
        return self._whole.open(name)

    def __str__(self) -> str:
        return self._artifact.name
