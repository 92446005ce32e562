"""One page a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hub.cards import DatasetCard, ModelCard
from hub.cards.catalog import Project, Seen
from hub.site import activity, references
from hub.site.facts import slug
from hub.site.pages.site import place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hub.site.collection import Listed
    from hub.site.pages.site import Page, Site

LINES = 3
"""How many things a snippet loads."""


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
        slug=slug,
        card=card,
        lively=activity.of_project(entry, site.collection.activity),
        related=site.known(card.related),
        snippet=snippet([*site.known(card.related), *site.references.to(entry.reference, "dataset", "model")]),
        seen=site.collection.activity.projects.get(entry.id, Seen()),
        paper=references.paper_of(entry, site.collection),
    )


def snippet(entries: Iterable[Listed]) -> str:
    """Return how the datasets and models among entries are loaded, a line each; empty if there are none."""
    lines = dict.fromkeys(line for each in entries if (line := _line(each)))
    return "\n".join(["import hub", "", *list(lines)[:LINES]]) if lines else ""


def _line(entry: Listed) -> str:
    if isinstance(entry.card, DatasetCard):
        return f'{_variable(entry.id)} = hub.load_dataset("{entry.id}")'
    if isinstance(entry.card, ModelCard):
        name = entry.card.variants[0].name
        return f'{_variable(name)} = hub.load("{name}", pretrained=True)'
    return ""


def _variable(name: str) -> str:
    """Return a name as Python takes it: "3d-net" is no variable."""
    cleaned = "".join(letter if letter.isalnum() else "_" for letter in name)
    return cleaned if cleaned.isidentifier() else f"_{cleaned}"
