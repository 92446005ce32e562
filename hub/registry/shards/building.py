"""Documents -> a segment: sorted on disk, so that a million take no more memory than a hundred thousand."""

from __future__ import annotations

import heapq
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import msgspec

from hub.registry.contents import said
from hub.registry.shards import forms, keys
from hub.registry.shards.forms import Document, Manifest, Name
from hub.registry.shards.inversion import Inversion
from hub.registry.shards.tables import Writer
from hub.registry.spelling import normal
from hub.registry.words import of_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hub.registry.listing import Kind, Listed
    from hub.registry.shards.forms import Pin, Word

LEAF = 32 << 10
"""Of a leaf of the other tables, in bytes before packing: what is looked up is one record of it."""

SORTED = 50_000
"""Documents or spellings that are sorted in memory."""


def documents(kind: Kind, listed: Listed) -> Iterator[Document]:
    """Yield the documents of a card: one for each of its networks, or itself."""
    if not listed.networks:
        yield Document(kind, listed.id, listed)
    for network in listed.networks:
        yield Document(kind, network.name, msgspec.structs.replace(listed, networks=(network,), also=()))


def build(found: Iterable[Document], put: Callable[[Pin, bytes], None]) -> Pin:
    """Write the segment of these documents, in any order, and return the pin of its manifest.

    Of documents of one kind and id the last one counts.
    """
    with TemporaryDirectory(prefix="hub-index-") as folder:
        return _written(_in_order(found, Path(folder)), put, Path(folder))


def _written(found: Iterable[Document], put: Callable[[Pin, bytes], None], folder: Path) -> Pin:
    entries = Writer(put)
    inversion, names = Inversion(folder), _Sorted(folder, "names")
    kinds: dict[Kind, tuple[int, int]] = {}
    leaf: list[Document] = []
    number = -1
    for number, each in enumerate(found):
        kinds[each.kind] = (kinds.get(each.kind, (number, 0))[0], number + 1)
        _index(each, number, inversion, names)
        leaf.append(each)
        if len(leaf) == keys.EACH:
            entries.leaf(keys.document(leaf[0].kind, leaf[0].id), leaf)
            leaf = []
    if leaf:
        entries.leaf(keys.document(leaf[0].kind, leaf[0].id), leaf)
    manifest = Manifest(
        documents=number + 1,
        kinds=kinds,
        entries=entries.end(),
        names=_table(_names(names), put),
        words=_table(inversion.words(), put),
    )
    pin, data = forms.packed(manifest)
    put(pin, data)
    return pin


def _index(each: Document, number: int, inversion: Inversion, names: _Sorted) -> None:
    listed = each.listed
    (network,) = listed.networks or (None,)
    also = network.also if network else listed.also
    facets = {**listed.facets, **({"pretrained": ("yes" if network.pretrained else "no",)} if network else {})}
    found = of_entry((each.id, listed.name, *also), said(listed.facets, listed.summary.en, listed.summary.zh))
    exact = {keys.facet(name, value) for name, values in facets.items() for value in values}
    inversion.add(found, {keys.identity(each.id), *exact})
    own = normal(each.id)
    names.add(own, f"{number}")
    for name in {normal(name) for name in also} - {own}:
        names.add(name, f"+{number}")
    if network:
        names.add(keys.family(each.kind, listed.id), f"{number}")


def _names(found: _Sorted) -> Iterator[Name]:
    for spelling, pairs in groupby(found, key=itemgetter(0)):
        numbers = [number for _, number in pairs]
        ids = sorted(int(number) for number in numbers if number[0] != "+")
        yield Name(spelling, tuple(ids), tuple(sorted(int(number) for number in numbers if number[0] == "+")))


def _table(records: Iterable[Name | Word], put: Callable[[Pin, bytes], None]) -> tuple[forms.Pinned, ...]:
    writer = Writer(put)
    leaf: list[Name | Word] = []
    size = 0
    for record in records:
        leaf.append(record)
        size += len(record.key) + (4 if isinstance(record, Name) else len(record.all) + len(record.called or b""))
        if size >= LEAF:
            writer.leaf(leaf[0].key, leaf)
            leaf, size = [], 0
    if leaf:
        writer.leaf(leaf[0].key, leaf)
    return writer.end()


class _Sorted:
    """Pairs of texts that come back in order, sorted on disk if they are many."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._parts: list[Path] = []
        self._some: list[tuple[str, str]] = []

    def add(self, spelling: str, value: str) -> None:
        self._some.append((spelling, value))
        if len(self._some) == SORTED:
            path = self._folder / f"{self._name}{len(self._parts)}"
            # JSON has no line break in a text, so a line is a pair.
            path.write_bytes(msgspec.json.Encoder().encode_lines(sorted(self._some)))
            self._parts.append(path)
            self._some = []

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return heapq.merge(*map(_pairs, self._parts), sorted(self._some))


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    decoder = msgspec.json.Decoder(tuple[str, str])
    with path.open("rb") as lines:
        yield from map(decoder.decode, lines)


def _in_order(found: Iterable[Document], folder: Path) -> Iterator[Document]:
    """Yield documents in order of kind and id, of each the one that came last."""
    pairs = _Sorted(folder, "documents")
    for turn, each in enumerate(found):
        # Later ones first, so that of one id the first is the one to take.
        pairs.add(f"{keys.document(each.kind, each.id)}\0{-turn + (1 << 40):013d}", msgspec.json.encode(each).decode())
    decoder = msgspec.json.Decoder(Document)
    before = ""
    for sorted_by, text in pairs:
        name = sorted_by.partition("\0")[0]
        if name != before:
            yield decoder.decode(text)
        before = name
