"""What all sources share: a location, a stream, and URLs fit to be shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit, urlunsplit

from hub.errors import BadStatus, NotTheFile

if TYPE_CHECKING:
    from hub.digest import Digest


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach a host, where the user's configuration says more than the environment does."""

    cert: str = ""
    client_cert: str = ""
    proxy: str = ""
    trusted_hosts: tuple[str, ...] = ()
    timeout: float = 0.0
    connect_timeout: float = 0.0
    """Seconds until the host counts as gone, if that is to be less than for others."""
    token: str = field(default="", repr=False)
    """For the URL's own host, as `Authorization: Bearer`; not for those that it redirects to."""
    direct: bool = False
    """Whether to go past the proxies of the environment: they lead out, and this host is near."""
    stays: bool = False
    """Whether to refuse redirects to other hosts: what comes from there was not said by the one that was asked."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where the bytes of a served file are, and what they must hash to as far as the source itself knows.

    `scheme` says who opens it, if that is another than the URL's own scheme.
    """

    url: str
    digests: tuple[Digest, ...] = ()
    connection: Connection = field(default_factory=Connection)
    scheme: str = ""

    @property
    def host(self) -> str:
        """Host and port, for telling hosts apart; "" for local files."""
        return host_of(self.url)


class FileRefused(NotTheFile):
    """The host answered, and said of this one file that it cannot be had; others may be there."""


class Absent(BadStatus):
    """A place that was worth a look does not have this one file: a peer, a mirror of a part. Nobody need be told."""


class Stream(Protocol):
    """Bytes of a served file from `offset` on. `total` is the whole file's size, if the source tells.

    `validator` is a strong ETag or "": bytes of an interrupted transfer may be kept only if it still holds.
    `has_ranges` tells whether further streams could fetch other parts of the file meanwhile, and it would help.
    """

    offset: int
    total: int | None
    validator: str
    has_ranges: bool

    def readinto(self, buffer: memoryview) -> int:
        """Fill the beginning of `buffer` and return how much; 0 at the end. Raises Unreachable."""

    def abort(self) -> None:
        """Make a `readinto` that waits in another thread return or fail now."""

    def close(self) -> None:
        """Close the connection or file."""


def host_of(url: str) -> str:
    """Return host and port of a URL, without credentials."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def place_of(url: str) -> str:
    """Return who is asked for what is at the URL of a source, as it is remembered; "" for what is on this machine.

    >>> [place_of(url) for url in ("https://a.org:8443/x", "hf://timm/resnet18/x", "s3://bucket/x", "file:///x")]
    ['a.org:8443', 'hf:', 's3://bucket', '']
    """
    parts = urlsplit(url)
    match parts.scheme:
        case "http" | "https":
            return host_of(url)
        case "file" | "":
            return ""
        case "s3" | "gs":
            return f"{parts.scheme}://{parts.netloc}"
        case "peer":
            return f"peer:{host_of(parts.path)}"
        case "shared":
            return place_of(parts.path)
    return f"{parts.scheme}:"


def same_host(url: str, other: str) -> bool:
    """Tell whether two URLs are of one host, or the second of that host with encryption added.

    >>> same_host("http://example.org/a", "https://example.org/b"), same_host("http://a.org:1/", "http://a.org:2/")
    (True, False)
    """
    encrypted = urlsplit(url).scheme == "http" and urlsplit(other).scheme == "https"
    return host_of(url) == host_of(other) and (encrypted or urlsplit(url).scheme == urlsplit(other).scheme)


def shown(url: str) -> str:
    """Return a URL without user, password and query, which may hold tokens.

    >>> shown("https://me:secret@example.org/a.zip?token=1")
    'https://example.org/a.zip'
    """
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
