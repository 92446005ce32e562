"""The groups that projects stand in, each with all that belongs there, and one page of all topics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from hub.cards.catalog import Entry, Learning, Project
from hub.site.activity import of_project
from hub.site.shapes import LEARNING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hub.cards import DatasetCard, ModelCard
    from hub.cards.catalog import Category
    from hub.site.collection import Collection, Listed
    from hub.site.pages.site import Page, Site

SHOWN = 8
"""How many entries of each kind a page names; a list has the others."""


@dataclass(frozen=True, slots=True)
class Group:
    """A category: its projects, those that are over apart; and of other kinds what fits, best first."""

    key: str
    about: Category
    alive: list[Listed]
    over: list[Listed]
    learning: list[Listed]
    datasets: list[Listed]
    models: list[Listed]


def pages(site: Site) -> Iterator[Page]:
    """Yield the page of each category, the one of all categories, and the one of all topics."""
    groups = [group(key, about, site.collection) for key, about in site.collection.categories.items()]
    groups = [each for each in groups if each.alive or each.over]
    if groups:
        yield _overview(site, groups)
    for each in groups:
        yield _page(site, each)
    if tags := counts(site.collection):
        yield _topics(site, tags)


def _overview(site: Site, groups: Sequence[Group]) -> Page:
    words = site.labels("sections", "categories"), site.labels.categories_intro
    return site.page("categories.md.j2", "categories", *words, wide=True, groups=groups)


def _page(site: Site, found: Group) -> Page:
    return site.page(
        "category.md.j2",
        f"categories/{found.key}",
        site.both(found.about.name),
        site.both(found.about.summary),
        group=found,
        lively=lambda entry: of_project(entry, site.collection.activity),
        shown=SHOWN,
    )


def _topics(site: Site, tags: dict[str, dict[str, int]]) -> Page:
    words = site.labels("sections", "tags"), site.labels.tags_intro
    ordered = sorted(tags, key=lambda tag: site.tag(tag).casefold())
    return site.page("tags.md.j2", "tags", *words, wide=True, tags=[(tag, tags[tag]) for tag in ordered])


def group(key: str, about: Category, collection: Collection) -> Group:
    """Return what belongs to a category: projects by their cards, the rest by tags, by data, or by naming a project."""
    projects = [each for each in collection.of_kind("project") if cast("Project", each.card).category == key]
    inside = {each.reference for each in projects}
    over = [each for each in projects if cast("Project", each.card).status in ("archived", "inactive", "renamed")]
    datasets = _datasets(about, projects, collection)
    return Group(
        key,
        about,
        alive=[each for each in projects if each not in over],
        over=over,
        learning=_learning(about, inside, collection),
        datasets=datasets,
        models=_models(about, projects, datasets, collection),
    )


def _learning(about: Category, inside: set[str], collection: Collection) -> list[Listed]:
    """Return what teaches it: the more of its tags and projects one names, the earlier."""
    found = [each for kind in LEARNING for each in collection.of_kind(kind)]
    scores = {each.reference: _score(cast("Learning", each.card), about, inside) for each in found}
    fitting = [each for each in found if scores[each.reference] > 0]
    return sorted(fitting, key=lambda each: (-scores[each.reference], LEARNING.index(each.kind), each.id))


def _score(card: Learning, about: Category, inside: set[str]) -> int:
    """The first tag says what an entry is mainly about. To name a project is not enough: nearly all name PyTorch."""
    fitting = set(card.tags) & set(about.tags)
    mainly = card.tags[:1] != () and card.tags[0] in about.tags
    return 2 * len(fitting) + mainly + len(set(card.about) & inside) if fitting else 0


def _datasets(about: Category, projects: Sequence[Listed], collection: Collection) -> list[Listed]:
    """Return datasets of its kinds of data, those first that its projects name."""
    named = {reference for each in projects for reference in cast("Project", each.card).related}
    found = [
        each
        for each in collection.of_kind("dataset")
        if each.reference in named or set(cast("DatasetCard", each.card).modality) & set(about.modality)
    ]
    return sorted(found, key=lambda each: (each.reference not in named, each.id))


def _models(
    about: Category, projects: Sequence[Listed], datasets: Sequence[Listed], collection: Collection
) -> list[Listed]:
    """Return models that its projects name, or that do what its kinds of data are for."""
    named = {reference for each in projects for reference in cast("Project", each.card).related}
    cards = [cast("DatasetCard", each.card) for each in datasets]
    # A video with sound is no task of language.
    tasks = {task for card in cards if set(card.modality) <= set(about.modality) for task in card.task}
    found = [
        each
        for each in collection.of_kind("model")
        if each.reference in named or set(cast("ModelCard", each.card).task) & tasks
    ]
    return sorted(found, key=lambda each: (each.reference not in named, each.id))


def counts(collection: Collection) -> dict[str, dict[str, int]]:
    """Return tag -> list ("project", "learn", "paper") -> how many entries there have it; only tags in use."""
    found: dict[str, dict[str, int]] = {}
    for entry in collection.entries.values():
        for tag in entry.card.tags if isinstance(entry.card, Entry) else ():
            of_tag = found.setdefault(tag, dict.fromkeys(("project", "learn", "paper"), 0))
            of_tag["learn" if entry.kind in LEARNING else entry.kind] += 1
    return found
