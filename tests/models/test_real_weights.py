"""The published weights of EfficientNet-Lite, fetched from the Python package index, on well-known photographs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import torch
from PIL import Image
from torch import nn

from hub.models.loading import load
from hub.models.prediction import classify
from hub.models.preprocessing import Classification, transforms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.network

VARIANTS = ["efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2"]
PHOTOGRAPHS = ("astronaut", "chelsea", "coffee", "rocket")


@pytest.fixture(scope="module", autouse=True)
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One fetch of each for the whole file."""
    home = tmp_path_factory.mktemp("store")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUB_HOME", str(home))
        patch.delenv("HUB_OFFLINE", raising=False)
        yield home


@pytest.fixture(scope="module")
def models(store: Path) -> dict[str, nn.Module]:
    assert os.environ["HUB_HOME"] == str(store)  # each test's own store comes after this one
    return {name: load(name, pretrained=True, progress=False) for name in VARIANTS}


def photograph(name: str) -> Image.Image:
    data = pytest.importorskip("skimage.data")
    return Image.fromarray(getattr(data, name)())


# What the network of efficientnet-lite-pytorch says with the same files and pixels, whose scores are equal to the bit.
@pytest.mark.parametrize(
    ("variant", "name", "expected"),
    [
        ("efficientnet_lite0", "chelsea", {"tiger cat": 0.38, "Egyptian cat": 0.38, "tabby": 0.17}),
        ("efficientnet_lite0", "coffee", {"espresso": 0.96}),
        ("efficientnet_lite0", "rocket", {"missile": 0.36, "projectile": 0.25}),
        ("efficientnet_lite1", "chelsea", {"Egyptian cat": 0.42, "tiger cat": 0.23, "tabby": 0.16}),
        ("efficientnet_lite1", "coffee", {"espresso": 0.53}),
        ("efficientnet_lite1", "astronaut", {"football helmet": 0.09, "barbell": 0.08}),
        ("efficientnet_lite2", "chelsea", {"Egyptian cat": 0.57, "tiger cat": 0.14, "tabby": 0.11}),
        ("efficientnet_lite2", "coffee", {"espresso": 0.89}),
        ("efficientnet_lite2", "rocket", {"missile": 0.10, "drilling platform": 0.09}),
    ],
)
def test_the_photograph_is_recognised(
    models: dict[str, nn.Module], variant: str, name: str, expected: dict[str, float]
) -> None:
    (found,) = classify(models[variant], [photograph(name)], top=len(expected))

    assert {each.label: each.probability for each in found} == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("variant", VARIANTS)
def test_pictures_are_prepared_as_in_training(models: dict[str, nn.Module], variant: str) -> None:
    """The first normalisation meets about the variance of training; ImageNet's mean and deviation make it fourfold."""
    prepare = transforms(variant)
    assert isinstance(prepare, Classification)
    pictures = torch.stack([prepare(photograph(name)) for name in PHOTOGRAPHS])
    first = next(part for part in models[variant].modules() if isinstance(part, nn.BatchNorm2d))
    ratios: list[float] = []

    def compare(_: nn.Module, inputs: tuple[torch.Tensor]) -> None:
        assert first.running_var is not None
        ratios.append(float((inputs[0].var((0, 2, 3)) / first.running_var).median()))

    with torch.inference_mode(), first.register_forward_pre_hook(compare):
        models[variant](pictures)

    assert 0.5 < ratios[0] < 2


@pytest.mark.parametrize("variant", VARIANTS)
def test_it_is_loaded_again_without_a_network(
    models: dict[str, nn.Module], variant: str, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_HOME", str(store))
    monkeypatch.setenv("HUB_OFFLINE", "1")

    again = load(variant, pretrained=True, progress=False)

    state = models[variant].state_dict()
    assert all(torch.equal(tensor, state[name]) for name, tensor in again.state_dict().items())


@pytest.mark.parametrize(
    ("variant", "digest"),
    [
        ("efficientnet_lite0", "57934424"),
        ("efficientnet_lite1", "77cc7160"),
        ("efficientnet_lite2", "9656183e"),
    ],
)
def test_it_tells_where_it_comes_from(models: dict[str, nn.Module], variant: str, digest: str) -> None:
    about = models[variant].hub

    assert getattr(about, "weights", None) == "IMAGENET1K_V1"
    assert getattr(about, "license", None) == "Apache-2.0"
    assert getattr(about, "sha256", "").startswith(digest)
