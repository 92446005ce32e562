"""Every card is sound in itself, and says what the networks and torchvision say."""

from __future__ import annotations

import difflib
import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
import torchvision
from models.every_card import (
    CARDS,
    ENTRIES,
    FOLDER,
    MEMBERS,
    VARIANTS,
    each_card,
    each_entry,
    each_variant,
    enum_name,
    marked,
)
from torchvision import models

import hub
from hub.models import builders, categories, preprocessing
from hub.models.builders import options, torchvision_facts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from torch import nn

    from hub.cards import ModelCard, ModelVariant, Weights

# GoogLeNet and Inception announce another initialisation; nothing is initialised on the meta device.
pytestmark = pytest.mark.filterwarnings("ignore:The default weight initialization:FutureWarning")

# The cards were written with this version: others round metrics otherwise and know other weights.
NEWEST = "0.29"

# Families of small networks, which are built in no time.
QUICK = ("alexnet", "fcn", "googlenet", "mobilenet_v2", "mobilenet_v3", "resnet", "squeezenet")


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One store for all tests: nothing is written into it but the registry's index, which a new one would need anew."""
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("home")
        patch.setenv("HUB_HOME", str(path))
        patch.setenv("HUB_OFFLINE", "1")
        yield path


def on_meta(name: str, **more: Any) -> nn.Module:
    return hub.load(name, device="meta", **more)


def with_every_head(card: ModelCard, variant: ModelVariant) -> dict[str, object]:
    """Return the options that give the network all heads that it can have."""
    known = options.option_names(builders.find(card.builder).network(variant.name))
    return {name: True for name in ("aux_loss", "aux_logits") if name in known}


def count(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def shapes(network: nn.Module) -> dict[str, tuple[int, ...]]:
    return {name: tuple(parameter.shape) for name, parameter in network.named_parameters()}


@each_card
def test_every_text_is_there_in_both_languages(card: ModelCard) -> None:
    assert card.summary.en.endswith(".")
    assert card.summary.zh.endswith("。")


@each_card
def test_every_card_says_who_made_the_network(card: ModelCard) -> None:
    assert card.paper.url.startswith("https://")
    assert card.paper.authors
    assert 1990 < card.paper.year < 2100
    assert card.license
    assert card.task


@each_card
def test_lists_of_names_and_preprocessing_are_known(card: ModelCard) -> None:
    for weights in (weights for variant in card.variants for weights in variant.weights):
        lists = [name for name in (weights.categories, weights.keypoints) if name]
        assert all(categories.names(name) for name in lists)
        assert preprocessing.of_card(weights.transforms)


@each_card
def test_every_variant_with_weights_has_one_default(card: ModelCard) -> None:
    defaults = [sum(weights.default for weights in variant.weights) for variant in card.variants if variant.weights]

    assert set(defaults) <= {1}


UNTRAINED = [
    marked(variant, card, variant)
    for card, variant in VARIANTS
    if all(weights.quantised_for for weights in variant.weights)
]


@pytest.mark.parametrize(("card", "variant"), UNTRAINED)
def test_an_untrained_network_has_as_many_parameters_as_the_card_says(card: ModelCard, variant: ModelVariant) -> None:
    """Torchvision counts Inception with its auxiliary head, and GoogLeNet without."""
    every = with_every_head(card, variant)

    counts = {count(on_meta(variant.name, **dict.fromkeys(every, wanted))) for wanted in (True, False)}

    assert variant.params in counts


@each_entry
def test_a_trained_network_has_as_many_parameters_as_the_card_says(variant: ModelVariant, weights: Weights) -> None:
    if weights.quantised_for:
        pytest.skip("8-bit integers are packed, and no parameters")

    network = on_meta(variant.name, weights=weights.tag)

    assert count(network) == (weights.params or variant.params)


@each_variant
def test_exactly_the_layers_in_the_head_depend_on_the_number_of_classes(card: ModelCard, variant: ModelVariant) -> None:
    if not card.head:
        pytest.skip("a network without classes")
    every = with_every_head(card, variant)

    before, after = (shapes(on_meta(variant.name, num_classes=number, **every)) for number in (5, 7))

    changed = {name for name, shape in before.items() if after[name] != shape}
    assert before.keys() == after.keys()
    assert {part for part in card.head if any(inside(name, part) for name in changed)} == present(card, before)
    assert [name for name in changed if not any(inside(name, part) for part in card.head)] == []


def present(card: ModelCard, names: dict[str, tuple[int, ...]]) -> set[str]:
    """Return the heads that this network has: quantised ones have none for training."""
    return {part for part in card.head if any(inside(name, part) for name in names)}


def inside(name: str, part: str) -> bool:
    return name.startswith(f"{part}.")


@each_variant
def test_the_feature_maps_that_the_card_names_are_there(card: ModelCard, variant: ModelVariant) -> None:
    known = dict(on_meta(variant.name).named_modules())

    assert [name for name in variant.features if name not in known] == []


def test_every_network_of_torchvision_stands_in_one_card() -> None:
    times = Counter(variant.name for card, variant in VARIANTS if card.builder == "torchvision")

    assert set(models.list_models()) - set(times) == set()
    assert [name for name, number in times.items() if number > 1] == []


def test_all_weights_of_torchvision_stand_in_one_card() -> None:
    times = Counter(enum_name(weights) for _, weights in ENTRIES if weights.enum)

    assert set(MEMBERS) - set(times) == set()
    assert [name for name, number in times.items() if number > 1] == []


@pytest.mark.skipif(
    not torchvision.__version__.startswith(NEWEST), reason="the whole text is that of one version of torchvision"
)
@pytest.mark.parametrize(
    "family",
    [
        pytest.param(family, marks=() if family in QUICK else pytest.mark.thorough)
        for family, card in CARDS.items()
        if card.builder == "torchvision"
    ],
)
def test_the_card_is_what_the_installed_torchvision_says(family: str) -> None:
    path = FOLDER / f"{family}.toml"
    text = path.read_text("utf-8")

    again = torchvision_facts.rewritten(path)

    differing = difflib.unified_diff(text.splitlines(), again.splitlines(), path.name, "torchvision", lineterm="", n=0)
    told = "\n".join(differing)
    assert not told, f"python -m hub.models.builders.torchvision_facts models/{path.name}\n{told}"


@each_entry
def test_weights_are_those_that_torchvision_names(variant: ModelVariant, weights: Weights) -> None:
    member = MEMBERS.get(enum_name(weights))
    if member is None:
        pytest.skip("not torchvision's, or of a newer one")

    assert weights.artifact.name == member.url.rpartition("/")[2]
    assert weights.default == (member is type(member).DEFAULT)
    assert (weights.params or variant.params) == member.meta["num_params"]
    assert (weights.gflops or variant.gflops) == pytest.approx(member.meta["_ops"], rel=0.01)


@each_entry
def test_a_digest_begins_as_the_name_of_the_file_says(variant: ModelVariant, weights: Weights) -> None:
    found = torchvision_facts.PREFIX.search(weights.artifact.name)
    digest = weights.artifact.sha256 or weights.artifact.sha256_prefix

    if found and weights.enum:
        assert digest
        assert digest.startswith(found[1])


@each_entry
def test_what_was_measured_is_a_number(variant: ModelVariant, weights: Weights) -> None:
    values = [value for each in weights.metrics.values() for value in each.values()]

    assert all(math.isfinite(value) for value in values)
