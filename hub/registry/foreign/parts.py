"""The index of another registry in shards: its parts are fetched as they are looked at, several at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from hub.errors import OfflineError, StoreError
from hub.registry.contents import of_listed
from hub.registry.foreign.asking import PACKED_LIMIT, fetched
from hub.registry.foreign.copies import whole
from hub.registry.foreign.trust import refused
from hub.registry.shards import forms, postings
from hub.registry.shards.forms import Manifest, Pin
from hub.registry.shards.reading import Shards
from hub.registry.shards.segments import Segment
from hub.sources.base import shown
from hub.store.files import make_folder, share, temporary
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import TypeVar

    from hub.registry.foreign.copies import Copy
    from hub.registry.index import Row
    from hub.registry.listing import SegmentOf
    from hub.registry.shards.forms import Document
    from hub.settings import Settings

    T = TypeVar("T")

AT_ONCE = 8
"""Connections: what a browser opens to one host is 6."""


TOGETHER = 256
"""Files that are held in memory at once while all are fetched."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The files of a segment, as they are in the store or else at the host."""

    copy: Copy
    segment: str
    settings: Settings

    def get(self, pins: Sequence[Pin]) -> list[bytes]:
        """Return files; raises what `part` does."""
        if len(pins) < 2:  # noqa: PLR2004  one needs no thread
            return [self._one(pin) for pin in pins]
        contexts = [copy_context() for _ in pins]  # the settings of a `with` statement hold in threads too
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(lambda context, pin: context.run(self._one, pin), contexts, pins))

    def refused(self, pin: Pin, reason: str) -> Exception:
        """Return the error about a file that is not what it should be."""
        return refused(f"{shown(self.copy.state.base)}{pin.path}", [("", reason)])

    def read(self, pin: Pin, form: type[T]) -> T:
        """Return what a file says. Raises CardError."""
        try:
            return forms.unpacked(self._one(pin), form)
        except ValueError as error:
            raise self.refused(pin, str(error)) from error

    def _one(self, pin: Pin) -> bytes:
        return part(self.copy, self.segment, pin, self.settings)


def part(copy: Copy, segment: str, pin: Pin, settings: Settings) -> bytes:
    """Return a file of a segment of shards, which is named by the digest of its manifest.

    Raises SourceError, IntegrityError and OfflineError.
    """
    place = copy.folder / segment / f"{pin.sha256}.gz"
    found = whole(place, pin.sha256)
    if found is None:
        if settings.offline and not copy.registry.local:
            raise OfflineError(
                f"a part of the index of {copy.registry.name} is not in the store, and HUB_OFFLINE is set",
                expected="what was asked before, or the whole index",
                found="nothing there",
                hint=f"`hub registry fetch {copy.registry.name}` gets all of it where there is a network",
            )
        found = fetched(copy.state.base + pin.path, pin.sha256, min(pin.size, PACKED_LIMIT))
        with suppress(StoreError):
            _keep(place, found, settings)
    return found


def _keep(place: Path, data: bytes, settings: Settings) -> None:
    # Not flushed to disk: it is hashed whenever it is read, and a search may write twenty of them.
    layout = Layout(settings.home)
    with temporary(layout, place.name) as path:
        path.write_bytes(data)
        make_folder(place.parent)
        share(path)
        path.replace(place)


def opened(copy: Copy, settings: Settings) -> Shards:
    """Return the index of a registry in shards. Raises what reading it does, and CardError if it is none."""
    said = copy.state.shards.segments if copy.state.shards else ()
    return Shards([_segment(each, copy, settings) for each in said])


def _segment(said: SegmentOf, copy: Copy, settings: Settings) -> Segment:
    parts = Parts(copy, said.manifest.sha256, settings)
    pin = Pin(said.manifest.sha256, said.manifest.size)
    manifest = parts.read(pin, Manifest)
    if manifest.documents > forms.MOST_DOCUMENTS:
        raise parts.refused(pin, f"it has {manifest.documents} entries, and {forms.MOST_DOCUMENTS} is the most")
    if said.dead is None:
        return Segment(parts, manifest)
    dead = Pin(said.dead.sha256, said.dead.size)
    try:
        return Segment(parts, manifest, postings.decoded(parts.read(dead, bytes), manifest.documents))
    except ValueError as error:
        raise parts.refused(dead, str(error)) from error


def fetch_all(shards: Shards) -> int:
    """Fetch every part of an index that is not in the store yet, and return how many parts it has."""
    count = 0
    for segment in shards.segments:
        pins = segment.pins()
        while some := list(islice(pins, TOGETHER)):
            segment.files.get(some)
            count += len(some)
    return count


def row(found: Document) -> Row:
    """Return the line of a list that a document is."""
    ((entry, _, _),) = of_listed(found.kind, found.listed)
    kind, identifier, name, summary, zh, facets, reach, _, _ = entry
    return (kind, identifier, name, summary, zh, json.loads(facets), *json.loads(reach))
