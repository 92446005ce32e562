"""Zips: their directories, and members of them as streams.

The directory at the end says where each file lies. Whoever makes it can let many files lie in the same place, so that a
few kilobytes become terabytes; no honest zip does, and one that does is refused. The format: "APPNOTE.TXT" of PKWARE.
"""

from __future__ import annotations

import io
import struct
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

from hub.archives.damage import Told, damage_told
from hub.archives.limits import USUAL, Limits, too_much
from hub.archives.members import Kind, Member
from hub.errors import FormatError, UnsafeArchive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from zipfile import ZipInfo

REGULAR, LINK, FOLDER = (0, 0o10), 0o12, 0o4
"""The type part of a Unix mode that says what a file is; 0 where the zip was not made on Unix."""
ENCRYPTED = 0x1
"""Of a member's flags."""
LOCAL_HEADER = 30
"""Bytes before the name of a file, where it lies."""
BLOCK = 1 << 17
LONGEST_LINK = 4096


@contextmanager
def opened(path: Path, limits: Limits = USUAL) -> Iterator[zipfile.ZipFile]:
    """Open a zip. Raises FormatError if it is none or damaged, and UnsafeArchive if it is made to fill a disk."""
    with path.open("rb") as file:
        yield of_stream(file, path, limits)


def of_stream(stream: BinaryIO, path: Path, limits: Limits = USUAL) -> zipfile.ZipFile:
    """Return a zip that is open, and lies in `path`. Raises what `opened` raises."""
    # What zipfile raises besides its own: struct lets a directory end within a field.
    with damage_told(path.name, path), _cut_told(path):
        archive = zipfile.ZipFile(stream)
    _refuse_bombs(archive, path, limits)
    return archive


@contextmanager
def _cut_told(path: Path) -> Iterator[None]:
    try:
        yield
    except struct.error as error:
        raise FormatError(f"{path.name} is damaged: {error}", path=path) from error


def _refuse_bombs(archive: zipfile.ZipFile, path: Path, limits: Limits) -> None:
    infos = archive.infolist()
    if len(infos) > limits.members:
        raise too_much(path.name, f"at most {limits.members} members", str(len(infos)))
    end = archive.start_dir
    for info in sorted(infos, key=lambda info: info.header_offset, reverse=True):
        if info.header_offset + LOCAL_HEADER + info.compress_size > end:
            raise UnsafeArchive(
                f"{info.filename!r} in {path.name} lies where something else does",
                expected=f"at most {end - info.header_offset} bytes",
                found=f"{LOCAL_HEADER + info.compress_size} bytes",
                hint="the archive was not read; report it to whoever publishes it",
            )
        end = info.header_offset


def member_of(info: ZipInfo) -> Member:
    """Return what the directory says of a file; a link's target is its content."""
    return Member(info.filename, _kind(info), info.file_size)


def _kind(info: ZipInfo) -> Kind:
    mode = info.external_attr >> 28
    if not info.filename:  # zipfile asks for its last character
        return Kind.OTHER
    if info.is_dir() or mode == FOLDER:
        return Kind.FOLDER
    if info.flag_bits & ENCRYPTED:
        return Kind.ENCRYPTED
    if mode == LINK:
        return Kind.LINK
    return Kind.FILE if mode in REGULAR else Kind.OTHER


def content(archive: zipfile.ZipFile, info: ZipInfo, path: Path, limits: Limits = USUAL) -> BinaryIO:
    """Open a file of a zip. Raises FormatError if it is damaged, and UnsafeArchive if too much would come out."""
    name = f"{info.filename} in {path.name}"
    limits.inflated(name, info.compress_size, info.file_size)
    # A name with a number in place of UTF-8 says RuntimeError, a password too; both were asked about before.
    with damage_told(name, path), _cut_told(path):
        stream = cast("BinaryIO", archive.open(info))
    return cast("BinaryIO", io.BufferedReader(Told(stream, name, path), BLOCK))


def target_of(archive: zipfile.ZipFile, info: ZipInfo, path: Path) -> str:
    """Return where a link leads. Raises FormatError if that is no name."""
    with content(archive, info, path) as stream:
        found = stream.read(LONGEST_LINK + 1)
    if len(found) > LONGEST_LINK:
        raise FormatError(f"{info.filename!r} in {path.name} is a link without an end", path=path)
    return found.decode("utf-8", "surrogateescape")
