"""Writing the index of a registry, whole or a change to one: lists as long as it is small, shards from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from hub.registry.listing import Kind, Listed


class Place(Protocol):
    """Where a registry is being published: a folder, a bucket. Paths are below the folder of index.json."""

    def read(self, path: str) -> bytes:
        """Return the bytes of a file that an index names."""

    def write(self, path: str, data: bytes) -> None:
        """Put a file there, whole or not at all; its name has its digest in it, so there already is success."""


class Stated(NamedTuple):
    """A card of a registry: its kind, and what the index says of it."""

    kind: Kind
    listed: Listed


def update(
    index: bytes | None, place: Place, added: Iterable[Stated], removed: Collection[tuple[str, str]] = ()
) -> bytes:
    """Return the index.json of a registry after a change, once all that it names is in its place.

    `index` is the index.json that is there, None for none. `added` are cards that are new or changed (of one kind and
    id the last counts), `removed` are (kind, id) of cards that are to go; one that is not there is none to remove.
    Both may be streams in any order, a million long.

    It writes only files whose names have their digests in them, and none that is there already: readers of the old
    index still find theirs. It does not write index.json itself: the caller does that last, in one step, and if the
    index has been changed meanwhile by somebody else (compare `index` with what is there now) calls this again with
    that one. The cards themselves are the caller's to write, before. What no index names any more the caller may remove
    after a while: all files are below `lists/` and `shards/`.
    """
