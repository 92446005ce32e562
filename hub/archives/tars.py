"""Tars read from front to back, out of a decompressor or a file; of a file only what is asked for is read.

    header of 512 bytes     name, size, type, checksum
    data                    filled up to a multiple of 512
    ...
    512 zeros               the end

Long names stand in headers of their own before the one they belong to: POSIX's `x` (records "<length> path=<name>")
and GNU's `L`, and those of what a link leads to likewise. The format: POSIX.1-2024, `pax`. The standard library's
reader takes 26 microseconds a file, this one 4.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from hub.archives.members import Kind, Member
from hub.archives.tar_stream import BLOCK, OLD_FILE, Header, Source, is_sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

DIGITS = 18
"""Of the largest size, which fits into 64 bits whatever they are."""

FILE = (b"0", OLD_FILE, b"7")
RECORDS = (b"x", b"X")
"""What is said of the next file; X is what Solaris wrote before there was a standard."""
LONG = {b"L": "path", b"K": "linkpath"}
OF_ALL = b"g"
"""What is said of all files: nothing that is needed."""
WITHOUT_DATA = (b"1", b"2", b"3", b"4", b"5", b"6", b"V")
"""Links, devices, folders, the name of a tape: some tars give them a size all the same."""
KEPT = (b"path", b"size", b"linkpath")

KINDS = {b"1": Kind.HARD_LINK, b"2": Kind.LINK, b"5": Kind.FOLDER, **dict.fromkeys(FILE, Kind.FILE)}


def regular_files(
    stream: BinaryIO, where: object, named: Callable[[str], str | None]
) -> Iterator[tuple[str, BinaryIO]]:
    """Yield the regular files of a tar that `named` gives a name, in its order, each open until the next.

    Raises FormatError, naming `where` and the byte, if it is no tar, ends too early or holds sparse files.
    """
    source = Source(stream, where)
    for header in headers(source):
        name, size, kind, _ = header
        if kind not in FILE and kind not in WITHOUT_DATA:
            raise source.damaged("a regular file, a folder or a link", f"a member of type {kind!r}")
        if kind in WITHOUT_DATA or header.is_folder:
            continue
        behind = source.place + size + -size % BLOCK
        own = named(name)
        if own is not None:
            yield own, source.file(size)
        source.skip(behind - source.place)


def members(source: Source) -> Iterator[tuple[Member, Callable[[], BinaryIO]]]:
    """Yield the members of a tar in its order, each with what opens it for reading until the next.

    Raises FormatError, naming the place, if it is no tar or ends too early; sparse files are Kind.OTHER.
    """
    for header in headers(source):
        size = 0 if header.kind in WITHOUT_DATA or header.is_folder else header.size
        behind = source.place + size + -size % BLOCK
        kind = Kind.FOLDER if header.is_folder else KINDS.get(header.kind, Kind.OTHER)
        name = header.name.rstrip("/") if kind is Kind.FOLDER else header.name
        yield Member(name, kind, size, header.target), partial(source.file, size)
        source.skip(behind - source.place)
    if source.is_unread:
        raise source.damaged("a header of a tar", "nothing")


def headers(source: Source) -> Iterator[Header]:
    """Yield the header of each member, with what is said of it in others; the source stands behind it."""
    told: dict[str, str] = {}
    while (header := source.header()) is not None:
        if header.kind in RECORDS:
            told |= _records(source.said(header.size), source)
        elif header.kind in LONG:
            told[LONG[header.kind]] = source.said(header.size).partition(b"\0")[0].decode("utf-8", "surrogateescape")
        elif header.kind == OF_ALL:
            source.skip(header.size + -header.size % BLOCK)
        elif told:
            yield _as_told(header, told, source)
            told = {}
        else:
            yield header
    if told:
        raise source.damaged("the file that an extended header is about", "the end of the tar")


def is_header(head: bytes) -> bool:
    """Tell whether bytes begin with a header of a tar; what ends an empty one is none."""
    return len(head) >= BLOCK and bool(head[:BLOCK].strip(b"\0")) and is_sound(head[:BLOCK])


def _as_told(header: Header, told: Mapping[str, str], source: Source) -> Header:
    """Return a header with what an extended one says in its place."""
    size = told.get("size", str(header.size))
    if not size.isascii() or not size.isdigit() or len(size) > DIGITS:
        raise source.damaged("a size", repr(size))
    kind = b"S" if told.get("sparse") else header.kind
    name, target = told.get("path", header.name), told.get("linkpath", header.target)
    return Header(name, int(size), kind, target)


def _records(data: bytes, source: Source) -> dict[str, str]:
    """Return keyword -> value out of records "<length> <keyword>=<value>" that end in a line feed."""
    found: dict[str, str] = {}
    at = 0
    while at < len(data):
        blank = data.find(b" ", at, at + DIGITS + 1)
        length = data[at:blank] if blank > at else b""
        if not length.isdigit() or not blank - at < int(length) <= len(data) - at:
            raise source.damaged("a record of an extended header", data[at : at + 16].hex(" "))
        keyword, _, value = data[blank + 1 : at + int(length) - 1].partition(b"=")
        at += int(length)
        if keyword in KEPT:
            found[keyword.decode()] = value.decode("utf-8", "surrogateescape")
        elif keyword.startswith(b"GNU.sparse"):
            found["sparse"] = "yes"
    return found
