"""One page a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hub.cards.catalog import Project, Seen
from hub.site import references
from hub.site.pages.site import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.site.collection import Listed
    from hub.site.pages.site import Page, Site


def pages(site: Site) -> Iterator[Page]:
    """Yield the page of each project."""
    for entry in site.collection.of_kind("project"):
        yield _page(site, entry)


def _page(site: Site, entry: Listed) -> Page:
    card = cast("Project", entry.card)
    return site.page(
        "project.md.j2",
        place(entry),
        site.name(entry),
        site.summary(entry),
        entry=entry,
        card=card,
        category=site.collection.categories[card.category],
        seen=site.collection.activity.projects.get(entry.id, Seen()),
        paper=references.paper_of(entry, site.collection),
    )
