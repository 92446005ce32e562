"""Small files that are read whole: bounded in size, from the host that was asked, and only if they have changed.

`http:`, `https:`, `s3:`, `gs:` and `file:` addresses. A redirect to another host is refused, and what is larger than
the caller allows is not read to its end, whatever its length is said to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hub.errors import BadStatus, IntegrityError, InvalidInput, Unreachable
from hub.progress import human_bytes
from hub.sources import pages
from hub.sources.base import Connection, Location, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

OK, NOT_MODIFIED = 200, 304
# Compressed bytes at a time: what they inflate to is at most a thousand times that before it is measured.
CHUNK = 16 << 10


@dataclass(frozen=True, slots=True)
class Validators:
    """What a host says of the state of a file; sent back, it answers whether there is another one."""

    etag: str = ""
    modified: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """The conditions of a request (RFC 9110, section 13.1)."""
        stated = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in stated.items() if value}


@dataclass(frozen=True, slots=True)
class Document:
    """A whole file."""

    data: bytes
    validators: Validators


def read(url: str, *, limit: int, known: Validators | None = None) -> Document | None:
    """Return the file at `url`, or None if it is still the one of which these validators are known.

    Raises Unreachable, BadStatus and NotTheFile, IntegrityError for what is larger than `limit`, and InvalidInput for
    another scheme.
    """
    match urlsplit(url).scheme:
        case "http" | "https":
            return _over_http(url, limit, known or Validators())
        case "file":
            return _from_disk(url, limit)
        case "s3" | "gs":
            return _from_storage(url, limit, known or Validators())
    raise InvalidInput(f"nothing is read from {shown(url)}", expected="https://, http://, s3://, gs:// or file://")


def _over_http(url: str, limit: int, known: Validators) -> Document | None:
    from hub.sources import http  # imports requests

    location = Location(url, connection=Connection(stays=True))
    with http.answer(location, {"Accept-Encoding": "gzip", **known.headers}) as response:
        if response.status_code == NOT_MODIFIED and known.headers:
            return None
        pages.require_no_page(response.status_code, response.headers, url)
        if response.status_code != OK:
            raise BadStatus(response.status_code, url=shown(url))
        data = _bounded(lambda: response.raw.read(CHUNK, decode_content=True), limit, url)
        return Document(data, _validators(response))


def _from_storage(url: str, limit: int, known: Validators) -> Document | None:
    from hub import sources

    stream = sources.open_at(sources.locate(url), 0, "")
    buffer = bytearray(CHUNK)
    try:
        if known.etag and stream.validator == known.etag:
            return None
        data = _bounded(lambda: bytes(buffer[: stream.readinto(memoryview(buffer))]), limit, url)
        return Document(data, Validators(stream.validator))
    finally:
        stream.close()


def _from_disk(url: str, limit: int) -> Document:
    from hub.sources import file

    path = file.path_of(url)
    try:
        with path.open("rb") as stream:
            return Document(_bounded(lambda: stream.read(CHUNK), limit, url), Validators())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BadStatus(404, url=url) from error
    except OSError as error:
        raise Unreachable(f"{url} cannot be read: {error.strerror}", url=url) from error


def _bounded(more: Callable[[], bytes], limit: int, url: str) -> bytes:
    parts: list[bytes] = []
    total = 0
    while part := more():
        total += len(part)
        if total > limit:
            raise IntegrityError(
                f"{shown(url)} is too large to be what it should be",
                expected=f"at most {human_bytes(limit)}",
                found="more",
                hint="nothing of it was kept",
            )
        parts.append(part)
    return b"".join(parts)


def _validators(response: requests.Response) -> Validators:
    return Validators(response.headers.get("ETag", ""), response.headers.get("Last-Modified", ""))
