"""How things move between two pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from models.prediction.by_hand import network
from PIL import Image
from torchvision import models

import hub
from hub.errors import InvalidInput
from hub.models.prediction import Flow, estimate_flow, predict

if TYPE_CHECKING:
    from pathlib import Path


def two_right_one_up(first: torch.Tensor, _: torch.Tensor) -> list[torch.Tensor]:
    """A rough estimate and a better one."""
    better = torch.tensor([2.0, -1.0])[None, :, None, None].expand(len(first), 2, *first.shape[-2:])
    return [torch.zeros_like(better), better]


@pytest.mark.parametrize("size", [(136, 128), (131, 77), (1, 1)], ids=["as it is", "not by 8", "tiny"])
def test_the_flow_has_the_size_of_the_pictures_and_is_the_best_estimate(size: tuple[int, int]) -> None:
    model = network("optical-flow", two_right_one_up)

    found = estimate_flow(model, Image.new("RGB", size), Image.new("RGB", size))

    assert found.flow.shape == (2, size[1], size[0])
    assert found.flow[:, 0, 0].tolist() == [2, -1]
    assert all(side % 8 == 0 and side >= 128 for each in model.given for side in each.shape[-2:])


def test_large_pictures_are_compared_at_a_megapixel_and_the_flow_is_in_their_pixels() -> None:
    model = network("optical-flow", two_right_one_up)
    large = torch.zeros(3, 2000, 3000, dtype=torch.uint8)

    found = estimate_flow(model, large, large)

    height, width = model.given[0].shape[-2:]
    assert height * width < 1_100_000
    assert found.flow.shape == (2, 2000, 3000)
    assert found.flow[:, 0, 0].tolist() == pytest.approx([2 * 2.393, -2.393], rel=0.01)


def test_pictures_of_two_sizes_are_refused() -> None:
    model = network("optical-flow", two_right_one_up)

    with pytest.raises(InvalidInput, match="differ in size") as caught:
        predict(model, (Image.new("RGB", (130, 140)), Image.new("RGB", (140, 130))))

    assert (caught.value.expected, caught.value.found) == ("130 x 140", "140 x 130")


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_raft_tells_the_flow_in_any_dtype(dtype: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    torch.save(models.get_model("raft_small", weights=None).state_dict(), tmp_path / "own.pth")
    model = hub.load("raft_small", weights=tmp_path / "own.pth", dtype=dtype)
    picture = Image.effect_noise((130, 128), 80)

    found = predict(model, (picture, picture))

    assert isinstance(found, Flow)
    assert found.flow.shape == (2, 128, 130)
    assert bool(found.flow.isfinite().all())
