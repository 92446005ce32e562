"""The index of a registry that is published: read, and written anew.

The one place that knows how an index lists cards; all that it names is named by its digest.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, cast

import msgspec

from hub.errors import CardError, DigestMismatch
from hub.registry import listing
from hub.registry.folder import KINDS
from hub.registry.listing import ListOf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hub.publish.places import Place, State
    from hub.registry.listing import Kind, Listed

    Entries = Mapping[str, Mapping[str, Listed]]
    """kind -> id -> entry"""

TOP = "registry/v1/"


def read(place: Place, state: State) -> Entries:
    """Return what an index lists. Raises CardError if it is none of ours, DigestMismatch for a list that is another."""
    if not state.data:
        return {}
    try:
        found = listing.read_index(state.data)
        return {each.kind: _entries(place, each) for each in found.found}
    except ValueError as error:
        raise CardError(f"{place.address}{TOP}index.json", [("", str(error))]) from error


def _entries(place: Place, each: ListOf) -> dict[str, Listed]:
    data = place.read(TOP + each.list) or b""
    if (found := sha256(data)) != each.sha256:
        raise DigestMismatch(
            f"{place.address}{TOP}{each.list} is not the list that the index names",
            expected=f"sha256:{each.sha256}",
            found=f"sha256:{found}" if data else "no such file",
            hint="nothing was published; put the registry right first",
        )
    read = listing.read(data)
    if read.faults:  # written anew without them, they would be lost
        raise CardError(f"{place.address}{TOP}{each.list}", [("", fault) for fault in read.faults])
    return {entry.id: entry for entry in read.found}


def written(entries: Entries) -> tuple[dict[str, bytes], bytes]:
    """Return path -> list, below the registry's folder, and the index of these lists."""
    lists: dict[str, bytes] = {}
    kinds: list[ListOf] = []
    for kind in (each for each in KINDS if entries.get(each)):
        data = listing.write(entries[kind][name] for name in sorted(entries[kind]))
        path = f"index/{kind}-{sha256(data)}.json"
        lists[path] = data
        kinds.append(_list_of(kind, path, data, len(entries[kind])))
    return lists, listing.write_index(kinds)


def _list_of(kind: str, path: str, data: bytes, count: int) -> ListOf:
    return ListOf(kind=cast("Kind", kind), list=path, sha256=sha256(data), size=len(data), entries=count)


def table(place: Place, path: str, expected: str) -> dict[str, object]:
    """Return a card of the registry as it is served. Raises DigestMismatch."""
    data = place.read(TOP + path) or b""
    if sha256(data) != expected:
        raise DigestMismatch(
            f"{place.address}{TOP}{path} is not the card that is listed", expected=f"sha256:{expected}"
        )
    return cast("dict[str, object]", msgspec.json.decode(data))


def sha256(data: bytes) -> str:
    """Return the digest of small files."""
    return hashlib.sha256(data).hexdigest()
