"""`peer:http://HOST:PORT/v1/blobs/sha256/<hex>` sources: another machine's store, as `hub serve` gives it out.

Only files whose whole sha256 is known are asked for, so it does not matter who answers, nor that nothing is encrypted.
A peer is near: what does not answer at once is gone. That a peer lacks a file is nothing to be told of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.errors import BadStatus, InvalidInput
from hub.sources import http
from hub.sources.base import Absent, Connection, Location

if TYPE_CHECKING:
    from hub.sources.http import HttpStream

SCHEME = "peer:"

CONNECT_TIMEOUT = 1.0
"""Seconds: on a local network a packet takes 1 ms, and one that was lost is sent again after a second."""

MISSING = (404, 410)


def url_of(server: str, sha256: str) -> str:
    """Return the source that a peer is for a file.

    >>> url_of("http://lab:8470", 64 * "0")[:40]
    'peer:http://lab:8470/v1/blobs/sha256/000'
    """
    return f"{SCHEME}{server.rstrip('/')}/v1/blobs/sha256/{sha256}"


def address(url: str) -> str:
    """Return what is asked for a source: that of a peer without its scheme, and any other as it is."""
    return url.removeprefix(SCHEME)


def locate(url: str) -> Location:
    """A peer has files under their digests; nobody is asked. Raises InvalidInput for another form."""
    if not address(url).startswith(("http://", "https://")):
        raise InvalidInput(f"{url!r} is no peer", expected="peer:http://HOST:PORT/v1/blobs/sha256/<hex>")
    near = Connection(connect_timeout=CONNECT_TIMEOUT, direct=True, stays=True)
    return Location(address(url), connection=near, scheme="peer")


def open_at(location: Location, offset: int, validator: str, end: int | None = None) -> HttpStream:
    """Open a file of a peer as `http.open_at` does; Absent if the peer has it not."""
    try:
        return http.open_at(location, offset, validator, end)
    except BadStatus as error:
        if error.status in MISSING:
            raise Absent(error.status, url=error.url) from error
        raise
