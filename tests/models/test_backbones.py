"""`weights_backbone`: an untrained network around a trained one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from models.every_builder import order_of
from torchvision import models

from hub import registry
from hub.cards import Weights
from hub.models import builders
from hub.models.loading import Order, build
from hub.progress import Silent

if TYPE_CHECKING:
    from pathlib import Path

NAME, BACKBONE, TAG = "lraspp_mobilenet_v3_large", "mobilenet_v3_large", "IMAGENET1K_V1"


@pytest.mark.usefixtures("home")
def test_the_backbone_has_the_tensors_of_the_weights_that_are_named(tmp_path: Path) -> None:
    path = tmp_path / "backbone.pth"
    torch.save(models.get_model(BACKBONE, weights=None).state_dict(), path)
    inner = order_of(BACKBONE, TAG, path)
    assert isinstance(inner.chosen, Weights)
    entry = registry.find_model(NAME)
    order = Order(entry, builders.blueprint(entry.card.builder, NAME, {}), backbone=(inner.entry, inner.chosen))

    model = build(order, Silent())

    expected = {name: each for name, each in torch.load(path).items() if name.startswith("features.")}
    found = model.get_submodule("backbone").state_dict()
    assert all(torch.equal(found[name.removeprefix("features.")], each) for name, each in expected.items())
