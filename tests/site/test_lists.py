"""Lists hold every row, and their facets count what the cards say."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, cast

import pytest
import small_site
from reading_pages import facet, names, parsed, rows

from hub.cards.datasets import Split
from hub.registry.folder import cards_folder
from hub.site import facts
from hub.site.pages import lists
from hub.site.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from bs4 import BeautifulSoup

    from hub.cards import Card, DatasetCard, ModelCard
    from hub.cards.catalog import Learning, Project, Publication
    from hub.site.pages.site import Site

LEARNING = ("tutorial", "article", "book", "course")


@pytest.fixture(scope="module")
def ours() -> Site:
    """The site of hub's own cards."""
    return small_site.site(cards_folder())


@pytest.fixture(scope="module")
def pages(ours: Site) -> dict[str, BeautifulSoup]:
    return {page.path: parsed(page.body) for page in lists.pages(ours)}


def plain(text: str) -> str:
    return text.lower().replace(" ", "-").replace("(", "").replace(")", "")


def of_models(card: Card) -> Iterable[tuple[str, ...]]:
    return [cast("ModelCard", card).task] * len(cast("ModelCard", card).variants)


ORACLES: dict[tuple[str, str], Callable[[Card], Iterable[tuple[str, ...]]]] = {
    ("datasets", "task"): lambda card: [cast("DatasetCard", card).task],
    ("datasets", "modality"): lambda card: [cast("DatasetCard", card).modality],
    ("models", "task"): of_models,
    ("models", "family"): lambda card: [(plain(card.name),)] * len(cast("ModelCard", card).variants),
    ("models", "pretrained"): lambda card: [
        ("yes" if variant.weights else "no",) for variant in cast("ModelCard", card).variants
    ],
    ("projects", "category"): lambda card: [(cast("Project", card).category,)],
    ("projects", "status"): lambda card: [(cast("Project", card).status,)],
    ("projects", "tag"): lambda card: [cast("Project", card).tags],
    ("learn", "level"): lambda card: [(cast("Learning", card).level,)],
    ("learn", "language"): lambda card: [(cast("Learning", card).language,)],
    ("articles", "tag"): lambda card: [cast("Learning", card).tags],
    ("papers", "year"): lambda card: [(str(cast("Publication", card).year),)],
}


@pytest.mark.parametrize(("path", "name"), ORACLES, ids=lambda value: value)
def test_a_facet_counts_what_the_cards_say(ours: Site, pages: dict[str, BeautifulSoup], path: str, name: str) -> None:
    kinds = LEARNING if path == "learn" else (path.removesuffix("s"),)
    cards = [entry.card for kind in kinds for entry in ours.collection.of_kind(kind)]

    expected = Counter(value for card in cards for values in ORACLES[path, name](card) for value in set(values))

    assert facet(pages[path], name) == expected


def test_every_entry_has_a_row_that_leads_to_its_page(ours: Site, pages: dict[str, BeautifulSoup]) -> None:
    for kind in ours.collection.kinds:
        ids = {entry.id for entry in ours.collection.of_kind(kind)}
        linked = {str(row.select("th a")[0]["href"]).partition("/")[0] for row in rows(pages[f"{kind}s"])}
        assert linked == ids


def test_a_network_has_a_row_of_its_own_that_leads_into_its_familys_page(pages: dict[str, BeautifulSoup]) -> None:
    found = {str(row["data-key"]): str(row.select("th a")[0]["href"]) for row in rows(pages["models"])}

    assert found["resnet50"] == "resnet/#resnet50"


def test_a_row_says_the_values_of_its_facets(pages: dict[str, BeautifulSoup]) -> None:
    row = next(row for row in rows(pages["models"]) if row["data-key"] == "resnet50")

    assert {name: row.get(f"data-{name}") for name in ("task", "family", "pretrained", "license")} == {
        "task": "image-classification",
        "family": "resnet",
        "pretrained": "yes",
        "license": "bsd-3-clause",
    }


@pytest.mark.parametrize("order", ["-year", "year", "name", "-params", "-acc@1"])
def test_ranks_order_rows_and_put_what_is_not_known_last(ours: Site, order: str) -> None:
    found = facts.rows(ours.collection.of_kind("model"), ours.collection, ours.references)
    key = order.removeprefix("-")

    ranks = lists.ranks(found, order, Words(ours))

    ordered = [row for _, row in sorted(zip(ranks, found, strict=True), key=lambda pair: pair[0])]
    values = [row.key if key == "name" else row.facts.get(key) for row in ordered]
    known: list[Any] = [value for value in values if value is not None]
    assert sorted(ranks) == list(range(len(found)))
    assert values[: len(known)] == known
    assert known == sorted(known, reverse=order.startswith("-"))


def test_rows_stand_in_the_first_order(pages: dict[str, BeautifulSoup]) -> None:
    found = names(pages["projects"])

    assert found == sorted(found, key=str.casefold)


def test_levels_are_offered_from_easy_to_hard(pages: dict[str, BeautifulSoup]) -> None:
    assert list(facet(pages["learn"], "level")) == ["beginner", "intermediate", "advanced"]


def test_facets_with_one_value_are_no_choice(english: Site) -> None:
    (page,) = [page for page in lists.pages(english) if page.path == "books"]

    assert [field["data-facet"] for field in parsed(page.body).select("fieldset")] == ["tag"]


def test_a_chinese_list_speaks_chinese(chinese: Site) -> None:
    (page,) = [page for page in lists.pages(chinese) if page.path == "projects"]

    soup = parsed(page.body)

    assert soup.select(".hub-count")[0].text == "4 个项目"
    assert "已归档" in {label.text.strip("0123456789") for label in soup.select("fieldset label")}
    assert "根据树叶照片" in soup.select("tbody")[0].text


def test_what_a_card_says_can_neither_end_an_attribute_nor_begin_a_tag(tmp_path: Path) -> None:
    folder = small_site.write(tmp_path)
    hostile = '<script>alert("1")</script> "x" onclick="y'
    card = (folder / "catalog/projects/leafkit.toml").read_text("utf-8")
    small_site.put(folder, "catalog/projects/leafkit", card.replace('"Leafkit"', f"'{hostile}'"))
    small_site.put(folder, "catalog/projects/oldkit", card.replace('"MIT"', f"'{hostile}'"))

    (page,) = [page for page in lists.pages(small_site.site(folder)) if page.path == "projects"]

    soup = parsed(page.body)
    assert soup.select("script, [onclick]") == []
    assert hostile in names(soup)


@pytest.mark.parametrize(
    ("counts", "together"),
    [
        ({"train": 60, "test": 10}, 70),
        ({"train": 5, "val": 6, "trainval": 11, "test": 4}, 15),
        ({"trainval": 11, "test": 4}, 15),
        ({"train": 3, "test": 2, "all": 5}, 5),
        ({"train": 3, "test": None}, None),
        ({}, None),
    ],
)
def test_a_sample_in_two_splits_counts_once(counts: dict[str, int | None], together: int | None) -> None:
    assert facts.samples({name: Split(samples=number) for name, number in counts.items()}) == together
