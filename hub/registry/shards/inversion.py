"""Words -> documents in bounded memory: parts are sorted on disk, then merged.

    word      documents that have it, and those that have it in their names
    resn...   ends in BEYOND: documents of all words that begin with "resn", where those are many

A beginning is written if its words' lists are long together and none of one letter more has all of them. So of any
beginning either the record at or just before `beginning + BEYOND` is its own, or its words lie within a leaf or two.
"""

from __future__ import annotations

import heapq
from array import array
from dataclasses import dataclass, field
from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hub.registry.shards.forms import Word
from hub.registry.shards.keys import BEYOND
from hub.registry.shards.postings import encoded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from hub.registry.words import Words

    Numbers = np.ndarray
    Lists = tuple[Numbers, Numbers]

PART = 2_000_000
"""Of pairs of a word and a document that are sorted in memory: some 100 MB with their words."""

LONG = 8192
"""Of the records of all words with one beginning, in bytes: from then on it has a record of its own."""


class Inversion:
    """Documents go in, in order; words come out, in order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts: list[_Part] = []
        self._words: dict[str, int] = {}
        self._codes = array("I")
        self._counts = array("I")
        self._first = 0

    def add(self, found: Words, exact: Collection[str]) -> None:
        """Add the next document, with its words and those that are like its names but come from none."""
        known, before = self._words, len(self._codes)
        self._codes.extend(2 * known.setdefault(word, len(known)) + 1 for word in (*found.called, *exact))
        self._codes.extend(2 * known.setdefault(word, len(known)) for word in found.all - found.called)
        self._counts.append(len(self._codes) - before)
        if len(self._codes) >= PART:
            self._spill()

    def words(self) -> Iterator[Word]:
        """Yield every word with its documents, and the beginnings of many, in order."""
        self._spill()
        merged = heapq.merge(*self._parts, key=itemgetter(0))
        joined = ((word, _joined([lists for _, lists in same])) for word, same in groupby(merged, key=itemgetter(0)))
        yield from _with_beginnings(joined)

    def _spill(self) -> None:
        if self._counts:
            path = self._folder / f"words{len(self._parts)}"
            self._parts.append(_part(self._words, self._codes, self._counts, self._first, path))
            self._first += len(self._counts)
            self._words, self._codes, self._counts = {}, array("I"), array("I")


@dataclass(frozen=True, slots=True)
class _Part:
    """A part on disk: its words in order, in one text; how many numbers each has, and how many of names."""

    words: str
    counts: Numbers
    called: Numbers
    path: Path

    def __iter__(self) -> Iterator[tuple[str, Lists]]:
        with self.path.open("rb") as documents:  # read, as a mapped one counts as memory
            for word, count, called in zip(_lines(self.words), self.counts, self.called, strict=True):
                numbers = np.frombuffer(documents.read(4 * int(count)), np.uint32)
                yield word, (numbers[called:], numbers[:called])


def _lines(text: str) -> Iterator[str]:
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1


def _part(known: dict[str, int], codes: array[int], counts: array[int], first: int, path: Path) -> _Part:
    """Sort pairs by word and, within one, those of names first; then by document."""
    words = sorted(known)
    ranks = np.empty(len(words), np.int64)
    ranks[np.fromiter((known[word] for word in words), np.int64, len(words))] = np.arange(len(words))
    found = np.frombuffer(codes, np.uint32)
    keys = ranks[found >> 1] * 2 + (1 - (found & 1))
    order = np.argsort(keys, kind="stable")
    documents = np.repeat(np.arange(first, first + len(counts), dtype=np.uint32), np.frombuffer(counts, np.uint32))
    documents[order].tofile(path)
    counted = np.bincount(keys, minlength=2 * len(words)).astype(np.uint32)
    called, told = counted[::2], counted[1::2]
    return _Part("".join(f"{word}\n" for word in words), called + told, called, path)


def _joined(parts: list[Lists]) -> Lists:
    """Return the lists of one word of several parts, which follow one another."""
    if len(parts) == 1:
        return parts[0]
    told, called = zip(*parts, strict=True)
    return np.concatenate(told), np.concatenate(called)


class _Point(NamedTuple):
    """How much had come before a word: words, bytes of their records, numbers, and numbers of names."""

    words: int
    size: int
    told: int
    called: int


@dataclass(slots=True)
class _Open:
    """What has come since the first letter changed."""

    told: array[int] = field(default_factory=lambda: array("I"))
    called: array[int] = field(default_factory=lambda: array("I"))
    words: int = 0
    size: int = 0

    def point(self) -> _Point:
        """Return where the next word begins."""
        return _Point(self.words, self.size, len(self.told), len(self.called))

    def add(self, lists: Lists, size: int) -> None:
        """Add the documents of a word, the record of which has so many bytes."""
        self.told.frombytes(lists[0].tobytes())
        self.called.frombytes(lists[1].tobytes())
        self.words += 1
        self.size += size

    def since(self, point: _Point) -> Lists:
        """Return the documents of the words that came since."""
        return _set([np.array(self.told[point.told :], np.uint32)]), _set(
            [np.array(self.called[point.called :], np.uint32)]
        )


def _with_beginnings(words: Iterable[tuple[str, Lists]]) -> Iterator[Word]:
    """Yield words, and after the last one of every beginning that is of many, that one.

    Of the sets of words that begin alike each is looked at once, by the longest beginning that all of it has: these are
    the intervals of common prefixes (Abouelhoda, Kurtz and Ohlebusch 2004, algorithm 4.1).
    """
    opened: list[tuple[int, _Point]] = []
    since, before, point = _Open(), "", _Point(0, 0, 0, 0)
    for word, lists in chain(words, [("", None)]):
        alike = _alike(before, word)
        while opened and opened[-1][0] > alike:
            length, point = opened.pop()
            if since.size - point.size > LONG:
                yield _record(before[:length] + BEYOND, *since.since(point))
        if lists is None:
            return
        if alike and (not opened or opened[-1][0] < alike):
            opened.append((alike, point))
        if not opened:
            since = _Open()
        point = since.point()
        record = _record(word, *lists)
        since.add(lists, len(word) + len(record.all))
        yield record
        before = word


def _alike(one: str, other: str) -> int:
    """Return how many letters two words have in common at their beginnings."""
    if other[:1] == "=":
        return 0
    length = 0
    for letter, also in zip(one, other, strict=False):
        if letter != also:
            break
        length += 1
    return length


def _set(lists: list[Numbers]) -> Numbers:
    """Return every number of some lists once, in order."""
    every = np.concatenate(lists)
    if not len(every):
        return every
    there = np.zeros(int(every.max()) + 1, bool)
    if len(there) > 64 * len(every):
        return np.unique(every)
    there[every] = True
    return np.flatnonzero(there)


def _record(word: str, told: Numbers, called: Numbers) -> Word:
    """Return a word with the documents that have it, of which `called` have it in their names."""
    if not len(told):
        return Word(word, encoded(called.astype(np.int64)), None)
    every = _set([told, called]) if len(called) else told
    return Word(word, encoded(every.astype(np.int64)), encoded(called.astype(np.int64)) if len(called) else b"")
