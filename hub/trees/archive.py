"""Zips and tars as trees, read in place: an index of where each file lies, and nothing unpacked.

    zip    the central directory at its end; a file is behind its local header, stored or deflated
    tar    a header of 512 bytes before each file; not compressed as a whole

A tar that is compressed as a whole cannot be read from the middle: `inflate` makes a plain one of it first, once. A
plain tar inside of a plain tar lies there byte by byte, so its files can be read in place too.
Links, devices and encrypted files are left out of a tree.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO, cast

from hub.archives import Kind, is_zip, kind_of, open_member, open_stream, open_tar, tar_stream, tars, zips
from hub.archives.limits import USUAL, Count, too_much
from hub.errors import FormatError
from hub.trees import Place, hidden, matcher
from hub.trees.bytes import open_place, read_place
from hub.trees.names import Names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from hub.progress import Progress

TAR = ".tar"
WHOLE = ("zip", "tar", "7z", "rar")
LARGE = 1 << 20

_FILE_IN_TOP = 2
"""Parts of the name of a file that lies right in a folder at the top."""


class Archive(Names):
    """The regular files of a zip or tar; `into` stands before each name, in place of `strip`.

    `strip` None is a folder that all else lies in, if there is one: archives are often made of a folder as a whole.
    With `nested`, a plain tar in a plain tar is a folder: `a/b.tar` with the file `c` in it is `a/b/c`. `places` is
    what `index` has found before, if it has.
    """

    def __init__(
        self,
        path: Path,
        *,
        into: str = "",
        strip: str | None = "",
        nested: bool = False,
        places: Sequence[Place] | None = None,
    ) -> None:
        self._path = path
        places = list(index(path, nested=nested)) if places is None else places
        top = _wrapping([place.name for place in places]) if strip is None else strip
        self._places = {name: place for place in places if (name := renamed(place.name, into, top)) is not None}
        super().__init__(self._places)

    def place(self, name: str) -> Place:
        """Return where the bytes of a file are."""
        try:
            return self._places[name]
        except KeyError:
            raise self.missing(name) from None

    def stream(self, pattern: str) -> Iterator[tuple[str, BinaryIO]]:
        """Yield the files whose names match, each open until the next, in the order in which they lie."""
        matches = matcher(pattern)
        for name in filter(matches, self._places):
            with self.open(name) as stream:
                yield name, stream

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """Open a file for reading, inflated where it is packed; a large one is never held in memory as a whole."""
        place = self.place(name)
        if place.zipped and place.size > LARGE:
            with open_member(place.container, place.name) as stream:
                yield stream
            return
        raw = open_place(place) if place.size > LARGE else io.BytesIO(read_place(place))
        source = cast("BinaryIO", io.BufferedReader(cast("io.RawIOBase", raw), LARGE))
        with source, open_stream(source, f"{name} in {self}", self._path) as stream:
            yield stream

    def __str__(self) -> str:
        return str(self._path)


def is_plain(path: Path, member: str = "") -> bool:
    """Tell whether an archive can be read in place: a zip or a tar that is no member of another and not compressed."""
    if member:
        return False
    return kind_of(path) in ("zip", "tar")


def inflate(path: Path, member: str, target: Path, progress: Progress, *, nested: bool = False) -> None:
    """Write the archive that is compressed, or a member of another one, as a plain file to `target`.

    Of a 7z or rar that is a tar; with `nested` archives of these kinds in it are opened too.
    """
    progress.start(f"inflating {member or path.name}", None)
    with open_tar(path, member, nested=nested) as source, target.open("wb") as plain:
        while block := source.read(1 << 20):
            plain.write(block)
            progress.advance(len(block))
    progress.finish()


def is_archive(path: Path) -> bool:
    """Tell whether a file is a zip, a tar, a tar that is compressed as a whole, a 7z or a rar."""
    return kind_of(path) in WHOLE or tars.is_header(_head(path))


def require_archive(path: Path) -> None:
    """Raise FormatError if a file is none of the archives above."""
    if not is_archive(path):
        found = _head(path)[:4].hex(" ") or "an empty file"
        hint = "give the folder, or the archive, that holds your data"
        raise FormatError(f"{path} is no archive", path=path, expected="a zip or a tar", found=found, hint=hint)


def _head(path: Path) -> bytes:
    with open_member(path) as stream:
        return stream.read(tar_stream.BLOCK)


def _wrapping(names: Iterable[str]) -> str:
    """Return the folder that all visible names lie in, if nothing but folders lies right in it; "" otherwise."""
    parts = [_parts(name) for name in names if not hidden(name.removeprefix("./"))]
    tops = {each[0] for each in parts if each}
    return tops.pop() if len(tops) == 1 and all(len(each) > _FILE_IN_TOP for each in parts if each) else ""


def _parts(name: str) -> list[str]:
    parts = name.split("/")
    # perf: nearly all names are plain, and a tar has one for every few kilobytes.
    return [part for part in parts if part not in ("", ".")] if "" in parts or "." in parts else parts


def renamed(name: str, into: str, strip: str) -> str | None:
    """Return the name of a member in the tree, or None if it lies outside of `strip`."""
    parts = _parts(name)
    if ".." in parts or not parts:
        return None
    if strip:
        top = strip.split("/")
        if parts[: len(top)] != top:
            return None
        parts = parts[len(top) :]
    return "/".join([*([into] if into else []), *parts])


def index(path: Path, *, nested: bool) -> Iterator[Place]:
    """Yield where the files of a plain archive lie, in its order; those of tars in it too with `nested`.

    Raises FormatError if it is damaged, and UnsafeArchive for more or longer names than anybody means.
    """
    places = _zip_places(path) if is_zip(path) else _tar_places(path, 0, path.stat().st_size)
    count = Count(USUAL, path, 0)
    for place in _unfolded(places) if nested else places:
        count.enter()
        # Each folder on the way has an entry of its own: a name of a megabyte would have gigabytes of them.
        if len(place.name) > USUAL.path or place.name.count("/") > USUAL.depth:
            raise too_much(path, f"names of {USUAL.path} characters and {USUAL.depth} parts", f"{place.name[:40]!r}...")
        yield place


def _unfolded(places: Iterator[Place]) -> Iterator[Place]:
    """Yield the places, those inside of a plain tar in place of the tar."""
    for place in places:
        if place.zipped or not place.name.endswith(TAR):
            yield place
        else:
            folder = place.name.removesuffix(TAR)
            for inner in _tar_places(place.container, place.offset, place.offset + place.size):
                yield replace(inner, name=f"{folder}/{inner.name}")


def _zip_places(path: Path) -> Iterator[Place]:
    with zips.opened(path) as archive:
        for info in archive.infolist():
            if zips.member_of(info).kind is Kind.FILE:
                yield Place(path, info.filename, info.header_offset, info.compress_size, zipped=True)


def _tar_places(path: Path, start: int, end: int) -> Iterator[Place]:
    """Yield the files of the plain tar that lies in a file from `start` to `end`."""
    if end - start < tar_stream.BLOCK:
        raise FormatError(f"{path} is no archive", path=path, expected="a zip or a tar", found=f"{end - start} bytes")
    with path.open("rb") as file:
        source = tar_stream.Source(file, path, end, start=start)
        for member, _ in tars.members(source):
            if member.kind is Kind.FILE:
                _refuse_end_inside(path, member.name, source.place + member.size, end)
                yield Place(path, member.name, source.place, member.size)


def _refuse_end_inside(path: Path, name: str, behind: int, end: int) -> None:
    if behind > end:
        what = f"{path} ends inside of {name}"
        raise FormatError(what, path=path, expected=f"{behind} bytes", found=f"{end} bytes")
