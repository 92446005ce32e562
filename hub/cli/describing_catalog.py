"""What `hub info` says of an entry of the catalog: a project, something to learn from, or a paper."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from hub.cli.table import lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.cards.catalog import Entry, Project, Successor
    from hub.registry import CatalogEntry

# As wide as the notes of cards are.
WIDTH = 120

# Keys of cards that are shown, in this order, under these words.
SHOWN = {
    "category": "category",
    "license": "license",
    "level": "level",
    "language": "language",
    "format": "format",
    "authors": "by",
    "people": "by",
    "provider": "provider",
    "publisher": "publisher",
    "venue": "venue",
    "year": "year",
    "edition": "edition",
    "isbn": "ISBN",
    "hours": "hours",
    "minutes": "minutes",
    "formerly": "formerly",
    "tags": "tags",
    "url": "home",
    "repository": "repository",
    "documentation": "documentation",
    "online": "read online",
    "videos": "videos",
    "code": "code",
    "paper": "paper",
    "about": "about",
    "related": "related",
}


def of_catalog(entry: CatalogEntry) -> Iterator[str]:
    """Yield what is known of an entry, line by line."""
    from hub.cards.catalog import Project

    card = entry.card
    yield f"{card.name} ({entry.kind})"
    yield from (text for text in (card.summary.en, card.summary.zh) if text)
    yield ""
    if isinstance(card, Project) and card.package:
        yield f"    pip install {card.package}"
        yield ""
    state = list(_state(card)) if isinstance(card, Project) else []
    yield from lines([*state, *_rows(card)])
    yield ""
    yield textwrap.fill(f"checked {card.checked.date}: {card.checked.basis}", WIDTH)


def _state(card: Project) -> Iterator[tuple[str, str]]:
    yield "status", card.status
    for number, each in enumerate(card.use_instead):
        yield "" if number else "use instead", _successor(each)


def _successor(each: Successor) -> str:
    named = f"hub info {each.card}" if each.card else f"{each.name}, {each.url}"
    return f"{named} ({each.note.en})" if each.note else named


def _rows(card: Entry) -> Iterator[tuple[str, str]]:
    addresses: set[str] = set()
    for key, word in SHOWN.items():
        value = getattr(card, key, None)
        text = ", ".join(value) if isinstance(value, tuple) else str(value or "")
        # Many projects have no home but their repository.
        if text and text not in addresses:
            yield word, text
        if text.startswith("http"):
            addresses.add(text)
