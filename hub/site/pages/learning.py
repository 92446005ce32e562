"""One page a tutorial, article, book or course."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hub.site import facts, schema_org
from hub.site.pages.site import place
from hub.site.shapes import LEARNING
from hub.site.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.cards.catalog import Learning
    from hub.site.collection import Listed
    from hub.site.pages.site import Page, Site

ALIKE = 6
"""How many others a page names."""


def pages(site: Site) -> Iterator[Page]:
    """Yield the page of everything there is to learn from."""
    for kind in LEARNING:
        for entry in site.collection.of_kind(kind):
            yield _page(site, entry)


def _page(site: Site, entry: Listed) -> Page:
    card = cast("Learning", entry.card)
    (row,) = facts.rows([entry], site.collection, site.references)
    return site.page(
        "learning.md.j2",
        place(entry),
        title(site, entry),
        site.summary(entry),
        entry=entry,
        card=card,
        row=row,
        words=Words(site),
        about=site.known(card.about),
        alike=alike(site, entry),
        json_ld=schema_org.script(schema_org.of_learning(entry, card)),
    )


def title(site: Site, entry: Listed) -> str:
    """Return an entry's name; where another of its kind has the same one, with its id: no two pages share a title."""
    name = site.name(entry)
    shared = any(other is not entry and site.name(other) == name for other in site.collection.of_kind(entry.kind))
    return f"{name} ({entry.id})" if shared else name


def alike(site: Site, entry: Listed) -> list[Listed]:
    """Return others to learn from that share the first tag: those with more tags in common first, then of its kind."""
    tags = cast("Learning", entry.card).tags[:1]
    others = (each for kind in LEARNING for each in site.collection.of_kind(kind) if each is not entry)
    found = [each for each in others if set(tags) & set(_tags(each))]
    return sorted(found, key=lambda each: _distance(entry, each))[:ALIKE]


def _distance(entry: Listed, other: Listed) -> tuple[int, bool, bool, str]:
    common = len(set(_tags(entry)) & set(_tags(other)))
    levels = [cast("Learning", each.card).level for each in (entry, other)]
    return -common, entry.kind != other.kind, levels[0] != levels[1], other.reference


def _tags(entry: Listed) -> tuple[str, ...]:
    return cast("Learning", entry.card).tags
