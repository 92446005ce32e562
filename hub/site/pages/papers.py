"""One page a paper: how to cite it, what it introduces, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hub.site import citations
from hub.site.pages.models import results_of
from hub.site.pages.site import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.cards.catalog import Publication
    from hub.site.collection import Listed
    from hub.site.pages.site import Page, Site

INTRODUCED = ("dataset", "model", "project")
"""Kinds whose cards name the paper behind them."""


def pages(site: Site) -> Iterator[Page]:
    """Yield the page of each paper."""
    for entry in site.collection.of_kind("paper"):
        yield _page(site, entry)


def _page(site: Site, entry: Listed) -> Page:
    card = cast("Publication", entry.card)
    introduced = site.references.to(entry.reference, *INTRODUCED)
    families = [each for each in introduced if each.kind == "model"]
    return site.page(
        "paper.md.j2",
        place(entry),
        site.name(entry),
        site.summary(entry),
        entry=entry,
        card=card,
        introduced=introduced,
        others=[each for each in site.references.to(entry.reference) if each.kind not in INTRODUCED],
        results=results_of(site, *families),
        cited=citations.of_card(entry, introduced),
    )
