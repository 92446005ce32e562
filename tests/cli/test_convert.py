"""`hub convert`, as people type it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import torch

import hub
from hub import cli

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("home")
def test_it_says_what_the_file_takes_and_how_far_it_is_from_pytorch(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    arguments = ["convert", "squeezenet1_1", "--untrained", "--to", "torchscript", "--size", "32x32"]

    assert cli.run(arguments) == 0

    printed = capfd.readouterr()
    lines = [line.strip() for line in printed.out.splitlines()]
    assert lines[0].startswith(f"{tmp_path / 'squeezenet1_1.pt'}  ")
    assert lines[1:4] == [
        "takes            images (batch, 3, 32, 32)",
        "gives            scores",
        "compared         6 samples, in random inputs",
    ]
    assert "writing and comparing" in printed.err


@pytest.mark.usefixtures("home")
def test_json_has_the_same_as_numbers(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    arguments = ["convert", "squeezenet1_1", "--untrained", "--to", "safetensors", "--json", "-q", "--out", "x.st"]

    assert cli.run(arguments) == 0

    printed = capfd.readouterr()
    found = json.loads(printed.out)
    assert printed.err == ""
    assert found["path"] == str(tmp_path / "x.st")
    assert (found["comparison"]["difference"], found["comparison"]["of"]) == (0, "tensors")
    assert found["metadata"]["name"] == "squeezenet1_1"


MISTAKES = {
    "no form": (["squeezenet1_1"], 2),
    "unknown form": (["squeezenet1_1", "--to", "onxx"], 2),
    "unknown model": (["squeezenet9", "--to", "pt2"], 3),
    "no size": (["squeezenet1_1", "--to", "pt2", "--size", "large"], 2),
    "no batch": (["squeezenet1_1", "--untrained", "--to", "pt2", "--batch", "some"], 2),
    "two wishes": (["squeezenet1_1@DEFAULT", "--untrained", "--to", "pt2"], 2),
    "missing folder": (["squeezenet1_1", "--untrained", "--to", "pt2", "--out", "no/x.pt2"], 2),
    "int8 in pt2": (["squeezenet1_1", "--untrained", "--to", "pt2", "--int8"], 2),
    "nothing to quantise": (["squeezenet1_1", "--untrained", "--to", "torchscript", "--int8", "--size", "32x32"], 1),
}


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(("arguments", "code"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_has_its_exit_code_and_three_lines(
    arguments: list[str], code: int, capfd: pytest.CaptureFixture[str]
) -> None:
    found = cli.run(["convert", *arguments, "-q"])

    printed = capfd.readouterr()
    assert (found, printed.out) == (code, "")
    assert 2 <= len(printed.err.splitlines()) <= 3


@pytest.mark.network
@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("form", ["onnx", "pt2", "torchscript", "safetensors"])
def test_real_weights_agree_on_a_photo(form: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["convert", "efficientnet_lite0", "--to", form, "--json", "-q"]) == 0

    found = json.loads(capfd.readouterr().out)
    assert found["comparison"]["relative"] <= 1e-5
    assert found["pictures"] == 1
    assert found["metadata"]["sha256"].startswith("57934424")


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("out", "message"),
    [("there.pt2", "is there already"), ("no/x.pt2", "there is no folder"), (".", "is there already")],
)
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_fetched(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], out: str, message: str
) -> None:
    for name in ("there.pt2", "squeezenet1_1.pt2"):
        (tmp_path / name).touch()

    assert cli.run(["convert", "squeezenet1_1", "--to", "pt2", "--out", out]) == 2, "the weights would be a 7"

    assert message in capfd.readouterr().err


@pytest.mark.usefixtures("home")
def test_weights_of_ones_own_with_other_classes_are_converted(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    torch.save(hub.load("squeezenet1_1", num_classes=3).state_dict(), tmp_path / "mine.pth")
    arguments = ["convert", "squeezenet1_1", "--to", "safetensors", "--weights", "mine.pth"]

    assert cli.run(arguments) == 5
    assert "num_classes=3" in capfd.readouterr().err
    assert cli.run([*arguments, "--num-classes", "3"]) == 0


@pytest.mark.usefixtures("home")
def test_published_weights_take_no_number_of_classes(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["convert", "squeezenet1_1", "--to", "safetensors", "--num-classes", "3"]) == 2
    assert "for weights of your own" in capfd.readouterr().err
