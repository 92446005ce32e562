"""A small collection of cards for tests of the site, and collections that differ from another in one card."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec
from card_texts import BARE, DIGITS, FAMILIES, HOSTILE, IMAGENET, PAPERS

from hub.cards import Variant
from hub.site import collection, pages, references
from hub.site.pages.site import Page, Site

if TYPE_CHECKING:
    from hub.cards import Artifact, DatasetCard, ModelCard, ModelVariant
    from hub.site.collection import Collection, Listed

TOP = Path(__file__).parent.parent


def write(folder: Path) -> Path:
    """Write all cards below a folder, and return it."""
    cards = {
        **{f"datasets/{name}.toml": text for name, text in _datasets().items()},
        **{f"models/{name}.toml": text for name, text in FAMILIES.items()},
        **{f"catalog/papers/{name}.toml": text for name, text in PAPERS.items()},
    }
    for name, text in cards.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def _datasets() -> dict[str, str]:
    return {"tiny_digits": DIGITS, "bare": BARE, "hostile": HOSTILE, "imagenet": IMAGENET}


def site(collected: Collection, language: str = "en") -> Site:
    """Return one language of the site of a collection."""
    return Site(collected, references.find(collected), language)


def every_page(collected: Collection, language: str = "en") -> dict[str, Page]:
    """Return path -> page of all pages in a language."""
    return {page.path: page for page in pages.every(site(collected, language))}


def load(folder: Path) -> Collection:
    """Return the cards of a folder, all of which must be sound."""
    found = collection.load(folder)
    assert not found.faults
    return found


def changed(collected: Collection, entry: Listed, **facts: object) -> Collection:
    """Return a collection in which one card says something else."""
    card = msgspec.structs.replace(entry.card, **facts)
    entries = {**collected.entries, entry.reference: dataclasses.replace(entry, card=card)}
    return dataclasses.replace(collected, entries=entries)


def of_entries(collected: Collection, entries: dict[str, Listed]) -> Collection:
    """Return a collection of these entries alone."""
    return dataclasses.replace(collected, entries=entries)


def remeasured(entry: Listed, metrics: dict[str, dict[str, float]], **facts: object) -> ModelVariant:
    """Return the first network of a family, with other figures for its first weights."""
    variant = cast("ModelCard", entry.card).variants[0]
    trained = msgspec.structs.replace(variant.weights[0], metrics=metrics)
    return msgspec.structs.replace(variant, weights=(trained,), **facts)


def without_sources(artifact: Artifact) -> Artifact:
    return msgspec.structs.replace(artifact, sources=())


def with_variants(card: DatasetCard, *names: str) -> DatasetCard:
    """Return the card of a dataset whose splits are those of several variants, none of which is the default."""
    return msgspec.structs.replace(card, splits={}, variants=dict.fromkeys(names, Variant(splits=card.splits)))
