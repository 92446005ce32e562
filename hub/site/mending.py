"""A collection that pages can be made from, whatever is wrong with it: mentions of what is not there are left out.

`checking` has told it by then. A card that cannot be read is not in a collection to begin with.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from hub.cards.catalog import Entry, Learning, Project

if TYPE_CHECKING:
    from hub.cards import Card
    from hub.site.collection import Collection, Listed


def mended(collection: Collection) -> Collection:
    """Return the collection without projects of unknown categories, unknown tags, and mentions of what it lacks."""
    whole = replace(
        collection, entries={key: entry for key, entry in collection.entries.items() if _placed(entry, collection)}
    )
    entries = {key: replace(entry, card=_mended(entry.card, whole)) for key, entry in whole.entries.items()}
    return replace(whole, entries=entries)


def _placed(entry: Listed, collection: Collection) -> bool:
    return not isinstance(entry.card, Project) or entry.card.category in collection.categories


def _mended(card: Card, collection: Collection) -> Card:
    if not isinstance(card, Entry):
        return card
    known = collection.entries
    kept: dict[str, Any] = {"tags": tuple(tag for tag in card.tags if tag in collection.tags)}
    if isinstance(card, Learning):
        kept["about"] = tuple(each for each in card.about if each in known)
    if isinstance(card, Project):
        kept["related"] = tuple(each for each in card.related if each in known)
        kept["use_instead"] = tuple(each for each in card.use_instead if not each.card or each.card in known)
    return msgspec.structs.replace(card, **kept)
