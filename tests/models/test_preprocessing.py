from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from PIL import Image
from torchvision.models import ResNet50_Weights

import hub
from hub.errors import InvalidInput, NotFound
from hub.models.preprocessing import Classification

if TYPE_CHECKING:
    from pathlib import Path


def picture() -> Image.Image:
    pixels = torch.randint(0, 256, (301, 399, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    return Image.fromarray(pixels.numpy())


@pytest.mark.parametrize("tag", ["IMAGENET1K_V1", "IMAGENET1K_V2"])
def test_a_picture_becomes_what_torchvision_makes_of_it(tag: str) -> None:
    prepared = hub.transforms("resnet50", weights=tag)(picture())

    assert torch.equal(prepared, ResNet50_Weights[tag].transforms()(picture()))


def test_a_batch_of_tensors_becomes_what_torchvision_makes_of_it() -> None:
    images = torch.randint(0, 256, (2, 3, 301, 399), dtype=torch.uint8)

    prepared = hub.transforms("resnet50")(images)

    assert torch.equal(prepared, ResNet50_Weights.DEFAULT.transforms()(images))


def test_a_tag_in_the_name_counts() -> None:
    first, second = hub.transforms("resnet50@IMAGENET1K_V1"), hub.transforms("resnet50")

    assert isinstance(first, Classification)
    assert isinstance(second, Classification)
    assert (first.resize, second.resize) == (256, 232)


def test_a_network_without_published_weights_has_no_preprocessing() -> None:
    with pytest.raises(NotFound, match="efficientnet_lite3"):
        hub.transforms("efficientnet_lite3")


def test_a_file_does_not_tell_its_preprocessing(saved: Path) -> None:
    with pytest.raises(InvalidInput, match=r"hub\.transforms\('resnet18'\)"):
        hub.transforms("resnet18", weights=saved)
