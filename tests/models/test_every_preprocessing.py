"""The preprocessing of all published weights is torchvision's, to the last bit."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
import torch
from models.every_card import ENTRIES, MEMBERS, enum_name
from PIL import Image

import hub
from hub.models import preprocessing
from hub.models.preprocessing import Classification, Detection, Flow, Segmentation, Video

if TYPE_CHECKING:
    from torchvision.models import WeightsEnum

    from hub.cards import AnyPreset
    from hub.models.preprocessing import Preprocessing

# Weights of a torchvision that is newer than the installed one have nobody to be compared with.
COMPARABLE = [(variant, weights) for variant, weights in ENTRIES if enum_name(weights) in MEMBERS]

# What torchvision calls ours, and the arguments of its presets where they are named otherwise.
KINDS = {
    "ImageClassification": Classification,
    "SemanticSegmentation": Segmentation,
    "ObjectDetection": Detection,
    "VideoClassification": Video,
    "OpticalFlow": Flow,
}
RENAMED = {"resize_size": "resize", "crop_size": "crop"}

# Many weights share one: the first that has it stands for all.
DISTINCT: dict[AnyPreset, WeightsEnum] = {}
for _, each in reversed(COMPARABLE):
    DISTINCT[each.transforms] = MEMBERS[enum_name(each)]

each_preset = pytest.mark.parametrize(
    ("ours", "theirs"),
    [pytest.param(preprocessing.of_card(preset), member, id=str(member)) for preset, member in DISTINCT.items()],
)


def random_bytes(*shape: int) -> torch.Tensor:
    return torch.randint(0, 256, shape, dtype=torch.uint8, generator=torch.Generator().manual_seed(len(shape)))


def as_floats(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.float() / 255


def inputs_of(ours: Preprocessing) -> list[tuple[Any, ...]]:
    """Return what it takes, as the arguments of calls: pictures larger and smaller than their crop, clips, pairs."""
    batch = random_bytes(2, 3, 120, 97)
    portrait, landscape = (Image.fromarray(random_bytes(*shape).numpy()) for shape in ((307, 251, 3), (97, 120, 3)))
    if isinstance(ours, Video):
        clips = random_bytes(2, 5, 3, 61, 83)
        return [(clips,), (clips[0],), (as_floats(clips),)]
    if isinstance(ours, Flow):
        return [(batch, batch.flip(-1)), (as_floats(batch), as_floats(batch.flip(-1))), (portrait, landscape)]
    return [(portrait,), (landscape,), (batch,), (as_floats(batch[0]),)]


def parameters_of(theirs: Any) -> dict[str, object]:
    """Return what torchvision's preset was made with, named as ours."""
    noted = {RENAMED.get(name, name): value for name, value in vars(theirs).items() if not name.startswith("_")}
    noted.pop("training")
    return noted | {"interpolation": noted["interpolation"].value} if "interpolation" in noted else noted


def as_list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]


@each_preset
def test_a_preset_gives_what_torchvisions_gives(ours: Preprocessing, theirs: WeightsEnum) -> None:
    expected = theirs.transforms()

    for arguments in inputs_of(ours):
        found, wanted = ours(*arguments), expected(*arguments)
        for one, other in zip(*((x,) if isinstance(x, torch.Tensor) else x for x in (found, wanted)), strict=True):
            assert one.dtype is other.dtype is torch.float32
            assert torch.equal(one, other)


def test_the_preprocessing_of_all_weights_has_the_parameters_of_torchvisions() -> None:
    assert {enum_name(weights) for _, weights in COMPARABLE} == set(MEMBERS)

    for variant, weights in COMPARABLE:
        ours: Any = hub.transforms(variant.name, weights=weights.tag)
        theirs = MEMBERS[enum_name(weights)].transforms()
        noted = dataclasses.asdict(ours)
        assert type(ours) is KINDS[type(theirs).__name__], enum_name(weights)
        for name, value in parameters_of(theirs).items():
            assert as_list(noted[name]) == as_list(value), f"{enum_name(weights)}: {name}"
