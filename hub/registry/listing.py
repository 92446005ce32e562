"""The form in which a registry lists what it has: `registry/v1/index.json`, which the site writes and `hub` reads.

    index.json            {"version": 1, "lists": [
                           {"kind": "dataset", "list": "index/dataset.json", "sha256": "<64 hex>", "size": 71230,
                            "entries": 111}, ...]}
    index/dataset.json    {"version": 1, "entries": [
                           {"id": "mnist", "name": "MNIST", "also": ["..."], "summary": {"en": "...", "zh": "..."},
                            "facets": {"task": ["image-classification"]}, "card": "datasets/mnist.json",
                            "sha256": "<64 hex>", "size": 7012}, ...]}
    datasets/mnist.json   the card

A list a kind, so that none is large. In the place of lists a registry of many thousands of cards has shards, which are
fetched in part: {"version": 1, "lists": [], "shards": {...}}, see `hub.registry.shards`.

Addresses are paths downwards from the folder of index.json, digests and sizes
those of the bytes there: whoever knows the digest of index.json can check all the rest. What a key means does not
change within version 1, and keys may be added: whoever reads it leaves out keys, and lists of kinds, that it does not
know.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date  # noqa: TC003  msgspec reads the annotations
from typing import TYPE_CHECKING, Annotated, Generic, Literal, NamedTuple, TypeVar

import msgspec

from hub.cards.base import Identifier, Sha256, Size  # noqa: TC001  msgspec reads the annotations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")

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


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a dataset that is not the one which its name alone means."""

    version: str
    card: str
    """The address of its card, as that of the latest."""
    sha256: Sha256
    size: Size


class Listed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One card of a registry. `networks` are those of a model's card, which is one of a family."""

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
    version: str = ""
    """That of a dataset, where the registry keeps several."""
    earlier: tuple[Earlier, ...] = ()
    """Its other versions, in their order: what stands behind an "@" of a name."""


class KindList(msgspec.Struct, frozen=True, kw_only=True):
    """The cards of one kind, in order of id."""

    version: Literal[1]
    entries: tuple[Listed, ...]


class ListOf(msgspec.Struct, frozen=True, kw_only=True):
    """Where the list of a kind is, and how many entries it has."""

    kind: Kind
    list: str
    sha256: Sha256
    size: Size
    entries: Size


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file of shards, which is where its digest says."""

    sha256: Sha256
    size: Size


class SegmentOf(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an index in shards; `dead` lists what of it later parts replace or remove."""

    manifest: File
    entries: Size
    dead: File | None = None


class ShardsOf(msgspec.Struct, frozen=True, kw_only=True):
    """An index that is fetched in part, the oldest segment first; `entries` are those that can be found in all."""

    entries: Size
    segments: Annotated[tuple[SegmentOf, ...], msgspec.Meta(max_length=64)]


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """What a registry begins with: its lists, or the shards that are in their place if it is large."""

    version: Literal[1]
    lists: tuple[ListOf, ...]
    shards: ShardsOf | None = None


class Read(NamedTuple, Generic[T]):
    """What was read, and what is wrong with the parts that were left out."""

    found: list[T]
    faults: list[str]


class _Version(msgspec.Struct, frozen=True):
    version: int


class _Index(_Version, frozen=True):
    lists: tuple[msgspec.Raw, ...]
    shards: ShardsOf | None = None


class _KindList(_Version, frozen=True):
    entries: tuple[msgspec.Raw, ...]


def write(entries: Iterable[Listed]) -> bytes:
    """Return the list of a kind, one line an entry, so that versions of it can be compared."""
    return _lines("entries", entries)


def write_index(lists: Iterable[ListOf]) -> bytes:
    """Return an index, one line a list."""
    return _lines("lists", lists)


def write_shards(shards: ShardsOf) -> bytes:
    """Return the index of a registry in shards."""
    table = {"version": VERSION, "lists": [], "shards": shards}
    return msgspec.json.format(msgspec.json.encode(table), indent=1) + b"\n"


def read(data: bytes) -> Read[Listed]:
    """Return the entries of a list; those that are broken are left out, and told of.

    Raises ValueError, with what is wrong, if it is no list of this version.
    """
    return _each(_whole(data, _KindList).entries, Listed, "entries")


def read_index(data: bytes) -> Read[ListOf]:
    """Return the lists of an index, those of kinds that are not known left out; raises what `read` does."""
    return _each(_whole(data, _Index).lists, ListOf, "lists")


def read_shards(data: bytes) -> ShardsOf | None:
    """Return what an index says of shards, None if it is one of lists; raises what `read` does."""
    return _whole(data, _Index).shards


U = TypeVar("U", bound=_Version)


def _lines(key: str, values: Iterable[msgspec.Struct]) -> bytes:
    lines = b",\n".join(msgspec.json.encode(value) for value in values)
    return b'{"version":%d,"%b":[\n%b\n]}\n' % (VERSION, key.encode(), lines)


def _whole(data: bytes, form: type[U]) -> U:
    try:
        # First the version alone: another one may have another form.
        found = msgspec.json.decode(data, type=_Version).version
        if found == VERSION:
            return msgspec.json.decode(data, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"it is no index: {error}") from error
    raise ValueError(f"it is of version {found}, and {VERSION} is what this hub reads")


def _each(values: tuple[msgspec.Raw, ...], form: type[T], key: str) -> Read[T]:
    found: Read[T] = Read([], [])
    for number, raw in enumerate(values):
        try:
            found.found.append(sound(msgspec.json.decode(raw, type=form)))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
            found.faults.append(f"{key}[{number}]: {error}")
    return found


def sound(entry: T) -> T:
    """Return what was read. Raises ValueError if it has characters that steer a terminal."""
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
    r"""Tell whether a text can be shown without steering the terminal.

    >>> printable("手写数字"), printable("\x1b[2J")
    (True, False)
    """
    return text.isprintable() or not any(_steers(char) for char in text)


def _steers(char: str) -> bool:
    return (unicodedata.category(char) == "Cc" and char not in "\n\t") or char in DIRECTIONS
