"""How to cite the work behind a card: the same facts as BibTeX, CFF, CSL-JSON and a plain line.

works   the work, from the card's BibTeX or from what else it knows
forms   how a work is written
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.cards import DatasetCard, ModelCard
from hub.cards.catalog import Publication
from hub.registry.spelling import normal
from hub.site.citations import forms, works

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hub.cards import Card
    from hub.site.citations.works import Work
    from hub.site.collection import Listed


@dataclass(frozen=True, slots=True)
class Cited:
    """A work in every form that a page shows."""

    plain: str
    bibtex: str
    cff: str
    csl: str


def of_card(entry: Listed, naming: Iterable[Listed] = ()) -> Cited | None:
    """Return how to cite what a card is about; None where nobody says who made it.

    Of a paper, BibTeX is taken from the cards that name it, if theirs is of this very work.
    """
    card = entry.card
    work = _among(work_of(card), naming) if isinstance(card, Publication) else work_of(card)
    if work is None:
        return None
    if isinstance(card, DatasetCard):
        cff = forms.cff(work, card.name, "dataset", version=card.version, terms=card.license, url=card.homepage)
    elif isinstance(card, ModelCard):
        cff = forms.cff(work, card.name, "software", terms=card.license, url=card.homepage)
    else:
        cff = forms.cff(work, card.name, "", url=card.url)
    return Cited(forms.plain(work), forms.bibtex(work), cff, forms.csl(work))


def work_of(card: Card) -> Work | None:
    """Return the work behind a card: a paper's own, or what a dataset or model names; None if that is nothing."""
    if isinstance(card, Publication):
        return works.of_paper(card.name, card.authors, card.year, card.url, card.venue)
    if not isinstance(card, DatasetCard | ModelCard):
        return None
    paper = card.paper
    known = works.of_paper(paper.title, paper.authors, paper.year, paper.url) if paper else None
    return works.of_bibtex(card.citation, known) if card.citation else known


def _among(work: Work | None, naming: Iterable[Listed]) -> Work | None:
    told = (work_of(entry.card) for entry in naming)
    same = (each for each in told if each and work and each.bibtex and normal(each.title) == normal(work.title))
    return next(same, work)
