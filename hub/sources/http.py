"""`https:` and `http:` sources, on requests.

A range is asked for with `If-Range` when a strong ETag is known, and believed only after the answer's own
`Content-Range` says where its bytes begin (RFC 9110, sections 13.1.5 and 14). Whom one trusts, and whom one tells what,
stands in `session`; what is a page and no file, in `pages`.
"""

from __future__ import annotations

import re
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from urllib3.exceptions import HTTPError

from hub.errors import BadStatus, NotTheFile, Unreachable
from hub.sources import pages
from hub.sources.base import Location, shown
from hub.sources.session import Session
from hub.sources.waiting import retry_after

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

    from hub.sources.base import Connection

CONNECT_TIMEOUT = 10.0
# A host that sends nothing for this long is left for the next one.
READ_TIMEOUT = 30.0

PARTIAL_CONTENT = 206
RANGE_REFUSED = 416
# What a front says that has no server behind it; Cloudflare's own are 520 to 530.
DESERTED = (502, 503, 504, *range(520, 531))
OK = 200
# Of files with such names servers say that they were compressed on the way, and send them as they are (Apache does).
COMPRESSED = (".gz", ".tgz", ".z", ".taz", ".bz2", ".xz", ".zst", ".br", ".svgz")

# 18 digits: more are no file's, and Python refuses to read thousands of them.
CONTENT_RANGE = re.compile(r"^bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)$")
LENGTH = re.compile(r"^[0-9]{1,18}$")


class HttpStream:
    """The body of one answer."""

    def __init__(self, response: requests.Response, session: Session, url: str, offset: int, total: int | None) -> None:
        self._response = response
        self._session = session
        self._url = shown(url)
        self._beginning = b""
        self.offset = offset
        self.total = total
        etag = response.headers.get("ETag", "")
        self.validator = "" if etag.startswith("W/") else etag
        self.has_ranges = response.status_code == PARTIAL_CONTENT or response.headers.get("Accept-Ranges") == "bytes"

    def look(self) -> bytes:
        """Return how the file begins; it is given out all the same. Raises Unreachable."""
        piece = bytearray(pages.ENOUGH)
        while len(self._beginning) < pages.ENOUGH and (count := self._read(memoryview(piece))):
            self._beginning += piece[:count]
        return self._beginning

    def readinto(self, buffer: memoryview) -> int:
        if self._beginning:
            given = self._beginning[: len(buffer)]
            buffer[: len(given)], self._beginning = given, self._beginning[len(given) :]
            return len(given)
        return self._read(buffer)

    def _read(self, buffer: memoryview) -> int:
        try:
            # read1: what is there and no more, so that a slow connection shows progress and a kill loses little.
            # Straight from `raw`: chunks through iter_content cost five times the CPU.
            data = self._response.raw.read1(len(buffer))
        except (HTTPError, OSError) as error:
            # urllib3: IncompleteRead, ProtocolError, ReadTimeoutError; OSError: a socket closed by the other side.
            raise Unreachable(f"{self._url} broke off: {_short(error)}", url=self._url) from error
        buffer[: len(data)] = data
        return len(data)

    def abort(self) -> None:
        with suppress(ValueError, RuntimeError, OSError):  # there is no connection any more
            self._response.raw.shutdown()

    def close(self) -> None:
        self._response.close()
        self._session.close()


def locate(url: str) -> Location:
    """The file is where its URL says."""
    return Location(url)


def open_at(location: Location, offset: int, validator: str, end: int | None = None) -> HttpStream:
    """Ask for a file from `offset` on, up to `end` if only that is wanted.

    The stream begins at 0 where the server cannot or must not give ranges, and may go beyond `end`.

    Raises Unreachable, BadStatus, or NotTheFile when a web page comes instead of data, or data that was compressed.
    """
    return open_with(Session(location.connection), location, offset, validator, end)


def open_with(session: Session, location: Location, offset: int, validator: str, end: int | None = None) -> HttpStream:
    """Do what `open_at` does with a session of the caller's, which ends with the stream or the error."""
    headers = _range(offset, end)
    if headers and validator:
        headers["If-Range"] = validator
    with ExitStack() as stack:
        stack.enter_context(session)
        response = stack.enter_context(_ask(session, location, headers))
        if offset and not _continues(response, offset, validator):
            offset, response = 0, stack.enter_context(_ask(session, location, {}))
        begin, total = _extent(response, location.url, offset)
        stream = HttpStream(response, session, location.url, begin, total)
        if begin == 0:
            pages.require_data(stream.look(), response.headers, location.url)
        stack.pop_all()  # all is well: the stream closes both
    return stream


def head(location: Location) -> requests.Response:
    """Return what a server says of a location, without its bytes; it is not redirected. Raises Unreachable."""
    with _reached(location), Session(location.connection) as session:
        return session.head(location.url, timeout=(CONNECT_TIMEOUT, READ_TIMEOUT), allow_redirects=False)


@contextmanager
def answer(location: Location, headers: dict[str, str]) -> Iterator[requests.Response]:
    """Give what a server answers, its body not yet read. Raises Unreachable, also for what breaks off meanwhile."""
    with Session(location.connection) as session, _ask(session, location, headers) as response, _reached(location):
        yield response


def _ask(session: Session, location: Location, headers: dict[str, str]) -> requests.Response:
    read_timeout = max(READ_TIMEOUT, location.connection.timeout)
    with _reached(location):
        connect_timeout = location.connection.connect_timeout or CONNECT_TIMEOUT
        return session.get(location.url, headers=headers, stream=True, timeout=(connect_timeout, read_timeout))


@contextmanager
def _reached(location: Location) -> Iterator[None]:
    """Turn what can go wrong on the way into Unreachable."""
    try:
        yield
    except (OSError, HTTPError) as error:
        # OSError: requests' own errors, and what it lets through, such as certificates that are not there.
        url = shown(location.url)
        raise Unreachable(f"{location.host} cannot be reached ({_short(error)})", url=url) from error


def unreachable(url: str, connection: Connection, timeout: float) -> str:
    """Return in a few words why nothing answers at `url` within `timeout` seconds; "" if something does.

    Any answer will do, also one that there is no such page, but not that of a front without a server behind it.
    """
    try:
        with Session(connection) as session:
            status = session.head(url, timeout=timeout, allow_redirects=False).status_code
    except (OSError, HTTPError) as error:
        return _short(error)
    return f"answered {status}" if status in DESERTED else ""


def _range(offset: int, end: int | None) -> dict[str, str]:
    if end is not None:
        return {"Range": f"bytes={offset}-{end - 1}"}
    return {"Range": f"bytes={offset}-"} if offset else {}


def _continues(response: requests.Response, offset: int, validator: str) -> bool:
    """Whether an answer to a range can be dealt with; if not, the whole is asked for."""
    if response.status_code != PARTIAL_CONTENT:
        return response.status_code != RANGE_REFUSED
    found = CONTENT_RANGE.match(response.headers.get("Content-Range", ""))
    # Some servers ignore If-Range and send a part of what is there now.
    same = not validator or response.headers.get("ETag", validator) == validator
    return found is not None and int(found[1]) == offset and same and not _is_compressed(response)


def _extent(response: requests.Response, url: str, offset: int) -> tuple[int, int | None]:
    """Return at which byte an answer begins and how large the whole file is, if the answer tells."""
    if response.ok and _is_compressed(response):
        what = f"{shown(url)} was compressed on the way, which nobody asked for"
        raise NotTheFile(what, url=shown(url), expected="the file", found=response.headers["Content-Encoding"])
    if response.status_code == PARTIAL_CONTENT:
        begin, total = _content_range(response, url)
        if begin != offset:
            raise Unreachable(f"{shown(url)} answered byte {begin} to byte {offset}", url=shown(url))
        return begin, total
    pages.require_no_page(response.status_code, response.headers, url)
    if response.status_code != OK:
        raise BadStatus(response.status_code, url=shown(url), retry_after=retry_after(response.headers))
    return 0, _length(response)


def _is_compressed(response: requests.Response) -> bool:
    """Whether other bytes come than those of the file; many servers say so of files that are compressed themselves."""
    coding = response.headers.get("Content-Encoding", "").lower()
    names = (urlsplit(each.url or "").path.lower() for each in (*response.history, response))
    return coding not in ("", "identity") and not any(name.endswith(COMPRESSED) for name in names)


def _content_range(response: requests.Response, url: str) -> tuple[int, int | None]:
    found = CONTENT_RANGE.match(response.headers.get("Content-Range", ""))
    if not found:
        raise Unreachable(f"{shown(url)} answered a range without saying which", url=shown(url))
    return int(found[1]), None if found[3] == "*" else int(found[3])


def _length(response: requests.Response) -> int | None:
    found = LENGTH.match(response.headers.get("Content-Length", ""))
    return int(found[0]) if found else None


def _short(error: BaseException) -> str:
    """The innermost reason: requests wraps urllib3, which wraps the socket's error."""
    while True:
        inner = error.__cause__ or getattr(error, "reason", None) or next(iter(error.args), None)
        if not isinstance(inner, BaseException):
            break
        error = inner
    text = getattr(error, "strerror", None) or str(error).rpartition(": ")[2]
    return text or type(error).__name__
