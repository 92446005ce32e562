"""Cards as JSON, the index that lists them, and the files of one's own that they name."""

from __future__ import annotations

import hashlib
import math
import shutil
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import msgspec

from hub.cards import CARD_TYPES, DatasetCard, ModelCard, schema, stating
from hub.cards.artifacts import FILES
from hub.digest import Digest, hash_file
from hub.errors import DigestMismatch, MissingFile
from hub.registry import contents, listing
from hub.registry.listing import Listed, ListOf, Network, Summary
from hub.registry.shards.publishing import Stated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hub.cards import Artifact, Card
    from hub.cards.artifacts import Source
    from hub.registry.listing import Kind
    from hub.site import collection
    from hub.site.collection import Collection


@dataclass(frozen=True, slots=True)
class Made:
    """A card as it is served: its bytes, and where they are relative to the index."""

    entry: collection.Listed
    path: str
    data: bytes


def made(collection: Collection) -> list[Made]:
    """Return every sound card as JSON, in order of kind and id."""
    return [Made(each, f"{each.kind}s/{each.id}.json", as_json(each.card)) for each in collection.entries.values()]


def as_json(card: Card) -> bytes:
    """Return a card as JSON: what it says besides the defaults, and of every file whether its sha256 is known."""
    table = _finite(stating.stated(card))
    return msgspec.json.format(msgspec.json.encode(_with_digests(table)), indent=1) + b"\n"


def lists(cards: list[Made]) -> dict[str, bytes]:
    """Return file name -> list of the cards of each kind."""
    kinds = dict.fromkeys(card.entry.kind for card in cards)
    return {
        f"index/{kind}.json": listing.write(listed(each) for each in cards if each.entry.kind == kind) for kind in kinds
    }


def stated(cards: list[Made]) -> Iterator[Stated]:
    """Yield what an index says of each card."""
    yield from (Stated(cast("Kind", card.entry.kind), listed(card)) for card in cards)


def index(cards: list[Made]) -> bytes:
    """Return the index of all lists, with their digests."""
    counts = Counter(card.entry.kind for card in cards)
    found = zip(counts.items(), lists(cards).items(), strict=True)
    return listing.write_index(
        ListOf(kind=cast("Kind", kind), list=name, sha256=_sha256(data), size=len(data), entries=count)
        for (kind, count), (name, data) in found
    )


def schemas() -> dict[str, bytes]:
    """Return file name -> JSON Schema of each kind of card, and of the index."""
    tables = {f"schema/{kind}.schema.json": schema(kind) for kind in CARD_TYPES}
    tables["schema/index.schema.json"] = msgspec.json.schema(listing.Index)
    tables["schema/list.schema.json"] = msgspec.json.schema(listing.KindList)
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {name: msgspec.json.format(msgspec.json.encode(dialect | table), indent=1) for name, table in tables.items()}


def copy_files(collection: Collection, folder: Path) -> None:
    """Copy the files that cards name as `files/...` from beside the cards. Raises MissingFile and DigestMismatch."""
    for entry in collection.entries.values():
        for artifact in artifacts(entry.card):
            for source in artifact.sources:
                if FILES.fullmatch(source.url):
                    _copy(collection.folder, folder, artifact, source, entry.path)


def artifacts(card: Card) -> tuple[Artifact, ...]:
    """Return all files of a card."""
    if isinstance(card, DatasetCard):
        return card.artifacts
    if isinstance(card, ModelCard):
        return tuple(weights.artifact for variant in card.variants for weights in variant.weights)
    return ()


def _copy(cards: Path, folder: Path, artifact: Artifact, source: Source, card: Path) -> None:
    name = source.url.partition("#")[0]
    path, target = cards / name, folder / name
    if not path.is_file():
        raise MissingFile(
            f"{card.name} names a file that is not there", expected=str(path), hint="put it there, beside the cards"
        )
    digests, size = (source.digests, source.size) if source.wrapped else (artifact.digests, artifact.size)
    hasher = hash_file(path, digests)
    if mismatch := hasher.mismatch() or _other_size(hasher.size, size, hasher.sha256):
        raise DigestMismatch(
            f"{path} is not the file that {card.name} says",
            expected=mismatch[0],
            found=mismatch[1],
            hint="correct the card, or put the right file there",
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.absolute() != path.absolute():
        shutil.copyfile(path, target)


def _other_size(found: int, stated_size: int | None, sha256: str) -> tuple[object, object] | None:
    if stated_size in (None, found):
        return None
    return f"{stated_size} bytes", f"{found} bytes, {Digest('sha256', sha256)}"


def listed(card: Made) -> Listed:
    """Return what a list says of a card."""
    entry = card.entry
    summary = entry.card.summary
    return Listed(
        id=entry.id,
        name=entry.card.name,
        also=_also(entry),
        summary=Summary(en=summary.en, zh=summary.zh),
        facets=contents.facets(entry.card),
        networks=tuple(_networks(entry.card)),
        added=entry.card.added,
        card=card.path,
        sha256=_sha256(card.data),
        size=len(card.data),
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _also(entry: collection.Listed) -> tuple[str, ...]:
    card = entry.card
    if isinstance(card, DatasetCard):
        return card.names
    if isinstance(card, ModelCard):
        return ()
    return tuple(name for name in contents.names(card) if name != card.name)


def _networks(card: Card) -> Iterator[Network]:
    if isinstance(card, ModelCard):
        for variant in card.variants:
            yield Network(name=variant.name, also=variant.aliases, pretrained=bool(variant.weights))


def _finite(value: object) -> object:
    """Return a table without figures that are no numbers: JSON has no word for them."""
    if isinstance(value, dict):
        kept = {key: _finite(each) for key, each in value.items() if not _is_no_number(each)}
        return {key: each for key, each in kept.items() if each != {} or value[key] == {}}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return value


def _is_no_number(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _with_digests(value: object) -> object:
    """Return a table in which every artifact, which alone has sources, says its sha256, be it that none is known."""
    if isinstance(value, list):
        return [_with_digests(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: _with_digests(each) for key, each in value.items()}
    return {"name": found["name"], "sha256": None} | found if "sources" in found and "name" in found else found
