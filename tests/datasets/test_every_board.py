"""Every dataset can be shown on a board: each card has a tiny copy, whose classes, samples and films are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from event_files import Logged
from readers.every_dataset import COPIES, Copy

from hub.viz import log_dataset
from hub.viz.samples import has_picture

if TYPE_CHECKING:
    from pathlib import Path

    from datasets.conftest import Made  # type: ignore[import-not-found,unused-ignore]

pytest.importorskip("tensorboard")

IN_SPACE = {"KITTI object detection"}
"""Datasets whose objects have boxes in space; of others it is those with disparity."""


@pytest.fixture(autouse=True)
def home(tiny_store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One store for all of these, and no network."""
    monkeypatch.setenv("HUB_HOME", str(tiny_store))
    monkeypatch.setenv("HUB_OFFLINE", "1")
    return tiny_store


@pytest.fixture
def data(request: pytest.FixtureRequest, made: Made) -> Any:
    """The usual split of a copy."""
    copy: Copy = request.param
    return copy.load(made(copy))


@pytest.mark.parametrize("data", COPIES, ids=str, indirect=True)
def test_a_dataset_is_shown_in_tensorboard(data: Any, tmp_path: Path) -> None:
    (shown,) = log_dataset(data, tmp_path, samples=3).values()

    logged = Logged(tmp_path)
    kinds = {field.kind for field in data.fields}
    texts, images = logged.of_plugin("text"), logged.tags["images"]
    assert f"about/{data.split}" in texts
    assert (f"samples/{data.split}" in images) == any(sample.picture(64) is not None for sample in shown.samples)
    assert has_picture(data.fields) or f"texts/{data.split}" in texts
    assert (f"classes/{data.split}" in images) == (shown.classes is not None)
    assert any(tag.startswith("videos/") for tag in images) == ("video" in kinds)
    in_space = data.card.name in IN_SPACE or any(sample.values.get("disparity") is not None for sample in shown.samples)
    assert any(tag.startswith("points/") for tag in logged.of_plugin("mesh")) == in_space
