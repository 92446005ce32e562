"""Reading out of archives without unpacking them: nothing here ever writes a file.

A member is picked by its exact path, so no name in an archive is ever used as a path on disk.
"""

from __future__ import annotations

import bz2
import lzma
import tarfile
import zipfile
import zlib
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING, BinaryIO, cast

# isal: three times the speed of zlib, the same interface.
from isal import igzip, igzip_lib

from hub.errors import FormatError, HubError, UnsafeArchive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BZIP2_MAGIC = b"BZh"
GZIP_MAGIC = b"\x1f\x8b"
XZ_MAGIC = b"\xfd7zXZ\x00"

# The type part of a Unix mode that says "regular file"; 0 where the zip was not made on Unix.
REGULAR_MODES = (0, 0o10)

ENCRYPTED = 0x1  # of a zip member's flags

# What the standard library and isal raise on damaged input; EOFError is a stream that ends too early.
DAMAGE = (
    EOFError,
    cast("type[Exception]", igzip_lib.IsalError),  # its stub says an instance
    lzma.LZMAError,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
)


@contextmanager
def open_member(path: Path, member: str = "") -> Iterator[BinaryIO]:
    """Open a file, or a member of a zip or tar, and inflate it if its first bytes are those of bzip2, gzip or xz.

    Raises FormatError if the archive is damaged (also while it is read) or has no such member, and UnsafeArchive if
    the member is a link, a device or a folder.
    """
    with _opened(path, member) as (stack, stream):
        head = stream.read(len(XZ_MAGIC))
        stream.seek(0)
        yield stack.enter_context(_inflated(stream, _compression(head)))


@contextmanager
def open_wrapped(path: Path, member: str, unwrap: str) -> Iterator[BinaryIO]:
    """Open what a card says is wrapped in `path`: a member of it, inflated as `unwrap` ("", "gz", "xz") says."""
    with _opened(path, member) as (stack, stream):
        yield stack.enter_context(_inflated(stream, unwrap))


@contextmanager
def open_stream(stream: BinaryIO, name: str, path: Path) -> Iterator[BinaryIO]:
    """Inflate what is already open, and lies in `path`, as `open_member` does."""
    with damage_told(name, path), ExitStack() as stack:
        head = stream.read(len(XZ_MAGIC))
        stream.seek(0)
        yield stack.enter_context(_inflated(stream, _compression(head)))


@contextmanager
def _opened(path: Path, member: str) -> Iterator[tuple[ExitStack, BinaryIO]]:
    place = f"{member} in {path.name}" if member else path.name
    with ExitStack() as stack, damage_told(place, path):
        yield stack, _raw(stack, path, member)


@contextmanager
def damage_told(name: str, path: object) -> Iterator[None]:
    """Raise FormatError for whatever decompressors raise within, when what they are given is damaged or ends early.

    Whoever reads a stream that a generator yields needs it: an error of the reader never passes through the generator.
    """
    try:
        yield
    except HubError:
        raise
    except DAMAGE as error:
        raise FormatError(f"{name} is damaged: {error}", path=path) from error
    except OSError as error:
        if error.errno is not None:  # a real failure of the file system, not gzip's BadGzipFile
            raise
        raise FormatError(f"{name} is damaged: {error}", path=path) from error


def blocks_of(stream: BinaryIO, where: object, size: int) -> Iterator[bytes]:
    """Yield what is left of a stream, `size` bytes at a time. Raises FormatError if what it is packed in is damaged."""
    while True:
        with damage_told(str(where), where):
            data = stream.read(size)
        if not data:
            return
        yield data


def _raw(stack: ExitStack, path: Path, member: str) -> BinaryIO:
    if not member:
        return stack.enter_context(path.open("rb"))
    if zipfile.is_zipfile(path):
        return _zip_member(stack, path, member)
    return _tar_member(stack, path, member)


def _zip_member(stack: ExitStack, path: Path, member: str) -> BinaryIO:
    archive = stack.enter_context(zipfile.ZipFile(path))
    try:
        info = archive.getinfo(member)
    except KeyError as error:
        raise _no_member(path, member) from error
    # The upper 16 bits are Unix mode bits; a symbolic link is stored as a file that holds its target.
    if info.is_dir() or (info.external_attr >> 28) not in REGULAR_MODES:
        raise _irregular(path, member)
    if info.flag_bits & ENCRYPTED:
        raise FormatError(f"{member!r} in {path.name} is encrypted", path=path, hint="no source of hub has a password")
    return cast("BinaryIO", stack.enter_context(archive.open(info)))


def _tar_member(stack: ExitStack, path: Path, member: str) -> BinaryIO:
    plain = stack.enter_context(_sniffed(path))
    archive = stack.enter_context(tarfile.TarFile(fileobj=plain))
    # Stop at the first match: getmember() would read the archive to its end.
    info = next((each for each in archive if each.name == member), None)
    if info is None:
        raise _no_member(path, member)
    stream = archive.extractfile(info) if info.isfile() else None
    if stream is None:
        raise _irregular(path, member)
    return cast("BinaryIO", stack.enter_context(stream))


@contextmanager
def _sniffed(path: Path) -> Iterator[BinaryIO]:
    with path.open("rb") as file:
        head = file.read(len(XZ_MAGIC))
        file.seek(0)
        with _inflated(file, _compression(head)) as stream:
            yield stream


def _compression(head: bytes) -> str:
    if head.startswith(GZIP_MAGIC):
        return "gz"
    if head.startswith(BZIP2_MAGIC):
        return "bz2"
    return "xz" if head == XZ_MAGIC else ""


@contextmanager
def _inflated(stream: BinaryIO, how: str) -> Iterator[BinaryIO]:
    if how == "gz":
        with igzip.GzipFile(fileobj=stream, mode="rb") as inflated:  # type: ignore[no-untyped-call]  # isal has no types
            yield cast("BinaryIO", inflated)
    elif how == "bz2":
        with bz2.open(stream, "rb") as inflated:
            yield cast("BinaryIO", inflated)
    elif how == "xz":
        with lzma.open(cast("IO[bytes]", stream), "rb") as inflated:
            yield cast("BinaryIO", inflated)
    else:
        yield stream


def _no_member(path: Path, member: str) -> FormatError:
    return FormatError(f"{path.name} has no member {member!r}", path=path)


def _irregular(path: Path, member: str) -> UnsafeArchive:
    return UnsafeArchive(
        f"{member!r} in {path.name} is no regular file",
        expected="a regular file",
        found="a link, a folder or a device",
        hint="the archive was not read; report it to whoever publishes it",
    )
