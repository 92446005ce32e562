"""Which redirects are followed: not to less encryption, not into this machine or what only this machine can see.

A server that answers "it is over there" chooses an address that is asked from here. Some addresses mean something
else from here than from there: loopback, and the link-local ones under which clouds hand out a machine's credentials
(169.254.169.254). A name is looked up for that. Limit: whoever answers the look-up may answer the connection's own
another way; behind a proxy the proxy looks names up, and its rules hold.
"""

from __future__ import annotations

import socket
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from ipaddress import IPv4Address

    Address = IPv4Address | IPv6Address

SCHEMES = ("http", "https")

# Where clouds answer for the machine itself, besides link-local addresses: Amazon over IPv6, Alibaba, Oracle.
METADATA = frozenset(map(ip_address, ("fd00:ec2::254", "100.100.100.200", "192.0.0.192")))


def refusal(origin: str, target: str) -> str:
    """Return in a few words why the redirect from one absolute URL to another is not followed; "" if it is."""
    scheme = urlsplit(target).scheme.lower()
    if scheme not in SCHEMES:
        return f"to an address of the kind {scheme or 'none'}"
    if scheme == "http" and urlsplit(origin).scheme.lower() == "https":
        return "from https to http"
    inside = _inside(target)
    return inside if inside and inside != _inside(origin) else ""


def same_origin(url: str, other: str) -> bool:
    """Tell whether two URLs agree in scheme, host and port: whoever may see what one was told may see it at the other.

    >>> same_origin("https://a.org/x", "https://A.org:443/y"), same_origin("https://a.org/", "https://a.org:8443/")
    (True, False)
    """
    return _origin(url) == _origin(other)


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or {"http": 80, "https": 443}.get(scheme)


def is_loopback(url: str) -> bool:
    """Tell whether a URL's host is this machine, by its name: nothing is looked up."""
    host = urlsplit(url).hostname or ""
    address = _literal(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _inside(url: str) -> str:
    """Return what kind of inner address a URL's host is, if it is one."""
    found = {_kind(address) for address in _addresses(urlsplit(url).hostname or "")}
    return next((kind for kind in sorted(found) if kind), "")


def _kind(address: Address) -> str:
    if address.is_link_local or address in METADATA:
        return "to an address that only this machine's own network can see"
    if address.is_loopback or address.is_unspecified:
        return "into this machine"
    return ""


def _addresses(host: str) -> list[Address]:
    if literal := _literal(host):
        return [literal]
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []  # the connection will fail in its own words
    return [address for each in found if (address := _literal(str(each[4][0])))]


def _literal(host: str) -> Address | None:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
