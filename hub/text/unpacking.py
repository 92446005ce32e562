"""Archives into files, without a way out of the folder they are unpacked in.

Nothing but folders and regular files is ever made: a link becomes a copy of what it leads to, which must be in the
same archive. A file appears under its name when it is whole.
"""

from __future__ import annotations

import os
import posixpath
import shutil
import tarfile
import uuid
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from hub import archives
from hub.errors import FormatError, MissingFile, UnknownArchive, UnsafeArchive
from hub.store.files import disk_errors

TARS = (".tar.gz", ".tgz", ".tar", ".tar.xz", ".tar.bz2")


def extract_archive(
    from_path: str | os.PathLike[str],
    to_path: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
) -> list[str]:
    """Return the paths of an archive's files, in its order, unpacked into `to_path` or beside it.

    Reads tar (also .tar.gz, .tgz, .tar.xz, .tar.bz2), zip and gz. Files that are there are left as they are, unless
    `overwrite`. What one .gz holds is always written anew, and beside it.

    Raises UnknownArchive (also a NotImplementedError) for other names, MissingFile, FormatError if it is damaged and
    UnsafeArchive if a member would land outside the folder.
    """
    name = os.fspath(from_path)
    folder = os.path.dirname(name) if to_path is None else os.fspath(to_path)  # noqa: PTH120  "" and not "."
    if not name.endswith((*TARS, ".zip", ".gz")):
        raise UnknownArchive(f"{name} is no archive", expected=", ".join((*TARS, ".zip", ".gz")))
    if not Path(name).is_file():
        raise MissingFile("there is no archive to unpack", expected=name, found="no file of that name")
    if name.endswith(TARS):
        return _unpack_tar(Path(name), _Folder(folder, overwrite=overwrite))
    if name.endswith(".zip"):
        return _unpack_zip(Path(name), _Folder(folder, overwrite=overwrite))
    return _unpack_gz(name)


@dataclass(slots=True)
class _Folder:
    """Where an archive is unpacked; `paths` has those of its files so far, as torchtext spells them."""

    place: str
    overwrite: bool = field(kw_only=True)
    paths: list[str] = field(default_factory=list)
    by_name: dict[str, str] = field(default_factory=dict)

    def path(self, name: str) -> str:
        """Return where a member belongs; raises UnsafeArchive if that is outside."""
        parts = PurePosixPath(name.replace("\\", "/")).parts
        # A drive or a stream of Windows has a colon; elsewhere a colon is a character as any other.
        is_strange = ".." in parts or name.startswith(("/", "\\")) or (os.name == "nt" and ":" in name)
        if is_strange or not parts or "\0" in name:
            raise _outside(name, f"a member called {name!r}")
        return os.path.join(self.place, name)  # noqa: PTH118  Path would drop a leading "./"

    def write(self, name: str, stream: BinaryIO) -> None:
        """Write a member, unless it is there."""
        path = self.path(name)
        self.paths.append(path)
        self.by_name[posixpath.normpath(name)] = path
        if self.overwrite or not Path(path).exists():
            write_whole(stream, Path(path))

    def make(self, name: str) -> None:
        """Make a folder of the archive."""
        with disk_errors(Path(self.place)):
            Path(self.path(name)).mkdir(parents=True, exist_ok=True)

    def copy(self, name: str, source: str) -> None:
        """Write what `source`, another member, holds, unless it is there; raises UnsafeArchive if there is no other."""
        path = Path(self.path(name))
        if source not in self.by_name:
            raise _outside(name, f"a link to {source!r}, which is no file of the archive")
        if self.overwrite or not path.exists():
            with Path(self.by_name[source]).open("rb") as stream:
                write_whole(stream, path)


def write_whole(stream: BinaryIO, target: Path) -> None:
    """Write a file beside its target, then rename it: whoever sees it sees all of it."""
    with disk_errors(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        new = target.with_name(f".{uuid.uuid4().hex}")
        try:
            with new.open("wb") as file:
                shutil.copyfileobj(stream, file, 1 << 20)
            new.replace(target)
        finally:
            new.unlink(missing_ok=True)


def _unpack_tar(path: Path, folder: _Folder) -> list[str]:
    links: list[tarfile.TarInfo] = []
    with archives.open_member(path) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            if member.isfile():
                folder.write(member.name, _content(archive, member))
            elif member.isdir():
                folder.make(member.name)
            elif member.issym() or member.islnk():
                links.append(member)
            else:
                raise _outside(member.name, "a device or a pipe")
    # Last, for a link may stand before what it leads to.
    targets = {posixpath.normpath(link.name): _target(link) for link in links}
    for link in links:
        folder.copy(link.name, _followed(targets, posixpath.normpath(link.name)))
    return folder.paths


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> BinaryIO:
    stream = archive.extractfile(member)
    assert stream is not None, "asked of regular files alone"  # noqa: S101  # for mypy
    return cast("BinaryIO", stream)


def _target(link: tarfile.TarInfo) -> str:
    """A symbolic link counts from its own folder, a hard one from the top."""
    folder = posixpath.dirname(link.name) if link.issym() else ""
    return posixpath.normpath(posixpath.join(folder, link.linkname))


def _followed(targets: dict[str, str], name: str) -> str:
    for _ in targets:  # no chain is longer, and a ring has no end
        name = targets.get(name, name)
    return name


def _unpack_zip(path: Path, folder: _Folder) -> list[str]:
    with archives.open_member(path) as stream, zipfile.ZipFile(stream) as archive:
        for member in archive.infolist():
            if member.is_dir():
                folder.make(member.filename)
                continue
            if member.flag_bits & archives.ENCRYPTED:
                raise FormatError(
                    f"{member.filename!r} in {path.name} is encrypted", path=path, hint="unpack it by hand"
                )
            with archive.open(member) as content:
                folder.write(member.filename, cast("BinaryIO", content))
    return folder.paths


def _unpack_gz(name: str) -> list[str]:
    target = name.removesuffix(".gz")
    with archives.open_wrapped(Path(name), "", "gz") as stream:
        write_whole(stream, Path(target))
    return [target]


def _outside(name: str, found: str) -> UnsafeArchive:
    return UnsafeArchive(
        f"{name!r} would land outside of the folder",
        expected="files and folders below it",
        found=found,
        hint="nothing more was unpacked; report it to whoever publishes the archive",
    )
