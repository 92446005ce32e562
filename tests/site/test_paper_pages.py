"""The page of a paper: how to cite it, what it introduces, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import site_cards
from documents import Document, rendered

if TYPE_CHECKING:
    from hub.site.collection import Collection


@pytest.fixture(scope="module", params=["en", "zh"])
def pages(small: Collection, request: pytest.FixtureRequest) -> dict[str, Document]:
    return {path: rendered(page.body) for path, page in site_cards.every_page(small, request.param).items()}


def test_a_paper_leads_to_what_it_introduces(pages: dict[str, Document]) -> None:
    links = [link["href"] for link in pages["papers/tiny"].all("a")]

    assert "../../datasets/tiny_digits/" in links
    assert "https://doi.org/10.1000/tiny" in links


def test_results_of_its_networks_stand_on_it(pages: dict[str, Document]) -> None:
    page = pages["papers/plain"]

    assert "80.86" in page.text
    assert "../../leaderboards/imagenet-1k-acc-1/" in [link["href"] for link in page.all("a")]
    assert "https://example.org/code" in [link["href"] for link in page.all("a")]


def test_it_is_cited_in_every_form(pages: dict[str, Document]) -> None:
    text = pages["papers/tiny"].text

    assert "@article{lee2001tiny," in text
    assert "cff-version: 1.2.0" in text
    assert '"container-title": "Journal of Small Things"' in text
    assert "Ada Lee, Bo Grün" in text


def test_datasets_and_models_lead_back_to_it(pages: dict[str, Document]) -> None:
    assert "../../papers/tiny/" in [link["href"] for link in pages["datasets/tiny_digits"].all("a")]
    assert "../../papers/plain/" in [link["href"] for link in pages["models/plain"].all("a")]


def test_both_titles_of_a_paper_are_shown(pages: dict[str, Document]) -> None:
    assert "Tiny digits" in pages["papers/tiny"].text
    assert "小数字" in pages["papers/tiny"].text
