"""What a network is fed to compare a file with it."""

from __future__ import annotations

from dataclasses import replace

import hub
from hub.models.about import about_model
from hub.models.conversion.feeds import feed
from hub.models.preprocessing import Timm


def test_a_network_of_timm_is_fed_pictures_of_the_size_that_its_preprocessing_gives() -> None:
    model = hub.load("resnet18", device="meta")
    preprocessing = Timm((3, 192, 256), 1.0, "squash", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5), "bicubic")

    fed = feed(model, replace(about_model(model), transforms=preprocessing), None, None)

    assert fed.size == (192, 256)
