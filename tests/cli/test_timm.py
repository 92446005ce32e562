"""Commands that are given a model of timm."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from models.timm_weights import publish
from PIL import Image

from hub import cli

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hugging_face import HuggingFace

    Said = Callable[..., str]


@pytest.fixture
def said(home: Path, capfd: pytest.CaptureFixture[str]) -> Said:
    def run(*arguments: str) -> str:
        code = cli.run(list(arguments))
        printed = capfd.readouterr()
        assert code == 0, printed.err
        return printed.out

    return run


def test_info_shows_the_tags_and_where_the_files_are(said: Said) -> None:
    text = said("info", "timm/resnet18")

    assert 'hub.load("timm/resnet18", pretrained=True)' in text
    assert "a1_in1k" in text
    assert "huggingface.co" in text


def test_download_fetches_and_the_store_lists_it(said: Said, hugging_face: HuggingFace, tmp_path: Path) -> None:
    path = publish(hugging_face, "test_resnet", tmp_path)

    copied = said("download", "timm/test_resnet", "--to", str(tmp_path / "copies"), "--quiet").strip()

    assert copied.endswith("test_resnet.r160_in1k.safetensors")
    assert (tmp_path / "copies" / "test_resnet.r160_in1k.safetensors").read_bytes() == path.read_bytes()
    assert [each["name"] for each in json.loads(said("cache", "list", "--json"))] == ["timm/test_resnet@r160_in1k"]
    assert "1 of 1 files are as published" in said("verify", "timm/test_resnet", "--quiet")


def test_predict_names_the_classes(said: Said, hugging_face: HuggingFace, tmp_path: Path) -> None:
    publish(hugging_face, "test_resnet", tmp_path)
    Image.fromarray(np.zeros((200, 240, 3), np.uint8)).save(tmp_path / "black.png")

    text = said("predict", "timm/test_resnet", str(tmp_path / "black.png"), "--top", "2", "--json", "--quiet")

    found = json.loads(text)[str(tmp_path / "black.png")]
    assert len(found) == 2
    assert not any(each["label"].isdigit() for each in found)


def test_an_unknown_name_is_three_lines(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = cli.run(["info", "timm/resent18"])

    assert code == 3
    assert "did you mean timm/resnet18?" in capfd.readouterr().err
