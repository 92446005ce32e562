"""`file:` sources: a mounted share, a USB stick, a local mirror."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit
from urllib.request import url2pathname

from hub.errors import BadStatus, Unreachable
from hub.sources.base import Location

if TYPE_CHECKING:
    from pathlib import Path


class FileStream:
    """A local file from an offset on."""

    def __init__(self, file: BinaryIO, url: str, offset: int, total: int) -> None:
        file.seek(offset)
        self._file = file
        self._url = url
        self.offset = offset
        self.total: int | None = total
        self.validator = ""
        self.has_ranges = False

    def readinto(self, buffer: memoryview) -> int:
        try:
            return self._file.readinto(buffer)  # type: ignore[attr-defined,no-any-return]  # BinaryIO lacks it
        except OSError as error:
            raise Unreachable(f"{self._url} broke off: {error.strerror}", url=self._url) from error

    def abort(self) -> None:
        """Reads of a file do not wait for anybody."""

    def close(self) -> None:
        self._file.close()


def path_of(url: str) -> Path:
    """Return the path that a `file:` URL names."""
    from pathlib import Path

    return Path(url2pathname(urlsplit(url).path))


def locate(url: str) -> Location:
    """A file is where its URL says."""
    return Location(url)


def open_at(location: Location, offset: int, _validator: str = "", _end: int | None = None) -> FileStream:
    """Open a local file; from its start if it is shorter than `offset`. Raises Unreachable or BadStatus."""
    path = path_of(location.url)
    try:
        size = path.stat().st_size
        file = path.open("rb", buffering=0)
    except FileNotFoundError as error:
        raise BadStatus(404, url=location.url) from error
    except OSError as error:
        raise Unreachable(f"{location.url} cannot be read: {error.strerror}", url=location.url) from error
    return FileStream(file, location.url, offset if offset <= size else 0, size)
