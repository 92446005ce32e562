"""What was added when, newest first. Feeds say the same to programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from hub.site.collection import Collection, Listed
    from hub.site.pages.site import Page, Site

KINDS_APART = 12
"""Of a kind of which more was added on a day, the names are folded away."""


def pages(site: Site) -> Iterator[Page]:
    """Yield the one page."""
    title, said = site.labels("sections", "changes"), site.labels.changes_intro
    yield site.page("changes.md.j2", "changes", title, said, wide=True, days=days(site.collection), folded=KINDS_APART)


def days(collection: Collection) -> list[tuple[date, list[tuple[str, list[Listed]]]]]:
    """Return day -> kind -> entries; the latest day first, kinds in the order of the site."""
    found: dict[date, dict[str, list[Listed]]] = {}
    for each in collection.entries.values():
        if each.card.added:
            found.setdefault(each.card.added, {}).setdefault(each.kind, []).append(each)
    return [(day, list(found[day].items())) for day in sorted(found, reverse=True)]
