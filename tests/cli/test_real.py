"""The promises of the README, on real data from the Python package index."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from hub import cli

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.network

CATS = {"Egyptian cat", "tabby", "tiger cat"}


def test_quickstart_sees_a_cat_and_its_second_run_needs_no_network(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["quickstart", "--quiet", "--json"]) == 0
    first = json.loads(capfd.readouterr().out)
    monkeypatch.setenv("HUB_OFFLINE", "1")

    assert cli.run(["quickstart", "--quiet", "--json"]) == 0
    second = json.loads(capfd.readouterr().out)

    assert {each["label"] for each in first["predictions"][:3]} == CATS
    assert second["predictions"] == first["predictions"]
    assert home.is_dir()


@pytest.mark.usefixtures("home")
def test_a_photo_of_coffee_is_an_espresso(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    data = pytest.importorskip("skimage.data")
    from PIL import Image

    Image.fromarray(data.coffee()).save(tmp_path / "coffee.png")

    assert cli.run(["predict", "efficientnet_lite0", str(tmp_path / "coffee.png"), "--json", "--quiet"]) == 0

    found = json.loads(capfd.readouterr().out)
    assert found[str(tmp_path / "coffee.png")][0]["label"] == "espresso"
