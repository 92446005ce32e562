"""One segment, read in part: what is asked for is fetched, compared with its digest and not believed any further."""

from __future__ import annotations

import logging
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from hub.registry.shards import forms, keys, postings
from hub.registry.shards.keys import BEYOND, EACH
from hub.registry.shards.tables import Table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    import msgspec

    from hub.registry.shards.forms import Document, Manifest, Name, Pin, Pinned, Word

T = TypeVar("T")

logger = logging.getLogger("hub")

AHEAD = 8
"""Documents whose leaves are fetched at once."""

MOST_LEAVES = 4
"""In which the words with one beginning may lie, if that has no record; in what is written here it is two."""


class Files(Protocol):
    """Where the files of shards come from."""

    def get(self, pins: Sequence[Pin]) -> list[bytes]:
        """Return files by their digests, which they are known to have."""

    def refused(self, pin: Pin, reason: str) -> Exception:
        """Return the error about a file that is not what it should be."""


class Having(NamedTuple):
    """Documents as bits: those that have a word, and those that have it in their names."""

    all: int
    called: int


@dataclass(slots=True)
class Segment:
    """A segment, of which the documents `dead` are no more."""

    files: Files
    manifest: Manifest
    dead: int = 0
    _read: dict[str, Any] = field(default_factory=dict)

    def alive(self, kinds: Collection[str]) -> int:
        """Return the documents of these kinds."""
        found = 0
        for kind, (start, end) in self.manifest.kinds.items():
            if kind in kinds and start <= end <= self.manifest.documents:
                found |= postings.stretch(start, end)
        return found & ~self.dead

    def named(self, spelling: str) -> Name | None:
        """Return the documents of a spelling in its normal form."""
        names = self._table(self.manifest.names)
        found: Name | None = _exactly(spelling, self._leaf(names, names.place(spelling), forms.Names))
        return found

    def neighbours(self, spelling: str) -> list[Name]:
        """Return the spellings that are close to one in their order, which begin alike."""
        names = self._table(self.manifest.names)
        there = self._leaf(names, max(0, names.place(spelling)), forms.Names)
        return [each for each in there if not each.key.startswith(keys.OF_CARD)]

    def having(self, word: str) -> int:
        """Return the documents that have exactly this word."""
        words = self._table(self.manifest.words)
        found = _exactly(word, self._leaf(words, words.place(word), forms.Words))
        return self._bits(found).all if found else 0

    def beginning(self, text: str) -> Having:
        """Return the documents that have a word that begins so."""
        words = self._table(self.manifest.words)
        last = words.place(text + BEYOND)
        leaf = self._leaf(words, last, forms.Words)
        end = bisect_right(leaf, text + BEYOND, key=lambda each: each.key)
        if end and leaf[end - 1].key.startswith(text) and leaf[end - 1].key.endswith(BEYOND):
            return self._bits(leaf[end - 1])
        first = max(words.place(text), 0, last - MOST_LEAVES)
        found = [
            self._bits(each)
            for number in range(first, last + 1)
            for each in self._leaf(words, number, forms.Words)
            if each.key.startswith(text)
        ]
        return Having(_either(each.all for each in found), _either(each.called for each in found))

    def documents(self, numbers: Iterable[int]) -> Iterator[tuple[int, Document]]:
        """Yield documents by their numbers; one that is broken is left out with a word."""
        entries, rest = self._table(self.manifest.entries), iter(numbers)
        while some := list(islice(rest, AHEAD)):
            pins = {number: entries.of_number(number // EACH) for number in some}
            leaves = self._leaves([pin for pin in dict.fromkeys(pins.values()) if pin])
            for number in some:
                pin = pins[number]
                if pin and (found := _document(leaves[pin.sha256], number % EACH)):
                    yield number, found

    def number(self, kind: str, identifier: str) -> int | None:
        """Return the number of a document, None if there is none such."""
        entries = self._table(self.manifest.entries)
        leaf = entries.place(keys.document(kind, identifier))
        for place, raw in enumerate(self._leaf(entries, leaf, forms.Documents)):
            found = forms.document(raw)
            if (found.kind, found.id) == (kind, identifier):
                return leaf * EACH + place
        return None

    def pins(self) -> Iterator[Pin]:
        """Yield every file of the segment but its manifest and what is dead, pages before their leaves."""
        for page in (*self.manifest.entries, *self.manifest.names, *self.manifest.words):
            yield page.pin
            yield from (leaf.pin for leaf in self._one(page.pin, forms.Page))

    def _bits(self, word: Word) -> Having:
        count = self.manifest.documents
        try:
            found = postings.decoded(word.all, count)
            called = found if word.called is None else postings.decoded(word.called, count) if word.called else 0
        except ValueError as error:
            raise self.files.refused(self.manifest.words[0].pin, f"{word.key!r}: {error}") from error
        return Having(found, called)

    def _table(self, pages: Sequence[Pinned]) -> Table:
        return Table(pages, lambda pin: self._one(pin, forms.Page))

    def _leaf(self, table: Table, number: int, form: type[list[T]]) -> list[T]:
        pin = table.of_number(number) if number >= 0 else None
        return self._one(pin, form) if pin else []

    def _one(self, pin: Pin, form: type[T]) -> T:
        if pin.sha256 not in self._read:
            (data,) = self.files.get([pin])
            self._read[pin.sha256] = self._unpacked(pin, data, form)
        found: T = self._read[pin.sha256]
        return found

    def _leaves(self, pins: Sequence[Pin]) -> dict[str, list[msgspec.Raw]]:
        """Return leaves of documents by their digests; these are not remembered, a list may go through all."""
        files = self.files.get(pins)
        return {pin.sha256: self._unpacked(pin, data, forms.Documents) for pin, data in zip(pins, files, strict=True)}

    def _unpacked(self, pin: Pin, data: bytes, form: type[T]) -> T:
        try:
            return forms.unpacked(data, form)
        except ValueError as error:
            raise self.files.refused(pin, str(error)) from error


def _exactly(key: str, leaf: Sequence[Any]) -> Any:  # noqa: ANN401  a record of either table
    place = bisect_left(leaf, key, key=lambda each: each.key)
    return leaf[place] if place < len(leaf) and leaf[place].key == key else None


def _either(found: Iterable[int]) -> int:
    whole = 0
    for each in found:
        whole |= each
    return whole


def _document(leaf: Sequence[msgspec.Raw], place: int) -> Document | None:
    if place >= len(leaf):
        return None
    try:
        return forms.document(leaf[place])
    except ValueError as error:
        logger.warning("an entry of the registry is left out: %s", error)
        return None
