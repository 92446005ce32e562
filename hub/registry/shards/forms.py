"""What the files of shards say, how they are packed, and how much a stranger may send.

MessagePack, since the numbers of documents are bytes and JSON has none. In gzip by themselves: not every host packs
what it sends, and the digest is then that of the bytes on the way.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from typing import Annotated, TypeVar

import msgspec

from hub.cards.base import Identifier, Sha256, Size  # noqa: TC001  msgspec reads the annotations
from hub.registry.listing import Kind, Listed, sound
from hub.registry.shards.keys import EACH, LEAVES

T = TypeVar("T")

INFLATED_LIMIT = 8 << 20
"""Of one file. The largest that is written here is a leaf with one list of numbers: 0.3 MB in a million cards."""

MOST_DOCUMENTS = 1 << 24
"""Of a segment: a set of its documents is then 2 MiB."""

MOST_RECORDS = 8192
"""Of a leaf. One that is written here has 32 KiB, and a record of it 5 bytes or more."""

MOST_PAGES = 4096
"""Of a table: a million leaves, of which each has at least 32 KiB or 128 documents."""


class Pin(msgspec.Struct, frozen=True, array_like=True):
    """A file: its digest, which is its name, and its size."""

    sha256: Sha256
    size: Size

    @property
    def path(self) -> str:
        """Where it is, below the folder of index.json."""
        return path_of(self.sha256)


class Pinned(msgspec.Struct, frozen=True, array_like=True):
    """A leaf or a page of a table, and the first key in it."""

    first: str
    pin: Pin


Pages = Annotated[tuple[Pinned, ...], msgspec.Meta(max_length=MOST_PAGES)]
Page = Annotated[list[Pinned], msgspec.Meta(max_length=LEAVES)]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A segment: how many documents it has, which numbers those of each kind have, and the pages of its tables."""

    documents: Size
    kinds: dict[Kind, tuple[Size, Size]]
    entries: Pages
    names: Pages
    words: Pages


class Document(msgspec.Struct, frozen=True, array_like=True):
    """One line of a list: its kind, its id, and what the index says of its card, with at most that one network."""

    kind: Kind
    id: Identifier
    listed: Listed


class Name(msgspec.Struct, frozen=True, array_like=True):
    """A spelling: the documents of which it is the id, and those of which it is a further name."""

    key: str
    ids: tuple[Size, ...]
    also: tuple[Size, ...]


class Word(msgspec.Struct, frozen=True, array_like=True):
    """A word: the documents that have it, and those that have it in their names; see `postings`. None: the same."""

    key: str
    all: bytes
    called: bytes | None


# Lengths are looked at before what is in them is read: a file of nothing but empty records would take gigabytes.
Documents = Annotated[list[msgspec.Raw], msgspec.Meta(max_length=EACH)]
Names = Annotated[list[Name], msgspec.Meta(max_length=MOST_RECORDS)]
Words = Annotated[list[Word], msgspec.Meta(max_length=MOST_RECORDS)]


def path_of(sha256: str) -> str:
    """Return where the file of a digest is, below the folder of index.json."""
    return f"shards/{sha256[:2]}/{sha256}.gz"


def packed(value: object) -> tuple[Pin, bytes]:
    """Return the file that says a value, the same bytes for the same value."""
    data = gzip.compress(msgspec.msgpack.encode(value), 6, mtime=0)
    return Pin(hashlib.sha256(data).hexdigest(), len(data)), data


def unpacked(data: bytes, form: type[T]) -> T:
    """Return what a file says. Raises ValueError if it is not of that form, or inflates beyond measure."""
    try:
        return msgspec.msgpack.decode(inflated(data), type=form)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"it is no part of an index: {error}") from error


def inflated(data: bytes) -> bytes:
    """Return what is in gzip; ValueError if it is none, or too much."""
    inflating = zlib.decompressobj(wbits=31)
    try:
        found = inflating.decompress(data, INFLATED_LIMIT)
    except zlib.error as error:
        raise ValueError(f"it is not in gzip: {error}") from error
    if not inflating.eof:
        raise ValueError("it is cut off, or inflates beyond measure")
    return found


def document(raw: msgspec.Raw) -> Document:
    """Return a document of a leaf. Raises ValueError if it is broken or would steer a terminal."""
    try:
        found = sound(msgspec.msgpack.decode(raw, type=Document))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    named = [network.name for network in found.listed.networks] or [found.listed.id]
    if named != [found.id]:
        raise ValueError(f"{found.id!r} is said to be {', '.join(named)}")
    return found
