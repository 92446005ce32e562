from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from PIL import Image
from torch import nn

import hub
from hub.errors import InvalidInput
from hub.models.prediction import classify, predict

if TYPE_CHECKING:
    from pathlib import Path

GREY = Image.new("L", (300, 260), 128)


def test_the_likeliest_classes_come_first_and_are_probabilities(saved: Path) -> None:
    found = predict(hub.load("resnet18", weights=saved), GREY, top=1000)

    probabilities = [each.probability for each in found]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1, abs=1e-5)


def test_they_are_what_the_network_computes(saved: Path) -> None:
    model = hub.load("resnet18", weights=saved)
    prepared = hub.transforms("resnet18")(GREY.convert("RGB"))[None]
    with torch.inference_mode():
        expected = int(model(prepared).argmax())

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


def test_a_model_of_another_dtype_predicts(saved: Path) -> None:
    assert len(predict(hub.load("resnet18", weights=saved, dtype="bfloat16"), GREY)) == 5


def test_a_model_of_another_origin_is_refused() -> None:
    with pytest.raises(InvalidInput, match="does not tell its classes"):
        predict(nn.Linear(2, 2), GREY)


def test_an_untrained_model_is_refused() -> None:
    with pytest.raises(InvalidInput, match="pretrained=True"):
        predict(hub.load("efficientnet_lite1"), GREY)
