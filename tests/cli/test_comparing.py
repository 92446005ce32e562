"""`hub list` compares models: a table, JSON, a picture."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from hub import cli

if TYPE_CHECKING:
    from pathlib import Path


def printed(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[list[str], str]:
    """Run `hub list` and return the lines that it printed, and what it said."""
    code = cli.run(["list", *arguments])
    said = capfd.readouterr()
    assert code == 0, said.err
    return said.out.splitlines(), said.err


def test_a_table_has_titles_figures_and_sizes_in_columns(capfd: pytest.CaptureFixture[str]) -> None:
    lines, said = printed(capfd, "models", "--sort", "acc1", "--family", "vgg", "--max-params", "133M")

    cells = [re.split(r"\s{2,}", line) for line in lines]
    assert cells[0] == ["name", "acc@1", "acc@5", "params", "GFLOPs", "size", "weights"]
    assert [row[:4] for row in cells[1:]] == [
        ["vgg11_bn", "70.370", "89.810", "132.9M"],
        ["vgg11", "69.020", "88.628", "132.9M"],
    ]
    assert said == "2 models by acc@1 on imagenet-1k\n"


def test_figures_end_in_one_column_and_a_line_fits_a_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    lines, _ = printed(capfd, "--sort", "acc1", "--all-weights")

    ends = {re.match(r"\S+ +\S+", line).end() for line in lines}  # type: ignore[union-attr]
    assert len(ends) == 1
    assert max(map(len, lines)) <= 100


def test_json_has_the_figures_as_they_are(capfd: pytest.CaptureFixture[str]) -> None:
    lines, said = printed(capfd, "--sort", "acc1", "--family", "alexnet", "--json")

    (row,) = json.loads("\n".join(lines))
    assert (row["name"], row["params"], row["benchmark"]) == ("alexnet", 61_100_840, "imagenet-1k")
    assert row["metrics"] == row["measured"]["imagenet-1k"] == {"acc@1": 56.522, "acc@5": 79.066}
    assert said == ""


def test_every_set_of_weights_has_a_row_if_wanted(capfd: pytest.CaptureFixture[str]) -> None:
    lines, _ = printed(
        capfd, "--all-weights", "--family", "resnet", "--sort", "acc1", "--reverse", "--max-params", "26M"
    )

    found = [(line.split()[0], line.split()[-1]) for line in lines]
    assert {("resnet50", "IMAGENET1K_V1"), ("resnet50", "IMAGENET1K_V2")} <= set(found)
    assert found.index(("resnet50", "IMAGENET1K_V1")) < found.index(("resnet50", "IMAGENET1K_V2"))


def test_untrained_networks_are_listed_by_size(capfd: pytest.CaptureFixture[str]) -> None:
    lines, _ = printed(capfd, "--max-params", "14M", "--sort", "params", "--family", "EfficientNet-Lite", "--reverse")

    assert lines[1].split()[0] == "efficientnet_lite4"


def test_a_picture_is_drawn_beside_the_table(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "models.svg"

    lines, said = printed(capfd, "models", "--sort", "acc1", "--plot", str(path))

    assert path.read_text("utf-8").startswith("<?xml")
    assert len(lines) > 10
    assert f"drawn to {path}" in said


def test_a_picture_without_a_name_is_models_png(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    printed(capfd, "models", "--plot")

    assert (tmp_path / "models.png").stat().st_size > 10_000


@pytest.mark.parametrize("facet", ["--task", "--family", "--license"])
def test_plain_lists_have_facets_however_they_are_spelt(facet: str, capfd: pytest.CaptureFixture[str]) -> None:
    value = {"--task": "Image_Classification", "--family": "ALEXNET", "--license": "bsd-3-clause"}[facet]

    lines, _ = printed(capfd, "models", facet, value)

    assert "alexnet" in {line.split()[0] for line in lines}


def test_nothing_within_the_limits_is_said_on_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    assert printed(capfd, "--max-params", "5") == ([], "nothing found\n")


MISTAKES = {
    "key": (["--sort", "acc"], 2, "did you mean acc1?"),
    "amount": (["--max-params", "ten"], 2, "a number such as 10M"),
    "benchmark": (["--sort", "acc1", "--benchmark", "imagnet-1k"], 2, "did you mean imagenet-1k?"),
    "family": (["--sort", "acc1", "--family", "resnat"], 3, "did you mean ResNet?"),
    "datasets": (["datasets", "--sort", "acc1"], 2, "no filter 'sort'"),
    "ending": (["--sort", "acc1", "--plot", "models.jpg"], 2, "a name that ends in .png or .svg"),
}


@pytest.mark.parametrize(("arguments", "code", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_said_in_three_lines(
    arguments: list[str], code: int, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    found = cli.run(["list", *arguments])

    printed = capfd.readouterr()
    assert (found, printed.out) == (code, "")
    assert said in printed.err
    assert len(printed.err.splitlines()) <= 3
