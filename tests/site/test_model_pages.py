"""The page of each family says what its card says of networks and weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
import site_cards
from documents import Document, rendered

from hub.registry.quantities import human_count
from hub.site import networks, results
from hub.site.pages import models

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hub.cards import ModelCard
    from hub.site.collection import Collection

IDS = [path.stem for path in sorted((site_cards.TOP / "models").glob("*.toml"))]


@pytest.fixture(scope="module", params=["en", "zh"])
def own_pages(own: Collection, request: pytest.FixtureRequest) -> dict[str, Document]:
    """Family -> its page in one language."""
    site = site_cards.site(own, request.param)
    return {page.path.removeprefix("models/"): rendered(page.body) for page in models.pages(site)}


@pytest.fixture(scope="module")
def small_pages(small: Collection) -> dict[str, Document]:
    return {page.path: rendered(page.body) for page in models.pages(site_cards.site(small))}


@pytest.mark.parametrize("identifier", IDS)
def test_a_page_says_what_its_card_says(identifier: str, own: Collection, own_pages: Mapping[str, Document]) -> None:
    card = cast("ModelCard", own.entries[f"model/{identifier}"].card)

    page = own_pages[identifier]

    expected = [card.name, card.license, card.summary.en, card.summary.zh]
    for variant in card.variants:
        expected += [variant.name, human_count(variant.params), networks.gflops(variant.gflops)]
        for weights in variant.weights:
            expected += [weights.tag, weights.license, weights.artifact.sha256 or weights.artifact.sha256_prefix or ""]
            assert all(page.has_number(value) for table in weights.metrics.values() for value in table.values())
    assert not [each for each in expected if each not in page.text]
    assert {variant.name for variant in card.variants} <= page.ids
    assert {weights.recipe for variant in card.variants for weights in variant.weights if weights.recipe} <= {
        link["href"] for link in page.all("a")
    }
    assert not page.unbalanced


def test_each_network_has_one_default(own: Collection, own_pages: Mapping[str, Document]) -> None:
    for entry in own.of_kind("model"):
        card = cast("ModelCard", entry.card)
        trained = [variant for variant in card.variants if variant.weights]
        assert len(own_pages[entry.id].all("em")) == len(trained)


def test_a_licence_stands_where_it_differs(small_pages: Mapping[str, Document]) -> None:
    page = small_pages["models/plain"]

    assert page.text.count("CC-BY-NC-4.0") == 2
    assert "no weights published" in page.text


def test_preprocessing_is_told_in_words(small: Collection) -> None:
    english, chinese = (
        networks.transforms(cast("ModelCard", small.entries["model/plain"].card), site_cards.site(small, language))
        for language in ("en", "zh")
    )

    assert english == [
        networks.Shared(
            ("plain18", "plain50"),
            "Shorter side to 256 pixels (bilinear), the middle 224 \u00d7 224 cut out, scaled to [0, 1], "
            "each channel normalised: mean 0.5, 0.5, 0.5, deviation 0.2, 0.2, 0.2.",
        )
    ]
    assert "短边缩放至 256 像素" in chinese[0].words


def test_every_preset_of_a_card_has_words(own: Collection) -> None:
    for language in ("en", "zh"):
        site = site_cards.site(own, language)
        for entry in own.of_kind("model"):
            for shared in networks.transforms(cast("ModelCard", entry.card), site):
                assert "{" not in shared.words


def test_a_result_is_the_best_of_the_family_with_its_place(
    small: Collection, small_pages: Mapping[str, Document]
) -> None:
    site = site_cards.site(small)

    (found,) = models.results_of(site, small.entries["model/plain"])

    assert (found.name, found.value, found.place) == ("plain50", "80.86", 1)
    assert "1 / 4" in small_pages["models/plain"].text


def test_the_family_stands_out_in_the_plot(small_pages: Mapping[str, Document]) -> None:
    page = small_pages["models/plain"]

    assert len(page.all("circle")) == 2
    assert {"#plain18", "#plain50"} <= {link["href"] for link in page.all("a")}
    assert page.all("path", class_="hub-dots hub-own")
    assert page.all("path", class_="hub-dots")


def test_figures_are_written_alike(own: Collection) -> None:
    assert networks.figure(96.0, [96.0, 95.43]) == "96.00"
    assert networks.figure(47.4, [47.4, 32.8]) == "47.4"


def test_weights_without_a_number_as_figure_show_none(small: Collection) -> None:
    entry = small.entries["model/small"]
    variants = (site_cards.remeasured(entry, {"imagenet-1k": {"acc@1": float("nan")}}),)

    page = rendered(site_cards.every_page(site_cards.changed(small, entry, variants=variants))["models/small"].body)

    assert "nan" not in page.text


def test_what_weights_learned_from_is_known_by_classes_or_tag(own: Collection) -> None:
    assert "resnet50" in results.trained_on("imagenet", own)
    assert "fcn_resnet50" in results.trained_on("coco_detection", own)
    assert list(results.trained_on("sintel", own)) == ["raft_large"]
    assert list(results.trained_on("flying_chairs", own)) == ["raft_small", "raft_large"]
    assert not results.trained_on("mnist", own)
