"""Objects in a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch
from models.prediction.by_hand import network
from PIL import Image
from torchvision import models

import hub
from hub.errors import InvalidInput
from hub.models import preprocessing
from hub.models.prediction import Boxes, detect, predict

if TYPE_CHECKING:
    from pathlib import Path

SSDLITE = "ssdlite320_mobilenet_v3_large"
PICTURE = Image.effect_noise((96, 64), 80).convert("RGB")
NAMES = ("background", "cat", "dog")


def found_by_hand(_: object) -> list[dict[str, Any]]:
    """Three objects, not in the order of their scores."""
    boxes = torch.tensor([[0.0, 0, 9, 9], [10, 10, 50, 40], [5, 5, 20, 60]])
    return [{"boxes": boxes, "labels": torch.tensor([1, 2, 1]), "scores": torch.tensor([0.2, 0.9, 0.5])}]


def test_the_surest_objects_come_first_and_those_below_the_threshold_not_at_all() -> None:
    found = detect(network("object-detection", found_by_hand, categories=NAMES), PICTURE)

    assert found.labels == ("dog", "cat")
    assert found.numbers.tolist() == [2, 1]
    assert found.scores.tolist() == pytest.approx([0.9, 0.5])
    assert found.boxes.tolist() == [[10, 10, 50, 40], [5, 5, 20, 60]]


def test_at_most_top_objects_are_given() -> None:
    found = detect(network("object-detection", found_by_hand), PICTURE, threshold=0, top=1)

    assert found.labels == ("2",)
    assert len(found) == 1


def test_the_network_gets_pixels_from_0_to_1_in_the_size_of_the_picture() -> None:
    model = network("object-detection", found_by_hand)

    detect(model, Image.new("L", (96, 64), 255))

    ((given,),) = model.given
    assert given.shape == (3, 64, 96)
    assert given.unique().tolist() == [1]


def test_masks_are_true_where_the_network_is_more_than_half_sure() -> None:
    def with_masks(images: object) -> list[dict[str, Any]]:
        masks = torch.zeros(3, 1, 64, 96)
        masks[1, 0, 10:40, 10:50] = 0.9
        return [found_by_hand(images)[0] | {"masks": masks}]

    found = detect(network("object-detection", with_masks), PICTURE)

    assert found.masks is not None
    assert (found.masks.dtype, found.masks.shape) == (torch.bool, (2, 64, 96))
    assert found.masks.sum((1, 2)).tolist() == [30 * 40, 0]


def test_points_of_bodies_have_their_names() -> None:
    def with_points(images: object) -> list[dict[str, Any]]:
        points = torch.arange(3.0)[:, None, None].expand(3, 2, 3)
        return [found_by_hand(images)[0] | {"keypoints": points, "keypoints_scores": torch.ones(3, 2)}]

    found = detect(network("object-detection", with_points, keypoints=("nose", "tail")), PICTURE)

    assert found.keypoint_names == ("nose", "tail")
    assert found.keypoints is not None
    assert found.keypoints[:, 0, 0].tolist() == [1, 2]
    assert found.masks is None


def test_nothing_found_is_no_error() -> None:
    found = detect(network("object-detection", found_by_hand), PICTURE, threshold=1)

    assert (len(found), found.boxes.shape) == (0, (0, 4))


@pytest.mark.parametrize("threshold", [-0.1, 50, float("nan")])
def test_a_threshold_is_from_0_to_1(threshold: float) -> None:
    with pytest.raises(InvalidInput, match="from 0 to 1"):
        detect(network("object-detection", found_by_hand), PICTURE, threshold=threshold)


def test_a_classifier_finds_no_objects(saved: Path) -> None:
    with pytest.raises(InvalidInput, match="another task"):
        detect(hub.load("resnet18", weights=saved), PICTURE)


@pytest.fixture(scope="module")
def own_detector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights for three classes of one's own."""
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("detector") / "own.pth"
    torch.save(models.get_model(SSDLITE, weights=None, weights_backbone=None, num_classes=3).state_dict(), path)
    return path


def test_weights_of_ones_own_find_objects_that_are_called_by_their_numbers(own_detector: Path) -> None:
    model = hub.load(SSDLITE, weights=own_detector, num_classes=3)
    with torch.inference_mode():
        expected = model([preprocessing.Detection()(PICTURE)])[0]

    found = predict(model, PICTURE, threshold=0)

    assert isinstance(found, Boxes)
    assert set(found.labels) == {"1", "2"}
    torch.testing.assert_close(found.boxes, expected["boxes"])
    assert found.masks is found.keypoints is None


def test_a_network_in_bfloat16_reckons_with_coordinates_in_float32(own_detector: Path) -> None:
    model = hub.load(SSDLITE, weights=own_detector, num_classes=3, dtype="bfloat16")

    found = detect(model, PICTURE, threshold=0)

    assert len(found) > 0
    assert found.boxes.dtype == torch.float32
    assert not torch.equal(found.boxes, found.boxes.bfloat16().float())
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())
