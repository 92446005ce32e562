"""Reading out of archives without unpacking them: nothing here ever writes a file.

A member is picked by its exact name, so no name in an archive is ever used as a path on disk.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from hub.archives.converting import as_tar
from hub.archives.inflating import inflated
from hub.archives.kinds import CONVERTED, INFLATED, kind_of, sniffed
from hub.archives.limits import USUAL, Limits
from hub.archives.members import Kind, Member
from hub.archives.tar_stream import Source, window
from hub.archives.tars import members as members_of_tar
from hub.archives.zips import content as content_of
from hub.archives.zips import member_of, target_of
from hub.archives.zips import opened as opened_zip
from hub.errors import FormatError, UnsafeArchive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Opened = tuple[Member, Callable[[], BinaryIO]]


@contextmanager
def open_member(path: Path, member: str = "") -> Iterator[BinaryIO]:
    """Open a file, or a member of an archive, and inflate it if its first bytes are those of gzip, bzip2, xz or zstd.

    Raises FormatError if the archive is damaged (also while it is read) or has no such member, UnsafeArchive if the
    member is a link, a device or a folder, or if too much comes out of it, and MissingExtra if nothing reads it here.
    """
    with _opened(path, member) as (stream, place):
        yield _inflated(stream, place, path)


@contextmanager
def open_wrapped(path: Path, member: str, unwrap: str) -> Iterator[BinaryIO]:
    """Open what a card says is wrapped in `path`: a member of it, inflated as `unwrap` ("", "gz", "xz") says."""
    with _opened(path, member) as (stream, place):
        yield inflated(stream, unwrap, place, path) if unwrap else stream


@contextmanager
def open_stream(stream: BinaryIO, name: str, path: Path) -> Iterator[BinaryIO]:
    """Inflate what is already open, and lies in `path`, as `open_member` does."""
    yield _inflated(stream, name, path)


@contextmanager
def open_tar(path: Path, member: str = "", *, nested: bool = False) -> Iterator[BinaryIO]:
    """Open a tar that is compressed as a whole, or what can be read as one: 7z and rar, and with `nested` those in it.

    Raises what `open_member` raises.
    """
    with ExitStack() as stack:
        if not member and kind_of(path) in CONVERTED:
            yield stack.enter_context(as_tar(path, nested=nested))
        else:
            yield stack.enter_context(open_member(path, member))


@contextmanager
def members(path: Path, limits: Limits = USUAL) -> Iterator[Iterator[Opened]]:
    """Give the members of an archive in its order, each with what opens it for reading until the next.

    Raises FormatError if the file is no archive or damaged, UnsafeArchive beyond the limits, and MissingExtra.
    """
    with ExitStack() as stack:
        if kind_of(path) == "zip":
            yield _of_zip(stack, path, limits)
        else:
            yield _of_tar(stack, path, limits)


def _of_zip(stack: ExitStack, path: Path, limits: Limits) -> Iterator[Opened]:
    archive = stack.enter_context(opened_zip(path, limits))
    for info in archive.infolist():
        found = member_of(info)
        if found.kind is Kind.LINK:
            found = Member(found.name, found.kind, 0, target_of(archive, info, path))

        yield found, partial(content_of, archive, info, path, limits)


def _of_tar(stack: ExitStack, path: Path, limits: Limits) -> Iterator[Opened]:
    stream, end = _tar(stack, path, limits)
    return members_of_tar(Source(stream, path, end))


def _tar(stack: ExitStack, path: Path, limits: Limits) -> tuple[BinaryIO, int | None]:
    """Return the stream that a tar is in, and its end if it can be sought in without inflating."""
    kind = kind_of(path)
    if kind in CONVERTED:
        return stack.enter_context(as_tar(path)), None
    file = stack.enter_context(path.open("rb"))
    if kind in INFLATED:
        return inflated(file, kind, path.name, path, limits), None
    return file, path.stat().st_size


@contextmanager
def _opened(path: Path, member: str) -> Iterator[tuple[BinaryIO, str]]:
    with ExitStack() as stack:
        if member:
            yield _member(stack, path, member), f"{member} in {path.name}"
        else:
            yield stack.enter_context(path.open("rb")), path.name


def _member(stack: ExitStack, path: Path, name: str) -> BinaryIO:
    found = _in_zip(stack, path, name) if kind_of(path) == "zip" else _in_tar(stack, path, name)
    if found is None:
        raise FormatError(f"{path.name} has no member {name!r}", path=path)
    member, content = found
    if member.kind is Kind.ENCRYPTED:
        raise FormatError(f"{name!r} in {path.name} is encrypted", path=path, hint="no source of hub has a password")
    if member.kind is not Kind.FILE:
        raise UnsafeArchive(
            f"{name!r} in {path.name} is no regular file",
            expected="a regular file",
            found=member.kind.value,
            hint="the archive was not read; report it to whoever publishes it",
        )
    return stack.enter_context(content())


def _in_zip(stack: ExitStack, path: Path, name: str) -> Opened | None:
    archive = stack.enter_context(opened_zip(path))
    info = archive.NameToInfo.get(name)
    return None if info is None else (member_of(info), lambda: content_of(archive, info, path))


def _in_tar(stack: ExitStack, path: Path, name: str) -> Opened | None:
    stream, end = _tar(stack, path, USUAL)
    source = Source(stream, path, end)
    for member, content in members_of_tar(source):
        if member.name == name:  # stop at the first match: the rest of the archive need not be read
            start = source.place
            return member, partial(window, stream, start, member.size, path) if stream.seekable() else content
    return None


def _inflated(stream: BinaryIO, place: str, path: Path) -> BinaryIO:
    how, stream = sniffed(stream)
    return inflated(stream, how, place, path) if how in INFLATED else stream


def whole(stream: BinaryIO, where: object, limit: int = USUAL.whole) -> bytes:
    """Return all bytes of a stream. Raises UnsafeArchive if there are more than fit into memory."""
    parts = []
    left = limit
    while data := stream.read(min(left + 1, 1 << 20)):
        parts.append(data)
        left -= len(data)
        if left < 0:
            raise UnsafeArchive(
                f"{where} is too large to be read as one", expected=f"at most {limit} bytes", found="more"
            )
    return b"".join(parts)
