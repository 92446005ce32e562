"""The process that makes a tar of a 7z or rar: reads the file that it is told of, writes to its output.

Ends with 0 if all of the archive is written, 3 if libarchive is not there, and 1, with a line of reasons, otherwise.
"""

from __future__ import annotations

import importlib
import posixpath
import sys
import tarfile
import tempfile
from typing import IO, TYPE_CHECKING, Any, Protocol, cast

from hub.archives.converting import NO_LIBRARY
from hub.errors import first_line

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMORY = 8 << 30
"""Bytes of addresses: a 7z may ask for a dictionary of 4 GB, most ask for 64 MB."""


FORMS = {b"7z\xbc\xaf\x27\x1c": "7zip", b"Rar!\x1a\x07\x00": "rar", b"Rar!\x1a\x07\x01\x00": "rar5"}
LONGEST = 8
ENDINGS = (".7z", ".rar")


class Entry(Protocol):
    """What libarchive says of a member."""

    pathname: str | bytes
    size: int | None
    linkpath: str | bytes | None
    isfile: bool
    isdir: bool
    issym: bool
    islnk: bool

    def get_blocks(self) -> Iterator[bytes]:
        """Yield its content."""


def main() -> None:
    """Make the tar."""
    path, depth = sys.argv[2:]
    try:
        library: Any = importlib.import_module("libarchive")
    except (ImportError, OSError, TypeError) as error:  # its name is None where there is no library
        sys.exit(_said(error, NO_LIBRARY))
    _limit_memory()
    try:
        with tarfile.open(fileobj=sys.stdout.buffer, mode="w|", format=tarfile.PAX_FORMAT) as made:
            _convert(library, path, made, "", int(depth))
    except Exception as error:  # noqa: BLE001  # a library's, on a stranger's file: whatever it is, it is said
        sys.exit(_said(error, 1))


def _said(error: BaseException, code: int) -> int:
    sys.stderr.write(first_line(f"{type(error).__name__}: {error}"))
    return code


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most), most))


def _convert(library: Any, path: str, made: tarfile.TarFile, folder: str, depth: int) -> None:  # noqa: ANN401  no types
    """Add the members of an archive to a tar; those of archives in it in their place, so many deep."""
    with library.file_reader(path, format_name=_form(path), filter_name="none") as archive:
        for entry in archive:
            info = _described(entry, folder)
            if depth and info.isreg() and info.name.endswith(ENDINGS):
                with tempfile.NamedTemporaryFile() as inner:
                    for block in entry.get_blocks():
                        inner.write(block)
                    inner.flush()
                    _convert(library, inner.name, made, posixpath.dirname(info.name), depth - 1)
            else:
                made.addfile(info, cast("IO[bytes]", _Content(entry)) if info.isreg() else None)


def _form(path: str) -> str:
    """Return what libarchive calls the format, so that it tries no other."""
    with open(path, "rb") as file:  # noqa: PTH123  # beside what libarchive takes
        head = file.read(LONGEST)
    return next((name for magic, name in FORMS.items() if head.startswith(magic)), "empty")


def _described(entry: Entry, folder: str) -> tarfile.TarInfo:
    info = tarfile.TarInfo(posixpath.join(folder, _text(entry.pathname)))
    if entry.islnk or entry.issym:
        info.type = tarfile.LNKTYPE if entry.islnk else tarfile.SYMTYPE
        info.linkname = _text(entry.linkpath)
    elif entry.isdir:
        info.type = tarfile.DIRTYPE
    elif entry.isfile:
        info.size = entry.size or 0
    else:
        info.type = tarfile.FIFOTYPE
    return info


def _text(name: str | bytes | None) -> str:
    return name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else name or ""


class _Content:
    """The content of a member as what `tarfile` reads."""

    def __init__(self, entry: Entry) -> None:
        self._blocks = entry.get_blocks()
        self._rest = b""

    def read(self, size: int) -> bytes:
        """Return so many bytes, or fewer at the end."""
        parts = [self._rest]
        have = len(self._rest)
        while have < size and (block := next(self._blocks, b"")):
            parts.append(block)
            have += len(block)
        found = b"".join(parts)
        self._rest = found[size:]
        return found[:size]
