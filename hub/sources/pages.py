"""Web pages that come where a file was asked for: from dead hosts, quotas, log-ins, and networks that want one.

Most call themselves text/html. Others claim to be data and begin like a page all the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from hub.errors import NotTheFile
from hub.sources.base import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

OK, LOGIN_REQUIRED = 200, 511
"""The second is Network Authentication Required (RFC 6585, section 6): the network in between speaks, not the host."""

PAGE_SUFFIXES = (".html", ".htm", ".xhtml", ".shtml")
PAGE_TYPES = ("text/html", "application/xhtml+xml")

ENOUGH = 512
"""Bytes at the beginning of a file that tell a page: room for a byte order mark, blanks, comments and a declaration."""

# As browsers tell it (WHATWG MIME Sniffing, section 7.1), for the two beginnings that no data has.
BEGINNING = re.compile(
    rb"^(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html)[\s>]", re.IGNORECASE | re.DOTALL
)

LOG_IN = "open any page in a browser: the network may ask to log in first; or the file has gone from this address"


def require_no_page(status: int, headers: Mapping[str, str], url: str) -> None:
    """Raise NotTheFile where an answer is not the file but a page about the network or the host."""
    if status == LOGIN_REQUIRED:
        raise NotTheFile(
            f"the network between here and {shown(url)} asks to log in first",
            url=shown(url),
            expected="the file",
            found=f"status {LOGIN_REQUIRED}",
            hint="open any page in a browser, log in there, and run the same command again",
        )
    if status == OK and says_page(headers) and not is_named_as_page(url):
        raise _page(url, headers.get("Content-Type", ""))


def require_data(beginning: bytes, headers: Mapping[str, str], url: str) -> None:
    """Raise NotTheFile if what calls itself data begins like a page, unless the file's name is that of a page."""
    if looks_like_page(beginning) and not is_attachment(headers) and not is_named_as_page(url):
        raise _page(url, "a page that does not call itself one")


def looks_like_page(beginning: bytes) -> bool:
    r"""Tell whether bytes begin as web pages do.

    >>> looks_like_page(b"\n<!DOCTYPE html>\n<html>"), looks_like_page(b"PK\x03\x04"), looks_like_page(b"<htmlx>")
    (True, False, False)
    """
    return BEGINNING.match(beginning[:ENOUGH]) is not None


def says_page(headers: Mapping[str, str]) -> bool:
    """Whether an answer calls itself a page to be looked at; a file that happens to be one comes as an attachment."""
    return headers.get("Content-Type", "").lower().startswith(PAGE_TYPES) and not is_attachment(headers)


def is_attachment(headers: Mapping[str, str]) -> bool:
    """Whether an answer says of itself that it is a file to be kept."""
    return headers.get("Content-Disposition", "").lower().startswith("attachment")


def is_named_as_page(url: str) -> bool:
    """Whether the file that is asked for is a page by its name."""
    return unquote(urlsplit(url).path).lower().endswith(PAGE_SUFFIXES)


def _page(url: str, found: str) -> NotTheFile:
    return NotTheFile(
        f"{shown(url)} sent a web page instead of the file", url=shown(url), expected="data", found=found, hint=LOG_IN
    )
