"""The rule for names of members that are to become paths on disk. There is one, and it is here.

A name has no root, no drive, no way up, no control characters, and is not longer or deeper than the limits say. Two
names that some file system takes for one, by case or by the way an accent is written, do not stand in one tree.
"""

from __future__ import annotations

import os
import re
import unicodedata
from typing import TYPE_CHECKING

from hub.errors import UnsafeArchive

if TYPE_CHECKING:
    from hub.archives.limits import Limits

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
DRIVE = re.compile(r"^[A-Za-z]:")
SEPARATORS = re.compile(r"[/\\]")
HINT = "nothing of it was unpacked; report it to whoever publishes the archive"


def checked(name: str, limits: Limits) -> str:
    r"""Return a member's name as a path below a folder, with "/" between its parts.

    >>> from hub.archives.limits import USUAL
    >>> checked("./a//b.txt", USUAL)
    'a/b.txt'

    Raises UnsafeArchive for a name that breaks the rule.
    """
    fault = _fault(name, limits)
    if fault:
        raise refused(name, "a name below the folder", fault)
    return "/".join(_parts(name))


def _fault(name: str, limits: Limits) -> str:
    """Return what is wrong with a name, or "". Backslashes part names on Windows alone, and lead nowhere anywhere."""
    parts = _parts(name)
    if not parts:
        return "no name"
    if SEPARATORS.match(name) or DRIVE.match(name) or (os.name == "nt" and ":" in name):
        return "a name with a root"
    if ".." in SEPARATORS.split(name):
        return "a name that leads up"
    if CONTROL.search(name):
        return "a name with control characters"
    return _length_fault(name, parts, limits)


def _length_fault(name: str, parts: list[str], limits: Limits) -> str:
    try:
        sizes = [len(os.fsencode(part)) for part in parts]
    except UnicodeEncodeError:
        return "a name that this system cannot write"
    if max(sizes) > limits.part or sum(sizes) + len(sizes) > limits.path or len(parts) > limits.depth:
        return f"a name of {len(name)} characters in {len(parts)} parts"
    return ""


def _parts(name: str) -> list[str]:
    plain = name.replace("\\", "/") if os.name == "nt" else name
    return [part for part in plain.split("/") if part not in ("", ".")]


def folded(name: str) -> str:
    """Return what file systems that do not know case, or write accents apart, take a name for.

    >>> folded("A\N{LATIN SMALL LETTER E WITH ACUTE}") == folded("ae\N{COMBINING ACUTE ACCENT}")
    True
    """
    # perf: nearly all names are plain
    return (
        name.lower() if name.isascii() else unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())
    )


class Taken:
    """The names of a tree so far. No two of them are one anywhere, and nothing lies below a file."""

    def __init__(self) -> None:
        self._folders: dict[str, str] = {"": ""}
        self._files: dict[str, str] = {}

    def file(self, name: str) -> None:
        """Enter a file. Raises UnsafeArchive if there is something of that name."""
        self._folders_above(name)
        fold = folded(name)
        known = self._files.get(fold, self._folders.get(fold))
        if known is not None:
            raise refused(name, "one member of a name", f"also {known!r}")
        self._files[fold] = name

    def folder(self, name: str) -> None:
        """Enter a folder, which may be there already. Raises UnsafeArchive if a file is, or one of another case."""
        fold = folded(name)
        if self._folders.get(fold) == name:
            return
        self._folders_above(name)
        known = self._files.get(fold, self._folders.get(fold))
        if known is not None:
            raise refused(name, "one member of a name", f"also {known!r}")
        self._folders[fold] = name

    def _folders_above(self, name: str) -> None:
        above = name.rpartition("/")[0]
        if above:
            self.folder(above)


def refused(name: str, expected: str, found: str) -> UnsafeArchive:
    """Return the error to raise for a member that cannot be unpacked."""
    return UnsafeArchive(f"{name!r} would land outside of the folder", expected=expected, found=found, hint=HINT)
