from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn
from torchvision import models

from hub.cards import ModelCard, read_model
from hub.models import builders, categories, filling, preprocessing

FOLDER = Path(__file__).parents[2] / "models"
PATHS = sorted(FOLDER.glob("*.toml"))
CARDS = [pytest.param(read_model(path), id=path.stem) for path in PATHS]
VARIANTS = [
    pytest.param(card, variant.name, id=variant.name)
    for card in (read_model(path) for path in PATHS)
    for variant in card.variants
]


def built(card: ModelCard, variant: str) -> nn.Module:
    with torch.device("meta"):
        return builders.network(card.builder, variant, {})()


def test_there_are_cards() -> None:
    assert {path.stem for path in PATHS} >= {"alexnet", "efficientnet_lite", "resnet", "vgg"}


@pytest.mark.parametrize(("card", "name"), VARIANTS)
def test_the_network_has_as_many_parameters_as_the_card_says(card: ModelCard, name: str) -> None:
    network = built(card, name)

    stated = next(variant.params for variant in card.variants if variant.name == name)
    assert sum(parameter.numel() for parameter in network.parameters()) == stated


@pytest.mark.parametrize(("card", "name"), VARIANTS)
def test_the_head_can_be_replaced(card: ModelCard, name: str) -> None:
    network = built(card, name)

    filling.replace_head(network, card.head, 7)

    head = network.get_submodule(card.head)
    assert isinstance(head, nn.Linear)
    assert head.out_features == 7


@pytest.mark.parametrize("card", CARDS)
def test_categories_and_transforms_are_known(card: ModelCard) -> None:
    for weights in (weights for variant in card.variants for weights in variant.weights):
        assert len(categories.names(weights.categories)) == 1000
        assert preprocessing.of_card(weights.transforms).crop == weights.transforms.crop


@pytest.mark.parametrize("card", CARDS)
def test_every_text_is_there_in_both_languages(card: ModelCard) -> None:
    assert card.summary.en.endswith(".")
    assert card.summary.zh.endswith("。")


@pytest.mark.parametrize(
    "card", [pytest.param(read_model(FOLDER / f"{name}.toml"), id=name) for name in ("alexnet", "resnet", "vgg")]
)
def test_the_card_says_what_torchvision_says(card: ModelCard) -> None:
    for variant in card.variants:
        for weights in variant.weights:
            theirs = models.get_weight(f"{weights.enum}.{weights.tag}")
            assert weights.artifact.sources[0].url == theirs.url
            assert (weights.artifact.sha256 or weights.artifact.sha256_prefix or "")[:8] in theirs.url
            assert weights.metrics["imagenet-1k"] == theirs.meta["_metrics"]["ImageNet-1K"]
            assert (variant.params, variant.gflops) == (theirs.meta["num_params"], theirs.meta["_ops"])
            assert categories.names(weights.categories) == tuple(theirs.meta["categories"])
            assert weights.default == (theirs is type(theirs).DEFAULT)
