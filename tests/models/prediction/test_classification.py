from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

import hub
from hub.errors import InvalidInput, WrongType
from hub.models.prediction import Prediction, classify
from hub.models.prediction import predict as predict_anything
from hub.models.preprocessing import Classification

if TYPE_CHECKING:
    from pathlib import Path

GREY = Image.new("L", (300, 260), 128)


def predict(model: nn.Module, picture: Image.Image | torch.Tensor, top: int | None = None) -> list[Prediction]:
    found = predict_anything(model, picture, top=top)
    assert isinstance(found, list)
    return found


def test_the_likeliest_classes_come_first_and_are_probabilities(saved: Path) -> None:
    found = predict(hub.load("resnet18", weights=saved), GREY, top=1000)

    probabilities = [each.probability for each in found]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1, abs=1e-5)


def test_they_are_what_the_network_computes(saved: Path) -> None:
    model = hub.load("resnet18", weights=saved)
    prepare = hub.transforms("resnet18")
    assert isinstance(prepare, Classification)
    with torch.inference_mode():
        expected = int(model(prepare(GREY.convert("RGB"))[None]).argmax())

    found = predict(model, GREY, top=1)

    assert [each.label for each in found] == [str(expected)]


def test_many_pictures_go_through_at_once(saved: Path) -> None:
    model = hub.load("resnet18", weights=saved)

    found = classify(model, [GREY, GREY], hub.transforms("resnet18"), top=3)

    assert [len(each) for each in found] == [3, 3]


def test_no_more_classes_are_given_than_there_are(saved: Path) -> None:
    model = hub.load("resnet18", weights=saved, num_classes=2)

    assert len(predict(model, GREY)) == 2


def test_a_model_in_train_mode_is_used_in_eval_mode_and_left_as_it_was(saved: Path) -> None:
    model = hub.load("resnet18", weights=saved, train=True)
    before = model.get_buffer("bn1.running_mean").clone()

    predict(model, GREY)

    assert model.training
    assert torch.equal(model.get_buffer("bn1.running_mean"), before)


def test_parts_that_were_frozen_stay_frozen(saved: Path) -> None:
    model = hub.load("resnet18", weights=saved, train=True)
    model.get_submodule("bn1").eval()

    predict(model, GREY)

    assert model.training
    assert not model.get_submodule("bn1").training


def test_a_tensor_is_a_picture_too(saved: Path) -> None:
    model = hub.load("resnet18", weights=saved)
    tensor = torch.full((1, 260, 300), 128, dtype=torch.uint8)

    assert predict(model, tensor) == predict(model, GREY)


@pytest.mark.parametrize(
    ("tensor", "said"),
    [
        (torch.rand(3, 8, 8), "uint8"),
        (torch.zeros(2, 8, 8, dtype=torch.uint8), "1 or 3 channels"),
        (torch.zeros(1, 3, 8, 8, dtype=torch.uint8), "1 or 3 channels"),
    ],
    ids=["floats", "two channels", "a batch"],
)
def test_another_tensor_is_no_picture(saved: Path, tensor: torch.Tensor, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        predict(hub.load("resnet18", weights=saved), tensor)


def test_an_array_is_no_picture(saved: Path) -> None:
    with pytest.raises(WrongType, match="PIL image"):
        predict(hub.load("resnet18", weights=saved), np.zeros((8, 8, 3), np.uint8))  # type: ignore[arg-type]


def test_a_network_in_channels_last_predicts_the_same(saved: Path) -> None:
    moved = hub.load("resnet18", weights=saved, memory_format=torch.channels_last)

    found = predict(moved, GREY)

    expected = predict(hub.load("resnet18", weights=saved), GREY)
    assert [each.label for each in found] == [each.label for each in expected]
    assert [each.probability for each in found] == pytest.approx([each.probability for each in expected], rel=1e-3)


def test_feature_maps_are_no_classes(saved: Path) -> None:
    with pytest.raises(InvalidInput, match="does not tell classes"):
        predict(hub.load("resnet18", weights=saved, features_only=True), GREY)


def test_a_model_without_values_is_refused(saved: Path) -> None:
    with pytest.raises(InvalidInput, match="meta device"):
        predict(hub.load("resnet18", weights=saved, device="meta"), GREY)


def test_a_model_of_another_dtype_predicts(saved: Path) -> None:
    assert len(predict(hub.load("resnet18", weights=saved, dtype="bfloat16"), GREY)) == 5


def test_a_model_of_another_origin_is_refused() -> None:
    with pytest.raises(InvalidInput, match="does not tell its classes"):
        predict(nn.Linear(2, 2), GREY)


def test_an_untrained_model_is_refused() -> None:
    with pytest.raises(InvalidInput, match="pretrained=True"):
        predict(hub.load("efficientnet_lite1"), GREY)
