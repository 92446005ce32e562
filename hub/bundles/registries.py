"""What a bundle says of other people's registries, so that names such as "lab/cats" mean something without a network.

    registries.json              {"lab": {"url": ..., "base": ..., "lists": {"dataset": <sha256>}, "cards": [<sha256>]}}
    registries/<sha256>.json     a list, or the card of something in the bundle, as the registry served it

The same as what the store keeps of a registry that was asked, see `hub.registry.foreign.copies`, and read with the same
distrust. It never takes the place of what the store has: a registry of that name at another address stays what it is,
and of one that was asked here what it said then counts. A registry that is a folder on a disk is not taken along: its
path means nothing elsewhere.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from hub import registry
from hub.bundles.form import REGISTRIES, REGISTRIES_LIMIT, SAID
from hub.fetch.plans import called
from hub.registry import foreign
from hub.registry.foreign import copies, registered
from hub.registry.foreign.asking import CARD_LIMIT, LIST_LIMIT, PLACES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hub.bundles.members import Member, Members
    from hub.lockfile import Entry, Lockfile
    from hub.progress import Progress
    from hub.registry.foreign.registered import Registered
    from hub.settings import Settings

LIMIT = max(LIST_LIMIT, CARD_LIMIT)
"""Of the bytes of one list or card."""

BASES = tuple(place.removesuffix("index.json") for place in PLACES)
"""Where the files of a registry are, below the address that people know."""


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=False):
    """What a bundle says of one registry: its address, and the digests of the lists and cards that are with it."""

    url: str
    base: str
    lists: dict[str, str]
    cards: tuple[str, ...] = ()


def of(owner: str) -> str | None:
    """Return the name of the registry to which a record belongs; None for hub's own.

    >>> of("registry/lab/model/cats/V1"), of("dataset/mnist/1.0.0")
    ('lab', None)
    """
    first, name, *_ = owner.split("/")
    return name if first == "registry" else None


def said(lock: Lockfile, settings: Settings, progress: Progress) -> dict[str, bytes]:
    """Return member name -> bytes of what is to be said of the registries of these entries."""
    table: dict[str, Said] = {}
    found: dict[str, bytes] = {}
    known = registered.every(settings)
    for name in sorted({name for entry in lock.entries if (name := of(entry.owner))}):
        if name not in known or known[name].local:
            progress.note(f"names of {name}/ can be loaded where `hub registry add {name} ...` has set it up")
            continue
        documents, table[name] = _said(known[name], [each for each in lock.entries if of(each.owner) == name], settings)
        found |= {f"registries/{_digest(data)}.json": data for data in documents}
    if table:
        found[REGISTRIES] = msgspec.json.format(msgspec.json.encode(table, order="sorted"), indent=1) + b"\n"
    return found


def _said(place: Registered, entries: Iterable[Entry], settings: Settings) -> tuple[list[bytes], Said]:
    copy = copies.current(place, settings)
    described = [registry.find(called(entry.owner)) for entry in entries]
    found = {
        "dataset": {each.id.partition("/")[2] for each in described if isinstance(each, registry.DatasetEntry)},
        "model": {each.variant.name.partition("/")[2] for each in described if isinstance(each, registry.ModelEntry)},
    }
    lists = {kind: foreign.list_of(place.name, kind, ids) for kind, ids in found.items() if ids}
    cards = {data for each in described if (data := each.path.read_bytes())}
    digests = {kind: _digest(data) for kind, data in lists.items()}
    return [*lists.values(), *cards], Said(place.url, copy.state.base, digests, tuple(sorted(map(_digest, cards))))


class Gathered:
    """What a bundle says of the registries to which some entries belong, as its members come by."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._names = {of(entry.owner) for entry in entries} - {None}
        self._table: dict[str, Said] = {}
        self._documents: dict[str, bytes] = {}

    def passed_over(self, members: Members) -> Iterator[Member]:
        """Yield the members of a bundle that are not about registries, and read those that are."""
        for member in members:
            said = SAID.fullmatch(member.name) if member.regular else None
            if said:
                self._take(said[1], _bytes(members, member, LIMIT))
            elif member.regular and member.name == REGISTRIES:
                self._table = _table(_bytes(members, member, REGISTRIES_LIMIT), self._names)
            else:
                yield member

    def _take(self, digest: str, data: bytes) -> None:
        listed = (each for said in self._table.values() for each in (*said.lists.values(), *said.cards))
        if digest in listed and _digest(data) == digest:
            self._documents[digest] = data

    def kept(self, settings: Settings) -> list[str]:
        """Keep it in the store; set up registries whose names are free. Return what people should know."""
        return [note for name, said in self._table.items() for note in _keep(name, said, self._documents, settings)]


def _bytes(members: Members, member: Member, limit: int) -> bytes:
    """Return what a member holds, nothing if that is too much."""
    if member.size > limit:
        return b""
    data = b""
    while more := members.read(limit):
        data += more
    return data


def _table(data: bytes, names: set[str | None]) -> dict[str, Said]:
    """Return the registries of these names; of what is no such table, or speaks of impossible addresses, none."""
    try:
        found = msgspec.json.decode(data, type=dict[str, Said])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return {name: each for name, each in found.items() if name in names and _is_sound(name, each)}


def _is_sound(name: str, said: Said) -> bool:
    try:
        url = registered.address(said.url)
        registered.checked(name)
    except ValueError:
        return False
    return not url.startswith("file:") and url == said.url and said.base in {url + base for base in BASES}


def _keep(name: str, said: Said, documents: Mapping[str, bytes], settings: Settings) -> Iterator[str]:
    known = registered.every(settings).get(name)
    if known is not None and known.url != said.url:
        yield f"{name} is another registry here ({known.url}), so its names in the bundle stay unknown"
        return
    wanted = [documents[digest] for digest in (*said.lists.values(), *said.cards) if digest in documents]
    lists = {kind: digest for kind, digest in said.lists.items() if digest in documents}
    copies.keep_another(registered.Registered(name, said.url, added=True), said.base, lists, wanted, settings)
    if known is None:
        registered.record(name, said.url, settings)
        yield f"the registry {name} ({said.url}) came along; `hub registry remove {name}` takes it out again"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
