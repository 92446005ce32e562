"""Tokens: which one is shown to the host of a URL, if any.

A token is for one host. It is sent encrypted, or to this very machine, and never follows a redirect. One that begins
with "?" is a signature, and goes behind the address in place of into a header.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hub.sources.redirects import is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

STANDARD_PORTS = {"https": 443, "http": 80}


def may_carry(url: str) -> bool:
    """Tell whether a token may be sent to a URL: nobody on the way can read it.

    >>> may_carry("https://example.org/a"), may_carry("http://example.org/a"), may_carry("http://127.0.0.1:80/a")
    (True, False, True)
    """
    return urlsplit(url).scheme == "https" or is_loopback(url)


def token_for(url: str, tokens: Mapping[str, str]) -> str:
    """Return the token of exactly this host, or "". A host without a port is that of the scheme's standard port.

    >>> known = {"example.org": "t"}
    >>> token_for("https://example.org:8443/a", known), token_for("https://example.org/a", known)
    ('', 't')
    """
    if not may_carry(url):
        return ""
    parts = urlsplit(url)
    name, standard = (parts.hostname or "").lower(), STANDARD_PORTS.get(parts.scheme)
    found = tokens.get(f"{name}:{parts.port or standard}", "")
    return found or (tokens.get(name, "") if parts.port in (None, standard) else "")
