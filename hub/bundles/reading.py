"""What a bundle says that it holds: its first member."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from hub.bundles.form import BLOB, LOCK, LOCK_LIMIT
from hub.bundles.members import BLOCK, Members
from hub.errors import FormatError, LockfileError
from hub.lockfile import parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hub.lockfile import Lockfile

LARGEST = 1 << 60
"""Bytes of a file; no disk has as many."""

# No common file system takes more bytes in one part of a path.
LONGEST_NAME = 255

NOT_ONE = "it is no bundle, or its beginning was lost; make it anew with `hub export FILE NAME...`"


def is_bundle(path: Path) -> bool:
    """Tell whether a file begins as a bundle does."""
    with path.open("rb") as file:
        head = file.read(BLOCK)
    return head.startswith(LOCK.encode() + b"\0") and head[257:262] == b"ustar"


def opened(stream: BinaryIO, where: str) -> tuple[Lockfile, Members]:
    """Return what a bundle says that it holds, and its members from the second on. Nothing else has been read then.

    Raises FormatError if it is none, LockfileError and HubError for what `hub.lock` says.
    """
    members = Members(stream)
    first = next(iter(members), None)
    if first is None or first.name != LOCK or not first.regular:
        found = "nothing that could be read" if first is None else f"{first.name[:80]!r}"
        raise _no_bundle(where, f"a tar that begins with {LOCK}", found)
    if first.size > LOCK_LIMIT:
        raise _no_bundle(where, f"a {LOCK} of at most {LOCK_LIMIT} bytes", f"one of {first.size}")
    return _parsed(_text(members, where), where), members


def sizes(lock: Lockfile) -> dict[str, int]:
    """Return sha256 -> bytes of all files, in the order in which they lie in a bundle."""
    return dict(sorted((each.sha256, each.size) for entry in lock.entries for each in entry.artifacts))


def _text(members: Members, where: str) -> str:
    data = b""
    while more := members.read(LOCK_LIMIT):
        data += more
    if members.cut:
        raise _no_bundle(where, f"a whole {LOCK}", "the end of the file")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _no_bundle(where, f"a {LOCK} of text", str(error)) from error


def _parsed(text: str, where: str) -> Lockfile:
    place = f"{LOCK} in {where}"
    try:
        lock = parse(text, place)
    except RecursionError as error:  # a thousand brackets in one another
        raise LockfileError(place, [("", "tables in tables without end")]) from error
    if faults := list(_faults(lock)):
        raise LockfileError(place, faults)
    return lock


def _faults(lock: Lockfile) -> Iterator[tuple[str, str]]:
    found = sizes(lock)
    for number, entry in enumerate(lock.entries):
        if max(len(part.encode()) for part in entry.owner.split("/")) > LONGEST_NAME:
            yield f"entries[{number}].owner", "longer than the name of a file may be"
        for artifact in entry.artifacts:
            if artifact.size > LARGEST:
                yield f"entries[{number}].artifacts", f"{artifact.name} is larger than any disk"
            if artifact.size != found[artifact.sha256]:
                told = f"{artifact.size} bytes here and {found[artifact.sha256]} elsewhere"
                yield f"entries[{number}].artifacts", f"{artifact.sha256[:16]}... has {told}"


def digest_of(name: str) -> str | None:
    """Return the sha256 by which a member is called; None if it is no blob."""
    found = BLOB.fullmatch(name)
    return found[2] if found else None


def _no_bundle(where: str, expected: str, found: str) -> FormatError:
    return FormatError(f"{where} cannot be read as a bundle", path=where, expected=expected, found=found, hint=NOT_ONE)
