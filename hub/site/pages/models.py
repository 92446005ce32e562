"""One page a family of models; each of its networks is an anchor on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from hub.site import citations, evaluations, networks, references, snippets
from hub.site.pages.leaderboards import position
from hub.site.pages.site import place
from hub.site.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.cards import ModelCard
    from hub.site.collection import Listed
    from hub.site.pages.site import Page, Site
    from hub.site.results import Board

MANY_FIGURES = 12
"""Rows of results that a page has room for; the leaderboards have all."""


@dataclass(frozen=True, slots=True)
class Result:
    """What the best weights of a family reach on a leaderboard."""

    board: Board
    name: str
    model: str
    value: str
    place: int


def pages(site: Site) -> Iterator[Page]:
    """Yield the page of each family of models."""
    for entry in site.collection.of_kind("model"):
        yield _page(site, entry)


def _page(site: Site, entry: Listed) -> Page:
    card = cast("ModelCard", entry.card)
    found = results_of(site, entry)
    return site.page(
        "model.md.j2",
        place(entry),
        site.name(entry),
        site.summary(entry),
        wide=True,
        entry=entry,
        card=card,
        words=Words(site),
        snippets=snippets.of_model(card, site.loadable),
        networks=networks.networks(card, site),
        sizes=networks.sizes(card),
        benchmark=networks.benchmark(card, site),
        metrics=networks.metrics(card, site),
        recipes=networks.recipes(card),
        transforms=networks.transforms(card, site),
        features=networks.features(card),
        licences=networks.licences(card),
        class_lists=networks.class_lists(card),
        results=found,
        measured=evaluations.of_models(entry, site),
        position=position(site, found[0].board, entry) if found else "",
        cited=citations.of_card(entry),
        paper=references.paper_of(entry, site.collection),
    )


def results_of(site: Site, *entries: Listed) -> list[Result]:
    """Return what the best weights of these families reach, leaderboard by leaderboard."""
    names = {variant.name for entry in entries for variant in cast("ModelCard", entry.card).variants}
    found = []
    for board in site.boards:
        row = next((row for row in board.rows if row.model in names), None)
        if row is not None:
            value = networks.figure(row.metrics[board.metric], board.values(board.metric))
            found.append(Result(board, row.name, row.model, value, board.place(row)))
    return found
