"""The class of every pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from models.prediction.by_hand import network
from PIL import Image
from torchvision import models

import hub
from hub.models import preprocessing
from hub.models.prediction import Segmentation, predict, segment

if TYPE_CHECKING:
    from pathlib import Path

LRASPP = "lraspp_mobilenet_v3_large"
STEPS = 25
HALVES = Image.new("RGB", (64, 32))
HALVES.paste((255, 0, 0), (16, 0, 64, 32))


def redness(batch: torch.Tensor) -> dict[str, torch.Tensor]:
    """Class 0 where it is dark, class 2 where it is red, class 1 nowhere."""
    red = batch[:, :1]
    return {"out": torch.cat([0.5 - red, torch.full_like(red, -9), red - 0.5], dim=1)}


def test_the_map_has_the_size_of_the_picture_and_says_where_what_is() -> None:
    found = segment(network("semantic-segmentation", redness, categories=("background", "cat", "dog")), HALVES)

    assert (found.numbers.dtype, found.numbers.shape) == (torch.int64, (32, 64))
    assert set(found.numbers[:, :15].flatten().tolist()) == {0}
    assert set(found.numbers[:, 17:].flatten().tolist()) == {2}


def test_classes_come_by_their_share_of_the_picture_and_only_those_that_occur() -> None:
    found = segment(network("semantic-segmentation", redness, categories=("background", "cat", "dog")), HALVES)

    assert [(each.label, each.number) for each in found.shares] == [("dog", 2), ("background", 0)]
    assert [each.share for each in found.shares] == pytest.approx([0.75, 0.25], abs=0.02)


def test_classes_without_names_are_called_by_their_numbers() -> None:
    found = segment(network("semantic-segmentation", redness, dtype=torch.bfloat16), HALVES)

    assert [each.label for each in found.shares] == ["2", "0"]


def test_it_is_what_the_networks_scores_say_in_the_size_of_the_picture(tmp_path: Path) -> None:
    torch.manual_seed(0)
    untrained = models.get_model(LRASPP, weights=None, weights_backbone=None, num_classes=3)
    torch.save(untrained.state_dict(), tmp_path / "own.pth")
    model = hub.load(LRASPP, weights=tmp_path / "own.pth", num_classes=3)
    picture = Image.effect_noise((96, 64), 80).convert("RGB")
    prepare = hub.transforms(LRASPP)
    assert isinstance(prepare, preprocessing.Segmentation)
    with torch.inference_mode():
        scores = model(prepare(picture)[None])["out"]
    expected = torch.nn.functional.interpolate(scores, (64, 96), mode="bilinear").argmax(dim=1)[0]

    found = predict(model, picture)

    assert isinstance(found, Segmentation)
    assert torch.equal(found.numbers, expected)


@pytest.mark.thorough
def test_a_network_that_has_learned_a_picture_sees_what_is_where(tmp_path: Path) -> None:
    """The whole way: trained, saved, loaded as weights of one's own, predicted."""
    picture = Image.new("RGB", (64, 48), (90, 90, 90))
    picture.paste((220, 30, 30), (8, 8, 32, 40))
    picture.paste((30, 60, 220), (40, 16, 60, 44))
    truth = torch.zeros(48, 64, dtype=torch.int64)
    truth[8:40, 8:32], truth[16:44, 40:60] = 1, 2
    _train(picture, truth, tmp_path / "own.pth")

    found = segment(hub.load(LRASPP, weights=tmp_path / "own.pth", num_classes=3), picture)

    for number in range(3):
        both = ((found.numbers == number) & (truth == number)).sum()
        either = ((found.numbers == number) | (truth == number)).sum()
        assert both / either > 0.7


def _train(picture: Image.Image, truth: torch.Tensor, path: Path) -> None:
    torch.manual_seed(0)
    model = hub.load(LRASPP, num_classes=3, train=True)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 0.5  # there are few steps in which to get to know the mean
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3)
    prepare = hub.transforms(LRASPP)
    assert isinstance(prepare, preprocessing.Segmentation)
    batch = prepare(picture)[None]
    size = batch.shape[-2:]
    wanted = torch.nn.functional.interpolate(truth[None, None].float(), size)[0].long()
    for _ in range(STEPS):
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(model(batch)["out"], wanted).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    torch.save(model.state_dict(), path)
