"""The page of each dataset says what its card says, and nothing in a card means Markdown or HTML."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, cast

import pytest
import site_cards
from card_texts import MISCHIEF
from documents import Document, rendered

from hub.registry.hosts import hosts_of
from hub.site import collection, holdings
from hub.site.pages import datasets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hub.cards import DatasetCard
    from hub.site.collection import Collection

IDS = [path.stem for path in sorted((site_cards.TOP / "datasets").glob("*.toml"))]


@pytest.fixture(scope="module", params=["en", "zh"])
def own_pages(own: Collection, request: pytest.FixtureRequest) -> dict[str, Document]:
    """Dataset id -> its page in one language."""
    site = site_cards.site(own, request.param)
    return {page.path.removeprefix("datasets/"): rendered(page.body) for page in datasets.pages(site)}


@pytest.mark.parametrize(("language", "said"), [("en", "not stated (the Winograd"), ("zh", "未说明 (the Winograd")])
def test_terms_of_use_are_said_in_the_pages_language(own: Collection, language: str, said: str) -> None:
    (page,) = (page for page in datasets.pages(site_cards.site(own, language)) if page.path == "datasets/wnli")

    assert said in rendered(page.body).text


@pytest.fixture(scope="module")
def small_pages(small: Collection) -> dict[str, Document]:
    """Dataset id -> its page, of the small collection."""
    return {page.path: rendered(page.body) for page in datasets.pages(site_cards.site(small))}


@pytest.mark.parametrize("identifier", IDS)
def test_a_page_says_what_its_card_says(identifier: str, own: Collection, own_pages: Mapping[str, Document]) -> None:
    card = cast("DatasetCard", own.entries[f"dataset/{identifier}"].card)

    page = own_pages[identifier]

    expected = [card.name, card.version, card.summary.en, card.summary.zh, *hosts_of(card.artifacts)]
    expected += [field.name for field in card.fields if field.shown]
    expected += [*card.splits, *list(card.variants)[: holdings.MANY]]
    expected += [f"{split.samples:,}" for split in card.splits.values() if split.samples is not None]
    expected += [f"{number} {name}" for each in card.fields for number, name in enumerate(each.classes, each.first)]
    for artifact in card.artifacts[: holdings.SEVERAL]:
        expected += [artifact.name, artifact.sha256 or artifact.md5 or ""]
    missing = [each for each in expected if " ".join(each.split()) not in page.text]
    assert not missing
    assert not page.unbalanced


def test_samples_of_every_variant_are_told(own: Collection) -> None:
    card = cast("DatasetCard", own.entries["dataset/emnist"].card)

    table = holdings.splits(card, "unknown")

    assert table.columns == ("train", "test")
    assert dict(table.rows)["letters"] == ("124,800", "20,800")
    assert dict(table.rows).keys() == card.variants.keys()


def test_variants_that_are_all_alike_are_one_table_and_a_list(own: Collection) -> None:
    table = holdings.splits(cast("DatasetCard", own.entries["dataset/fasttext"].card), "unknown")

    assert table.rows == (("all", ("unknown",)),)
    assert len(table.names) == 174


def test_nothing_in_a_card_means_markdown_or_html(small: Collection, small_pages: Mapping[str, Document]) -> None:
    page = small_pages["datasets/hostile"]

    assert not page.all("script")
    assert not page.all("em")
    assert not page.all("b")
    assert not page.unbalanced
    assert page.text.count(MISCHIEF) >= 5
    assert all(link["href"].startswith(("../", "#", "http")) for link in page.all("a"))
    outside = [link["href"] for link in page.all("a") if link["href"].startswith("http")]
    assert outside == ["https://example.org/?a=1&b=%22>", "http://e.example", "http://e.example"]


def test_an_address_that_could_run_code_is_no_link(small: Collection) -> None:
    entry = small.entries["dataset/tiny_digits"]
    card = cast("DatasetCard", entry.card)
    hostile = site_cards.changed(small, entry, homepage="javascript:alert(1)")

    page = rendered(site_cards.every_page(hostile)["datasets/tiny_digits"].body)

    assert "javascript:alert(1)" in page.text
    assert not [link for link in page.all("a") if link["href"].startswith("javascript")]
    assert card.homepage not in page.text


def test_a_page_leaves_out_what_its_card_does_not_say(small_pages: Mapping[str, Document]) -> None:
    page = small_pages["datasets/bare"]

    for heading in ("cite", "files", "options", "notes", "models-trained-on-it", "leaderboards"):
        assert heading not in page.ids
    assert "how-it-must-look" in page.ids


def test_notes_keep_their_paragraphs_names_links_and_layout(small: Collection) -> None:
    body = site_cards.every_page(small)["datasets/tiny_digits"].body

    assert "<p>The first paragraph names <code>label</code>.</p>" in body
    assert '<a href="https://example.org/more">https://example.org/more</a>.</p>' in body
    assert "<pre>data/&#10;  images</pre>" in body


def test_a_dataset_leads_to_what_was_trained_and_measured_on_it(small_pages: Mapping[str, Document]) -> None:
    links = [link["href"] for link in small_pages["datasets/imagenet"].all("a")]

    assert "../../models/plain/#plain50" in links
    assert "../../models/small/#small1" in links
    assert "../../leaderboards/imagenet-1k-acc-1/" in links


def test_croissant_is_linked_only_where_every_file_has_a_digest(own: Collection) -> None:
    linked = {}
    for page in datasets.pages(site_cards.site(own)):
        linked[page.path.removeprefix("datasets/")] = "registry/v1/croissant/" in page.body

    for entry in own.of_kind("dataset"):
        artifacts = cast("DatasetCard", entry.card).artifacts
        assert linked[entry.id] == (bool(artifacts) and all(each.sha256 or each.md5 for each in artifacts))


def test_json_ld_stands_on_the_page_and_cannot_end_its_script(small: Collection) -> None:
    table = {"@type": "sc:Dataset", "name": "</script><script>alert(1)</script>"}
    site = dataclasses.replace(site_cards.site(small), croissant=lambda _: table)

    body = next(page.body for page in datasets.pages(site) if page.path == "datasets/tiny_digits")

    assert body.count("<script") == 1
    found = body.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert json.loads(found) == table


def test_long_json_ld_is_left_to_its_file(small: Collection) -> None:
    site = dataclasses.replace(site_cards.site(small), croissant=lambda _: {"name": "x" * datasets.INLINE})

    assert not any("ld+json" in page.body for page in datasets.pages(site))


def test_sizes_count_an_archive_once_and_say_when_something_is_unknown(own: Collection) -> None:
    mnist = holdings.sizes(cast("DatasetCard", own.entries["dataset/mnist"].card))
    wrong = collection.load(own.folder).entries["dataset/imagenet"]

    assert mnist.sent == "11.6 MB"
    assert mnist.all == "55.0 MB"
    assert holdings.sizes(cast("DatasetCard", wrong.card)).all.startswith("> ")
