"""What the host of a registry is asked for: index, lists, shards and cards, bounded in size and of their digests."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from hub.errors import BadStatus, DigestMismatch, NotTheFile, SourceError
from hub.sources import documents
from hub.sources.base import FileRefused, shown

if TYPE_CHECKING:
    from hub.registry.foreign.registered import Registered
    from hub.sources.documents import Document, Validators

# Eight lists take 1 kB.
INDEX_LIMIT = 1 << 20
# A hundred cards take 70 kB: room for some hundred times as many.
LIST_LIMIT = 32 << 20
# The largest of hub's own takes 0.1 MB.
CARD_LIMIT = 4 << 20

# The largest file of shards that is written here takes 0.2 MB.
PACKED_LIMIT = 4 << 20

# What hosts answer for a file that is not there: those that keep it to themselves say 403.
MISSING = (403, 404, 410)

# Where an index is, below the address that people know: that of a website, or of the registry itself.
PLACES = ("registry/v1/index.json", "index.json")


def first(registry: Registered) -> tuple[str, Document]:
    """Return where the index is, of the places where it may be, and what it says. Raises SourceError if in none."""
    refused: list[FileRefused] = []
    for place in PLACES:
        url = registry.url + place
        try:
            return url.removesuffix("index.json"), _there(url)
        except FileRefused as error:  # which is no web page but an answer, if only about the credentials
            refused.append(error)
        except (NotTheFile, _Missing):
            continue
    if refused:
        raise refused[0]
    raise SourceError(
        f"there is no registry at {shown(registry.url)}",
        url=shown(registry.url),
        expected=" or ".join(PLACES),
        found="neither",
        hint="the address is that of a website made by `hub site build`, or of the folder with the index.json",
    )


class _Missing(Exception):
    """There is no such file."""


def _there(url: str) -> Document:
    try:
        found = documents.read(url, limit=INDEX_LIMIT)
    except BadStatus as error:
        if error.status in MISSING:
            raise _Missing from error
        raise
    if found is None:
        raise _Missing
    return found


def again(base: str, known: Validators) -> Document | None:
    """Return what the index says now, None if it is still the one of these validators; raises what reading it does."""
    return documents.read(f"{base}index.json", limit=INDEX_LIMIT, known=known)


def fetched(url: str, sha256: str, limit: int) -> bytes:
    """Return a list or a card. Raises DigestMismatch if it is another one, and what reading it does."""
    document = documents.read(url, limit=limit)
    data = document.data if document else b""
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise DigestMismatch(
            f"{shown(url)} is not the one that the registry lists",
            expected=f"sha256:{sha256}",
            found=f"sha256:{found}",
            hint="nothing of it was kept; the registry may be about to change: try again later",
        )
    return data
