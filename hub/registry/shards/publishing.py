"""Writing the index of a registry, whole or a change to one: lists as long as it is small, shards from then on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

import numpy as np

from hub.errors import CardError, DigestMismatch
from hub.registry.folder import KINDS
from hub.registry.listing import (
    File,
    ListOf,
    SegmentOf,
    ShardsOf,
    read,
    read_index,
    read_shards,
    write,
    write_index,
    write_shards,
)
from hub.registry.shards import building, forms, keys, postings
from hub.registry.shards.forms import Manifest, Pin
from hub.registry.shards.reading import Shards
from hub.registry.shards.segments import Segment

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from hub.registry.listing import Kind, Listed
    from hub.registry.shards.forms import Document

SMALL = 5000
"""Cards: the lists of so many take some 3.5 MB, and are fetched whole."""

ALWAYS_MERGED = 1024
"""Documents: writing so many anew takes a tenth of a second and some 300 kB."""

TIMES = 3
"""A segment is so many times as large as all later ones together, or they are merged: a million are in at most 6."""


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
    table, rest = _small(_lists(index, place), iter(added), removed)
    shards = read_shards(index) if index else None
    if shards is None and rest is None:
        return _write_lists(table, place)
    every = chain((Stated(kind, listed) for (kind, _), listed in table.items()), rest or ())
    return write_shards(_updated(shards or ShardsOf(entries=0, segments=()), place, every, removed))


def opened(index: bytes, place: Place) -> Shards | None:
    """Return the index in shards that is published at a place, to look names up in it; None if it has lists."""
    shards = read_shards(index) if index else None
    return Shards([_opened(each, place) for each in shards.segments]) if shards else None


def files(index: bytes, place: Place) -> Iterator[str]:
    """Yield the path of every file of an index that this index names, so that others below its folders can go."""
    yield from (each.list for each in read_index(index).found)
    for each in (read_shards(index) or ShardsOf(entries=0, segments=())).segments:
        opened = _opened(each, place)
        yield from (forms.path_of(file.sha256) for file in (each.manifest, each.dead) if file)
        yield from (pin.path for pin in opened.pins())


Table = dict[tuple["Kind", str], "Listed"]


def _lists(index: bytes | None, place: Place) -> Table:
    """Return the cards of an index of lists."""
    found: Table = {}
    for each in read_index(index).found if index else ():
        for listed in read(_checked(place.read(each.list), each.sha256, each.list)).found:
            found.setdefault((each.kind, listed.id), listed)
    return found


def _small(
    table: Table, added: Iterator[Stated], removed: Collection[tuple[str, str]]
) -> tuple[Table, Iterator[Stated] | None]:
    """Return the cards after a change and None; or, once they are too many for lists, those that are left to add."""
    table = {key: listed for key, listed in table.items() if key not in removed}
    for kind, listed in added:
        table[kind, listed.id] = listed
        if len(table) > SMALL:
            return table, added
    return table, None


def _write_lists(table: Table, place: Place) -> bytes:
    found = []
    for kind in KINDS:
        listed = [table[key] for key in sorted(table) if key[0] == kind]
        if listed:
            data = write(listed)
            sha256 = hashlib.sha256(data).hexdigest()
            path = f"lists/{kind}.{sha256}.json"
            place.write(path, data)
            found.append(ListOf(kind=cast("Kind", kind), list=path, sha256=sha256, size=len(data), entries=len(listed)))
    return write_index(found)


def _updated(shards: ShardsOf, place: Place, added: Iterable[Stated], removed: Collection[tuple[str, str]]) -> ShardsOf:
    segments = [_opened(each, place) for each in shards.segments]
    gone: list[set[int]] = [set() for _ in segments]
    for kind, identifier in removed:
        _bury(segments, gone, kind, identifier)
    # The small segments at the end are taken along.
    kept = len(segments)
    while kept and _living(segments[kept - 1]) < ALWAYS_MERGED:
        kept -= 1
    new = _built(chain(_added(added, segments, gone), _documents(segments[kept:], gone[kept:])), place)
    for segment, numbers in zip(segments, gone, strict=True):
        segment.dead |= _bits(numbers)
    return _stated([*segments[:kept], *new], place)


def _stated(segments: list[_Opened], place: Place) -> ShardsOf:
    """Merge segments that have become alike in size, and say which there are."""
    segments = [each for each in segments if _living(each)]
    sizes = [_living(each) for each in segments]
    alike = (
        number
        for number, each in enumerate(segments)
        if sizes[number] < max(TIMES * sum(sizes[number + 1 :]), each.manifest.documents // 2)
    )
    if (first := next(alike, None)) is not None:
        merged = _built(_documents(segments[first:], [set() for _ in segments[first:]]), place)
        segments = [*segments[:first], *merged]
    return ShardsOf(entries=sum(map(_living, segments)), segments=tuple(_said(each, place) for each in segments))


def _said(segment: _Opened, place: Place) -> SegmentOf:
    dead = None
    if segment.dead:
        numbers = np.fromiter(postings.numbers(segment.dead), np.int64)
        dead = _file(_write(*forms.packed(postings.encoded(numbers)), place))
    return SegmentOf(manifest=_file(segment.pin), entries=segment.manifest.documents, dead=dead)


def _added(added: Iterable[Stated], segments: list[_Opened], gone: list[set[int]]) -> Iterator[Document]:
    """Yield the documents of cards, and note what of earlier segments they replace."""
    for kind, listed in added:
        _bury(segments, gone, kind, listed.id)
        for each in building.documents(kind, listed):
            if each.id != listed.id:
                _bury_document(segments, gone, kind, each.id)
            yield each


def _bury(segments: list[_Opened], gone: list[set[int]], kind: str, identifier: str) -> None:
    """Note the documents of a card as gone."""
    for segment, numbers in zip(segments, gone, strict=True):
        if kind == "model" and (name := segment.named(keys.family(kind, identifier))):
            numbers.update(name.ids)
    _bury_document(segments, gone, kind, identifier)


def _bury_document(segments: list[_Opened], gone: list[set[int]], kind: str, identifier: str) -> None:
    for segment, numbers in zip(segments, gone, strict=True):
        if (number := segment.number(kind, identifier)) is not None:
            numbers.add(number)


def _documents(segments: Iterable[_Opened], gone: Iterable[set[int]]) -> Iterator[Document]:
    """Yield what is alive in segments; what is gone is looked up when its turn comes."""
    for segment, numbers in zip(segments, gone, strict=True):
        living = segment.alive(KINDS) & ~_bits(numbers)
        yield from (each for _, each in segment.documents(postings.numbers(living)))


def _bits(numbers: Collection[int]) -> int:
    bits = bytearray(max(numbers, default=0) // 8 + 1)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(bits, "little")


def _built(found: Iterator[Document], place: Place) -> list[_Opened]:
    """Return the segment of documents, none if there are none."""
    first = next(found, None)
    if first is None:
        return []
    pin = building.build(chain([first], found), lambda pin, data: place.write(pin.path, data))
    return [_segment(pin, None, place)]


@dataclass(slots=True)
class _Opened(Segment):
    """A segment in its place, and the pin of its manifest."""

    pin: Pin = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class _There:
    """The files of a place."""

    place: Place

    def get(self, pins: Sequence[Pin]) -> list[bytes]:
        return [_checked(self.place.read(pin.path), pin.sha256, pin.path) for pin in pins]

    def refused(self, pin: Pin, reason: str) -> Exception:
        return CardError(pin.path, [("", reason)])


def _opened(said: SegmentOf, place: Place) -> _Opened:
    return _segment(Pin(said.manifest.sha256, said.manifest.size), said.dead, place)


def _segment(pin: Pin, dead: File | None, place: Place) -> _Opened:
    there = _There(place)
    (data,) = there.get([pin])
    manifest = forms.unpacked(data, Manifest)
    bits = 0
    if dead:
        (data,) = there.get([Pin(dead.sha256, dead.size)])
        bits = postings.decoded(forms.unpacked(data, bytes), manifest.documents)
    return _Opened(there, manifest, bits, pin=pin)


def _living(segment: _Opened) -> int:
    return segment.alive(KINDS).bit_count()


def _write(pin: Pin, data: bytes, place: Place) -> Pin:
    place.write(pin.path, data)
    return pin


def _file(pin: Pin) -> File:
    return File(sha256=pin.sha256, size=pin.size)


def _checked(data: bytes, sha256: str, path: str) -> bytes:
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise DigestMismatch(
            f"{path} is not the one that the index names",
            expected=f"sha256:{sha256}",
            found=f"sha256:{found}",
            hint="the place is damaged: publish the registry anew from its cards",
        )
    return data
