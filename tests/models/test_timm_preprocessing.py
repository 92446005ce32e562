"""The preprocessing of timm's weights is timm's, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from models.timm_weights import timm
from PIL import Image

import hub
from hub.errors import InvalidInput
from hub.models.preprocessing import Classification, Timm

PHOTO = Image.fromarray(np.random.default_rng(0).integers(0, 256, (300, 423, 3), np.uint8))

NAMES = {
    "bicubic": "vit_tiny_patch16_224",
    "bilinear": "efficientnet_lite0",
    "wide crop": "resnet18.a1_in1k",
    "whole": "deit3_small_patch16_224",
    "squeezed": "coat_lite_medium_384",
    "padded": "deepseek_vit_412m_enc",
    "not square": "vit_base_patch16_sapiens2",
}


def theirs(name: str) -> torch.Tensor:
    stated = timm.models.get_pretrained_cfg(name).to_dict()
    transform = timm.data.create_transform(**timm.data.resolve_data_config(pretrained_cfg=stated))
    ready: torch.Tensor = transform(PHOTO)
    return ready


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_a_photo_comes_out_as_from_timm(name: str) -> None:
    if not timm.models.is_model(name):
        pytest.skip(f"timm {timm.__version__} has no {name}")

    transforms = hub.transforms(f"timm/{name}")

    assert isinstance(transforms, Classification | Timm)
    assert torch.equal(transforms(PHOTO), theirs(name))


def test_the_usual_one_tells_its_sizes_and_takes_tensors() -> None:
    transforms = hub.transforms("timm/vit_tiny_patch16_224")

    assert isinstance(transforms, Classification)
    assert (transforms.resize, transforms.crop) == (248, 224)
    assert transforms(torch.zeros(2, 3, 300, 400, dtype=torch.uint8)).shape == (2, 3, 224, 224)


def test_another_one_refuses_tensors() -> None:
    transforms = hub.transforms("timm/coat_lite_medium_384")

    assert isinstance(transforms, Timm)
    with pytest.raises(InvalidInput, match="for PIL images"):
        transforms(torch.zeros(3, 8, 8))  # type: ignore[arg-type]
