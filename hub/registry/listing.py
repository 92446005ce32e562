"""The form of a registry's index: `registry/v1/index.json`, which the site writes and `hub` reads.

    {"version": 1, "entries": [
    {"kind": "dataset", "id": "mnist", "name": "MNIST", "also": ["MNIST"], "summary": {"en": "...", "zh": "..."},
     "facets": {"task": ["image-classification"]}, "card": "datasets/mnist.json", "sha256": "<64 hex>", "size": 7012},
    ...
    ]}

`card` is the address of the card as JSON, relative to the index; the digest and size are those of its bytes. What a key
means does not change within version 1, and keys may be added: whoever reads it leaves out those that it does not know,
and entries of kinds that it does not know.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date  # noqa: TC003  msgspec reads the annotations
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta

from hub.cards.base import Identifier, Sha256, Size

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = 1

Kind = Literal["dataset", "model", "project", "tutorial", "article", "book", "course", "paper"]
PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*(/[A-Za-z0-9_][A-Za-z0-9_.+-]*)*")
"""A plain path downwards: no "..", no "/" in front, no other host, nothing that a server or a disk takes as more."""

# Left-to-right and right-to-left marks: they make a terminal show another text than the one that is there.
DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Summary(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One sentence in English and, where there is one, in Chinese."""

    en: str
    zh: str = ""


class Network(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One network of a family of models: the name that `hub.load` takes, and further ones."""

    name: Identifier
    also: tuple[str, ...] = ()
    pretrained: bool = False
    """Whether there are weights for it."""


class Listed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One card of a registry. `networks` are those of a model's card, which is one of a family."""

    kind: Kind
    id: Identifier
    name: str
    also: tuple[str, ...] = ()
    """Further names that it is found by."""
    summary: Summary
    facets: dict[str, tuple[str, ...]] = {}
    """What lists can be filtered by, such as task and license."""
    networks: tuple[Network, ...] = ()
    added: date | None = None
    card: str
    """The address of the card, relative to the index: a path downwards."""
    sha256: Sha256
    size: Size


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """A whole index, in order of kind and id."""

    version: Literal[1]
    entries: tuple[Listed, ...]


class Read(NamedTuple):
    """The entries of an index, and what is wrong with those that were left out."""

    entries: list[Listed]
    faults: list[str]


class _Unread(msgspec.Struct, frozen=True):
    version: int
    entries: tuple[msgspec.Raw, ...]


def write(entries: Iterator[Listed]) -> bytes:
    """Return an index, one line an entry, so that versions of it can be compared."""
    lines = b",\n".join(msgspec.json.encode(entry) for entry in entries)
    return b'{"version":%d,"entries":[\n%b\n]}\n' % (VERSION, lines)


def read(data: bytes) -> Read:
    """Return what an index lists; entries that are broken are left out, and told of.

    Raises ValueError, with what is wrong, if it is no index of this version.
    """
    try:
        found = msgspec.json.decode(data, type=_Unread)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"it is no index: {error}") from error
    if found.version != VERSION:
        raise ValueError(f"it is of version {found.version}, and {VERSION} is what this hub reads")
    entries, faults = [], []
    for number, raw in enumerate(found.entries):
        try:
            entries.append(_sound(msgspec.json.decode(raw, type=Listed)))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
            faults.append(f"entries[{number}]: {error}")
    return Read(entries, faults)


def _sound(entry: Listed) -> Listed:
    for text in texts(msgspec.to_builtins(entry)):
        if not printable(text):
            raise ValueError("it has characters that steer a terminal")
    return entry


def texts(value: object) -> Iterator[str]:
    """Yield every text within a value that JSON can hold, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(key)
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


def printable(text: str) -> bool:
    """Tell whether a text can be shown without steering the terminal.

    >>> printable("手写数字"), printable("\\x1b[2J")
    (True, False)
    """
    return text.isprintable() or not any(_steers(char) for char in text)


def _steers(char: str) -> bool:
    return (unicodedata.category(char) == "Cc" and char not in "\n\t") or char in DIRECTIONS
