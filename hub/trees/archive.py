"""Zips and tars as trees, read in place: an index of where each file lies, and nothing unpacked.

    zip    the central directory at its end; a file is behind its local header, stored or deflated
    tar    a header of 512 bytes before each file; not compressed as a whole

A tar that is compressed as a whole cannot be read from the middle: `inflated` makes a plain one of it first, once.
Links, devices and encrypted files are left out of a tree.
"""

from __future__ import annotations

import io
import shutil
import tarfile
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from hub.archives import DAMAGE, ENCRYPTED, REGULAR_MODES, open_member, open_stream
from hub.errors import FormatError
from hub.trees import Names, Place, hidden
from hub.trees.bytes import read_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

ZIP_MAGIC = b"PK"

_FILE_IN_TOP = 2
"""Parts of the name of a file that lies right in a folder at the top."""


class Archive(Names):
    """The regular files of a zip or tar; `into` stands before each name, in place of `strip`.

    `strip` None is a folder that all else lies in, if there is one: archives are often made of a folder as a whole.
    """

    def __init__(self, path: Path, *, into: str = "", strip: str | None = "") -> None:
        self._path = path
        places = list(_index(path))
        top = _wrapping([place.name for place in places]) if strip is None else strip
        self._places = {name: place for place in places if (name := _renamed(place.name, into, top)) is not None}
        super().__init__(self._places)

    def place(self, name: str) -> Place:
        """Return where the bytes of a file are."""
        try:
            return self._places[name]
        except KeyError:
            raise self.missing(name) from None

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """Open a file for reading, inflated where it is packed."""
        with open_stream(io.BytesIO(read_place(self.place(name))), f"{name} in {self}", self._path) as stream:
            yield stream

    def __str__(self) -> str:
        return str(self._path)


def is_plain(path: Path, member: str = "") -> bool:
    """Tell whether an archive can be read in place: a zip or a tar that is no member of another and not compressed."""
    if member:
        return False
    return zipfile.is_zipfile(path) or _is_plain_tar(path)


def inflate(path: Path, member: str, target: Path) -> None:
    """Write the archive that is compressed, or a member of another one, as a plain file to `target`.

    Raises FormatError if it is no archive.
    """
    with open_member(path, member) as source, target.open("wb") as plain:
        shutil.copyfileobj(source, plain, 1 << 20)
    if not is_plain(target):
        with target.open("rb") as plain:
            found = plain.read(4).hex(" ") or "an empty file"
        name = f"{member} in {path}" if member else str(path)
        raise FormatError(f"{name} is no archive", path=path, expected="a zip or a tar", found=found)


def _is_plain_tar(path: Path) -> bool:
    try:
        with tarfile.open(path, "r:"):
            return True
    except tarfile.TarError:
        return False


def _wrapping(names: Iterable[str]) -> str:
    """Return the folder that all visible names lie in, if nothing but folders lies right in it; "" otherwise."""
    parts = [_parts(name) for name in names if not hidden(name.removeprefix("./"))]
    tops = {each[0] for each in parts if each}
    return tops.pop() if len(tops) == 1 and all(len(each) > _FILE_IN_TOP for each in parts if each) else ""


def _parts(name: str) -> list[str]:
    return [part for part in name.split("/") if part not in ("", ".")]


def _renamed(name: str, into: str, strip: str) -> str | None:
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


def _index(path: Path) -> Iterator[Place]:
    try:
        yield from _zip_places(path) if zipfile.is_zipfile(path) else _tar_places(path)
    except DAMAGE as error:
        raise FormatError(f"{path} is damaged: {error}", path=path) from error


def _zip_places(path: Path) -> Iterator[Place]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            regular = not info.is_dir() and (info.external_attr >> 28) in REGULAR_MODES
            if regular and not info.flag_bits & ENCRYPTED:
                yield Place(path, info.filename, info.header_offset, info.compress_size, zipped=True)


def _tar_places(path: Path) -> Iterator[Place]:
    end = path.stat().st_size
    with path.open("rb") as file, tarfile.TarFile(fileobj=file) as archive:
        for info in archive:
            if info.isreg() and not info.issparse():
                if info.offset_data + info.size > end:
                    raise FormatError(
                        f"{path} ends inside of {info.name}",
                        path=path,
                        expected=f"{info.offset_data + info.size} bytes",
                        found=f"{end} bytes",
                    )
                yield Place(path, info.name, info.offset_data, info.size)
