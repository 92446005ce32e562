"""`features_only`: feature maps by the names of submodules, or by names that the user gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch

import hub
from hub.errors import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path

IMAGE = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(1))


def test_a_dict_gives_the_maps_other_names_as_torchvisions_extractor_does(saved: Path) -> None:
    maps = hub.load("resnet18", weights=saved, features_only={"layer3": "c4", "layer4": "c5"})(IMAGE)

    usual = hub.load("resnet18", weights=saved, features_only=["layer3", "layer4"])(IMAGE)
    assert list(maps) == ["c4", "c5"]
    assert torch.equal(maps["c4"], usual["layer3"])


def test_maps_of_a_detectors_backbone_can_have_other_names() -> None:
    network = hub.load("fasterrcnn_mobilenet_v3_large_320_fpn", features_only={"backbone.body.0": "stem"})

    assert list(network(IMAGE)) == ["stem"]


@pytest.mark.parametrize("wanted", [["layer5"], {"layer5": "c6"}])
def test_a_submodule_that_there_is_not_says_which_was_meant(wanted: Any) -> None:
    with pytest.raises(InvalidInput, match="did you mean 'layer"):
        hub.load("resnet18", features_only=wanted)


@pytest.mark.parametrize("wanted", [{"layer3": "map", "layer4": "map"}, {"layer4": 5}])
def test_names_that_cannot_be_those_of_maps_are_refused(wanted: Any) -> None:
    with pytest.raises(InvalidInput, match="another name for each"):
        hub.load("resnet18", features_only=wanted)
