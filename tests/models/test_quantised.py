"""Networks of 8-bit integers: built as torchvision builds them, and nothing of the process changed by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from models.every_builder import from_torchvision, member_of, order_of, published
from torch import nn

import hub
from hub.errors import FormatError, InvalidInput
from hub.models.loading import build
from hub.progress import Silent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "quantized_shufflenet_v2_x0_5"
TAG = "IMAGENET1K_FBGEMM_V1"


@pytest.fixture(autouse=True)
def engine() -> Iterator[str]:
    """The engine that the process has chosen: none of those that weights are published for."""
    before = torch.backends.quantized.engine
    torch.backends.quantized.engine = "onednn"
    yield "onednn"
    torch.backends.quantized.engine = before


@pytest.fixture(scope="module")
def saved_integers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("quantised") / "integers.pth"
    from_torchvision(NAME, member_of(published(NAME)), path)
    return path


def test_the_engine_of_the_process_is_the_one_of_before(saved_integers: Path, engine: str) -> None:
    build(order_of(NAME, TAG, saved_integers), Silent())

    assert torch.backends.quantized.engine == engine


def test_integers_stay_in_the_file_that_was_published(saved_integers: Path, home: Path) -> None:
    build(order_of(NAME, TAG, saved_integers), Silent())

    assert not list((home / "v1").rglob("*.safetensors"))


def test_a_quantised_file_of_ones_own_is_loaded_with_quantize(saved_integers: Path, engine: str) -> None:
    mine = hub.load(NAME, weights=saved_integers, quantize=True)

    expected = build(order_of(NAME, TAG, saved_integers), Silent()).eval()
    example = torch.rand(1, 3, 64, 64)
    assert torch.equal(mine(example), expected(example))
    assert torch.backends.quantized.engine == engine


def test_a_quantised_file_without_quantize_says_so(saved_integers: Path) -> None:
    with pytest.raises(FormatError, match="quantize=True"):
        hub.load(NAME, weights=saved_integers)


def test_an_untrained_quantised_network_leaves_the_engine_too(engine: str) -> None:
    model = hub.load(NAME, quantize=True)

    assert isinstance(model.get_submodule("conv1.0"), nn.quantized.Conv2d)
    assert torch.backends.quantized.engine == engine


def test_integers_take_no_fresh_head(saved_integers: Path) -> None:
    with pytest.raises(InvalidInput, match=r"cannot be trained"):
        build(order_of(NAME, TAG, saved_integers, num_classes=10), Silent())


def test_the_number_of_classes_that_integers_are_for_is_allowed(saved_integers: Path) -> None:
    model = build(order_of(NAME, TAG, saved_integers, num_classes=1000), Silent())

    assert model(torch.rand(1, 3, 64, 64)).shape == (1, 1000)


def test_an_engine_that_is_missing_is_named(saved_integers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(torch.backends.quantized), "supported_engines", ["qnnpack", "none"])

    with pytest.raises(InvalidInput, match="engine fbgemm, which this PyTorch lacks"):
        build(order_of(NAME, TAG, saved_integers), Silent())
