"""Archives into folders, without a way out of them. Everything that is ever unpacked is unpacked here.

    extract    a folder that holds what the archive does and nothing else: the old one is renamed away, the new one in
    unpack     the archive's files beside others that a folder has

Both first make a tree beside its place and move it there when all of it is whole and allowed: an archive that is
refused leaves nothing. Only folders and regular files are made, none of which can be run or belongs to another user: a
link becomes a copy of what it leads to, which must be a file of the same archive.

After a crash of the system, unlike after that of a program, files may be there whose bytes are not.
"""

from __future__ import annotations

import posixpath
import shutil
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from hub.archives.limits import USUAL, Count, Limits
from hub.archives.members import Kind, Member
from hub.archives.names import Taken, checked, refused
from hub.archives.reading import members
from hub.errors import FormatError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BLOCK = 1 << 20
LONGEST_CHAIN = 40
"""Links that lead to each other: as many as Linux follows."""


def extract(path: Path, folder: Path, *, limits: Limits = USUAL) -> list[str]:
    """Return the names of an archive's files, in its order and spelling, once `folder` holds them and nothing else.

    Raises FormatError if the archive is damaged, and UnsafeArchive if a member would land outside or is neither file
    nor folder, if names collide, or beyond the limits; `folder` is as it was then.
    """
    with _beside(folder) as place:
        tree = _grown(path, place, None, limits)
        _swap(place, folder)
    return tree.names


def unpack(path: Path, folder: Path, *, overwrite: bool = False, limits: Limits = USUAL) -> list[str]:
    """Return the names of an archive's files, once all of them are in `folder`, beside what it has.

    Files that are there are left as they are unless `overwrite`. Each appears under its name when it is whole. Raises
    what `extract` raises, and InvalidInput if a folder stands in the way of a file; no file was moved there then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _beside(folder / "unpacked") as place:
        tree = _grown(path, place, None if overwrite else folder, limits)
        _refuse_folders(folder, tree.written)
        for name in tree.folders:
            (folder / name).mkdir(parents=True, exist_ok=True)
        for name in tree.written:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).replace(folder / name)
    return tree.names


@dataclass(slots=True)
class _Tree:
    """What an archive is unpacked to so far. What `beside` has is not written."""

    place: Path
    beside: Path | None
    count: Count
    names: list[str] = field(default_factory=list)
    """Of files, as the archive spells them."""
    folders: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    _files: dict[str, Path] = field(default_factory=dict)
    _links: dict[str, Member] = field(default_factory=dict)
    _taken: Taken = field(default_factory=Taken)

    def add(self, member: Member, content: Callable[[], BinaryIO]) -> None:
        """Enter a member, and write it if it is a file."""
        self.count.enter()
        if member.kind is Kind.FOLDER:
            self._add_folder(member)
            return
        self._refuse_others(member)
        name = checked(member.name, self.count.limits)
        self._taken.file(name)
        if member.kind is Kind.FILE:
            self.names.append(member.name)
            self._write(name, content)
        else:
            self._links[name] = member

    def copy_links(self) -> None:
        """Write what links lead to; last, for a link may stand before it."""
        targets = {name: _target(name, link) for name, link in self._links.items()}
        for name in self._links:
            source = _followed(targets, name)
            if source not in self._files:
                raise refused(name, "a link to a file of the archive", f"a link to {source!r}")
            self._write(name, partial(_opened, self._files[source]))

    def _add_folder(self, member: Member) -> None:
        if not member.name.strip("./"):  # the top itself
            return
        name = checked(member.name, self.count.limits)
        self._taken.folder(name)
        self.folders.append(name)
        (self.place / name).mkdir(parents=True, exist_ok=True)

    def _write(self, name: str, content: Callable[[], BinaryIO]) -> None:
        if self.beside is not None and (self.beside / name).exists():
            self._files[name] = self.beside / name
            return
        target = self.place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with content() as stream, target.open("xb") as file:
            while block := stream.read(BLOCK):
                self.count.take(len(block))
                file.write(block)
        self._files[name] = target
        self.written.append(name)

    def _refuse_others(self, member: Member) -> None:
        if member.kind is Kind.ENCRYPTED:
            where = self.count.where
            raise FormatError(f"{member.name!r} in {where} is encrypted", path=where, hint="unpack it by hand")
        if member.kind is Kind.OTHER:
            raise refused(member.name, "files, folders and links to them", member.kind.value)


def _grown(path: Path, place: Path, beside: Path | None, limits: Limits) -> _Tree:
    tree = _Tree(place, beside, Count(limits, path.name, path.stat().st_size))
    with members(path, limits) as found:
        for member, content in found:
            tree.add(member, content)
    tree.copy_links()
    return tree


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """Give a new folder beside another, on the same file system; gone afterwards, if it is still there."""
    place = folder.with_name(f".{folder.name[:80]}.{uuid.uuid4().hex}")
    place.mkdir(parents=True)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _swap(new: Path, folder: Path) -> None:
    """Rename the old folder away, the new one in, and remove the old one; whoever looks finds one of them or none."""
    with _beside(folder) as away:
        there = folder.exists() or folder.is_symlink()
        if there:
            folder.rename(away / "old")
        try:
            new.rename(folder)
        except OSError:
            if there:
                (away / "old").rename(folder)
            raise


def _refuse_folders(folder: Path, names: list[str]) -> None:
    standing = next((name for name in names if (folder / name).is_dir()), None)
    if standing is not None:
        raise InvalidInput(
            f"{folder / standing} is in the way", expected="room for a file of that name", found="a folder"
        )


def _target(name: str, link: Member) -> str:
    """Return what a link names; a symbolic one counts from its own folder, a hard one from the top."""
    folder = posixpath.dirname(name) if link.kind is Kind.LINK else ""
    return posixpath.normpath(posixpath.join(folder, link.target))


def _followed(targets: dict[str, str], name: str) -> str:
    for _ in range(LONGEST_CHAIN):  # a ring has no end
        if name not in targets:
            break
        name = targets[name]
    return name


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")
