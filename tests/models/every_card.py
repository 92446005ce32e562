"""All cards of models, and what tests that go through them share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from torchvision import models

from hub.cards import read_model

if TYPE_CHECKING:
    from hub.cards import ModelVariant, Weights

FOLDER = Path(__file__).parents[2] / "models"
CARDS = {path.stem: read_model(path) for path in sorted(FOLDER.glob("*.toml"))}

VARIANTS = [(card, variant) for card in CARDS.values() for variant in card.variants]
ENTRIES = [(variant, weights) for _, variant in VARIANTS for weights in variant.weights]
MEMBERS = {str(member): member for name in models.list_models() for member in models.get_model_weights(name)}

FIRST = {card.variants[0].name for card in CARDS.values()}

each_card = pytest.mark.parametrize("card", [pytest.param(card, id=family) for family, card in CARDS.items()])


def marked(variant: ModelVariant, *values: object, tag: str = "") -> object:
    """Return a test's parameters: one variant a family is for every run, the others are slow."""
    slow = variant.name not in FIRST
    name = f"{variant.name}@{tag}" if tag else variant.name
    return pytest.param(*values, id=name, marks=pytest.mark.slow if slow else ())


each_variant = pytest.mark.parametrize(
    ("card", "variant"), [marked(variant, card, variant) for card, variant in VARIANTS]
)
each_entry = pytest.mark.parametrize(
    ("variant", "weights"), [marked(variant, variant, weights, tag=weights.tag) for variant, weights in ENTRIES]
)


def enum_name(weights: Weights) -> str:
    return f"{weights.enum}.{weights.tag}"
