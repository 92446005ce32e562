"""One function for every model: it knows what the model is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from models.every_builder import SMALLEST, from_torchvision, member_of, order_of, published, small
from models.prediction.by_hand import network
from PIL import Image
from torch import nn

import hub
from hub.errors import InvalidInput
from hub.models.kinds import Kind, kind_of
from hub.models.loading import build
from hub.models.prediction import Boxes, Flow, Segmentation, predict
from hub.models.prediction.inputs import in_colour
from hub.progress import Silent

if TYPE_CHECKING:
    from pathlib import Path

    from hub.models.prediction import Result

GREY = Image.new("RGB", (128, 128), (128, 128, 128))


@pytest.mark.parametrize(
    ("task", "given", "wants"),
    [
        ("object-detection", (GREY, GREY), "one picture"),
        ("object-detection", "photo.jpg", "PIL.Image.open"),
        ("semantic-segmentation", [GREY], "one picture"),
        ("video-classification", GREY, "frames, 3, height, width"),
        ("optical-flow", GREY, "two pictures"),
        ("optical-flow", (GREY, GREY, GREY), "two pictures"),
    ],
)
def test_what_a_model_is_not_for_is_refused_saying_what_it_wants(task: str, given: Any, wants: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        predict(network(task, lambda *_: None), given)

    assert wants in str(caught.value)


@pytest.mark.parametrize(
    ("task", "given", "option"),
    [
        ("semantic-segmentation", GREY, "top"),
        ("semantic-segmentation", GREY, "threshold"),
        ("optical-flow", (GREY, GREY), "threshold"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(task: str, given: Any, option: str) -> None:
    with pytest.raises(InvalidInput, match=f"{option} means nothing for it"):
        predict(network(task, lambda *_: None), given, **{option: 1})


def test_an_array_says_what_makes_a_picture_of_it() -> None:
    with pytest.raises(InvalidInput, match=r"PIL\.Image\.fromarray"):
        in_colour(np.zeros((8, 8, 3), np.uint8))  # type: ignore[arg-type]  # that is the mistake


def test_what_is_wrong_is_said_of_a_name_before_its_weights_are_looked_for() -> None:
    with pytest.raises(InvalidInput, match=r"PIL\.Image\.open"):
        predict("fasterrcnn_resnet50_fpn", "a.jpg")  # the network is switched off: fetching would be another error
    with pytest.raises(InvalidInput, match="top means nothing"):
        predict("raft_small", (GREY, GREY), top=3)


@pytest.mark.parametrize("spread", [nn.DataParallel, lambda model: torch.compile(nn.DataParallel(model))])
def test_of_a_model_that_is_spread_over_devices_the_model_itself_is_run(spread: Any) -> None:
    model = network("semantic-segmentation", lambda *_: {"out": torch.ones(1, 1, 8, 8)}, categories=["sky"])

    found: Any = predict(spread(model), GREY)

    assert [share.label for share in found.shares] == ["sky"]
    assert model.given is not None


def test_a_model_of_another_origin_is_refused() -> None:
    with pytest.raises(InvalidInput, match="does not tell its classes"):
        predict(nn.Linear(2, 2), GREY)


def test_untrained_models_are_refused() -> None:
    with pytest.raises(InvalidInput, match="pretrained=True"):
        predict(hub.load("raft_small"), (GREY, GREY))


def test_a_model_whose_task_is_unknown_is_refused() -> None:
    with pytest.raises(InvalidInput, match="none of the tasks"):
        kind_of("generator", ["image-generation"])


def given_to(kind: Kind, name: str) -> Any:
    generator = torch.Generator().manual_seed(1)
    if kind is Kind.VIDEO:
        return torch.randint(0, 256, (20, 3, 64, 64), generator=generator).to(torch.uint8)
    picture = torch.randint(0, 256, (3, 120, 136), generator=generator).to(torch.uint8)
    return (picture, picture) if kind is Kind.FLOW else picture


RETURNS: dict[Kind, type] = {
    Kind.CLASSES: list,
    Kind.BOXES: Boxes,
    Kind.SEGMENTATION: Segmentation,
    Kind.VIDEO: list,
    Kind.FLOW: Flow,
}


# One of each kind of answer; the others in a thorough run.
OF_EACH_TASK = (
    "fasterrcnn_mobilenet_v3_large_320_fpn", "keypointrcnn_resnet50_fpn", "lraspp_mobilenet_v3_large",
    "quantized_resnet18", "r2plus1d_18", "raft_small", "resnet18", "vit_b_32",
)  # fmt: skip
MARKED = [
    pytest.param(name, marks=pytest.mark.slow if name in OF_EACH_TASK else pytest.mark.thorough) for name in SMALLEST
]


@pytest.mark.filterwarnings("ignore:TypedStorage")  # torch.load warns of itself where weights are 8-bit integers
@pytest.mark.parametrize("name", MARKED)
def test_a_network_of_every_family_predicts(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUB_OFFLINE")  # the random weights come from a file: URL
    weights = published(name)
    options = small(name, weights)
    from_torchvision(name, member_of(weights), tmp_path / "random.pth", **options)
    model = build(order_of(name, weights.tag, tmp_path / "random.pth", **options), Silent())
    about: Any = model.hub
    kind = kind_of(name, about.task)

    found: Result = predict(model, given_to(kind, name), threshold=0 if kind is Kind.BOXES else None)

    assert isinstance(found, RETURNS[kind])
