"""`https:` and `http:` sources, on requests.

A range is asked for with `If-Range` when a strong ETag is known, and believed only after the answer's own
`Content-Range` says where its bytes begin (RFC 9110, sections 13.1.5 and 14). A redirect from https to http is refused,
and one to another host where the connection says so.
"""

from __future__ import annotations

import re
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

# requests: proxies, netrc, CA bundles and redirects as people's environments already configure them.
import requests
from urllib3.exceptions import HTTPError

from hub import version
from hub.errors import BadStatus, NotTheFile, Unreachable
from hub.sources.base import Connection, Location, host_of, same_host, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

CONNECT_TIMEOUT = 10.0
# A host that sends nothing for this long is left for the next one.
READ_TIMEOUT = 30.0

PARTIAL_CONTENT = 206
RANGE_REFUSED = 416
# What a front says that has no server behind it; Cloudflare's own are 520 to 530.
DESERTED = (502, 503, 504, *range(520, 531))
OK = 200

CONTENT_RANGE = re.compile(r"^bytes (\d+)-(\d+)/(\d+|\*)$")


class Downgrade(requests.RequestException):
    """A redirect leads from https to http."""


class Elsewhere(requests.RequestException):
    """A redirect leads to another host, and was to stay on this one."""


class Session(requests.Session):
    """A session that obeys a Connection and refuses downgrades."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        self.headers["User-Agent"] = f"hub/{version.__version__}"
        # A server that compresses on the fly would send other bytes than the published ones, without ranges.
        self.headers["Accept-Encoding"] = "identity"
        if connection.client_cert:
            self.cert = connection.client_cert
        if connection.token:
            self.auth = _Bearer(connection.token)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        target = super().get_redirect_target(resp)
        if target and resp.url.startswith("https:") and urlsplit(target).scheme == "http":
            raise Downgrade(f"redirected from https to {shown(target)}")
        if target and self._connection.stays and not same_host(resp.url, urljoin(resp.url, target)):
            raise Elsewhere(f"redirected to another host, {shown(target)}")
        return target

    def merge_environment_settings(
        self,
        url: str | bytes | None,
        proxies: Any,  # noqa: ANN401  requests' own loose types
        stream: Any,  # noqa: ANN401
        verify: Any,  # noqa: ANN401
        cert: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """What the connection says comes before the environment, as with pip."""
        merged: Any = super().merge_environment_settings(url, proxies, stream, verify, cert)
        if self._connection.proxy:
            merged["proxies"] = {"http": self._connection.proxy, "https": self._connection.proxy}
        if self._connection.cert:
            merged["verify"] = self._connection.cert
        if _trusted(str(url), self._connection.trusted_hosts):
            merged["verify"] = False
        return merged


class _Bearer(requests.auth.AuthBase):
    """Shows a token to the host that is asked; requests drops it when it is redirected to another one."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _trusted(url: str, hosts: tuple[str, ...]) -> bool:
    """A trusted host may be written with or without its port."""
    host = host_of(url)
    return host in hosts or host.partition(":")[0] in hosts


class HttpStream:
    """The body of one answer."""

    def __init__(self, response: requests.Response, session: Session, url: str, offset: int, total: int | None) -> None:
        self._response = response
        self._session = session
        self._url = shown(url)
        self.offset = offset
        self.total = total
        etag = response.headers.get("ETag", "")
        self.validator = "" if etag.startswith("W/") else etag
        self.has_ranges = response.status_code == PARTIAL_CONTENT or response.headers.get("Accept-Ranges") == "bytes"

    def readinto(self, buffer: memoryview) -> int:
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

    Raises Unreachable, BadStatus, or NotTheFile when a web page comes instead of data.
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
        stack.pop_all()  # all is well: the stream closes both
    return HttpStream(response, session, location.url, begin, total)


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
        return session.get(location.url, headers=headers, stream=True, timeout=(CONNECT_TIMEOUT, read_timeout))


@contextmanager
def _reached(location: Location) -> Iterator[None]:
    """Turn what can go wrong on the way into Unreachable."""
    try:
        yield
    except (requests.RequestException, HTTPError) as error:
        url = shown(location.url)
        raise Unreachable(f"{location.host} cannot be reached ({_short(error)})", url=url) from error


def unreachable(url: str, connection: Connection, timeout: float) -> str:
    """Return in a few words why nothing answers at `url` within `timeout` seconds; "" if something does.

    Any answer will do, also one that there is no such page, but not that of a front without a server behind it.
    """
    try:
        with Session(connection) as session:
            status = session.head(url, timeout=timeout, allow_redirects=False).status_code
    except (requests.RequestException, HTTPError) as error:
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
    return found is not None and int(found[1]) == offset and same


def _extent(response: requests.Response, url: str, offset: int) -> tuple[int, int | None]:
    """Return at which byte an answer begins and how large the whole file is, if the answer tells."""
    if response.status_code == PARTIAL_CONTENT:
        begin, total = _content_range(response, url)
        if begin != offset:
            raise Unreachable(f"{shown(url)} answered byte {begin} to byte {offset}", url=shown(url))
        return begin, total
    if response.status_code != OK:
        raise BadStatus(response.status_code, url=shown(url), retry_after=_retry_after(response))
    refuse_page(response, url)
    return 0, _length(response)


def _content_range(response: requests.Response, url: str) -> tuple[int, int | None]:
    found = CONTENT_RANGE.match(response.headers.get("Content-Range", ""))
    if not found:
        raise Unreachable(f"{shown(url)} answered a range without saying which", url=shown(url))
    return int(found[1]), None if found[3] == "*" else int(found[3])


def _length(response: requests.Response) -> int | None:
    text = response.headers.get("Content-Length", "")
    return int(text) if text.isdigit() else None


def refuse_page(response: requests.Response, url: str) -> None:
    """Raise NotTheFile for a page with status 200: dead hosts, quotas and captive portals send that instead of data."""
    if is_page(response) and not url.partition("?")[0].endswith((".html", ".htm")):
        raise NotTheFile(f"{shown(url)} sent a web page instead of the file", url=shown(url))


def is_page(response: requests.Response) -> bool:
    """Whether an answer is a page to be looked at; a file that happens to be one comes as an attachment."""
    is_attachment = response.headers.get("Content-Disposition", "").startswith("attachment")
    return response.headers.get("Content-Type", "").startswith("text/html") and not is_attachment


def _retry_after(response: requests.Response) -> float | None:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdigit() else None


def _short(error: BaseException) -> str:
    """The innermost reason: requests wraps urllib3, which wraps the socket's error."""
    while True:
        inner = error.__cause__ or getattr(error, "reason", None) or next(iter(error.args), None)
        if not isinstance(inner, BaseException):
            break
        error = inner
    text = getattr(error, "strerror", None) or str(error).rpartition(": ")[2]
    return text or type(error).__name__
