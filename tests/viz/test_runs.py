"""Runs beside one another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from event_files import Logged

from hub.errors import FormatError, InvalidInput, MissingFile
from hub.viz import compare
from hub.viz.runs import as_markdown

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("tensorboard")

SMALL = {"lr": 0.1, "hardware": {"cpu": "some", "cores": 2}, "metrics": {"accuracy": 0.91}}


def test_each_run_is_a_row_with_its_settings_and_metrics(tmp_path: Path) -> None:
    rows = compare({"small": SMALL, "large": {"lr": 0.2, "metrics": {"accuracy": 0.97, "loss": 0.1}}}, tmp_path)

    assert [row.name for row in rows] == ["small", "large"]
    assert rows[0].settings == {"lr": 0.1, "hardware.cpu": "some", "hardware.cores": 2}
    assert Logged(tmp_path / "large").scalars("loss") == [(0, pytest.approx(0.1))]
    assert "| small | 0.91 |" in Logged(tmp_path).texts("runs")[0]


def test_results_files_are_runs_too(tmp_path: Path) -> None:
    path = tmp_path / "resnet18-on-digits.json"
    path.write_text(json.dumps({"model": "resnet18", "metrics": {"acc@1": 0.5}, "commit": None}))

    (row,) = compare([path], tmp_path / "runs")

    assert (row.name, row.settings, row.metrics) == ("resnet18-on-digits", {"model": "resnet18"}, {"acc@1": 0.5})


def test_two_runs_of_one_name_are_told_apart(tmp_path: Path) -> None:
    rows = compare([{"run": "a/b", "metrics": {"x": 1}}, {"run": "a/b", "metrics": {"x": 2}}], tmp_path)

    assert [row.name for row in rows] == ["a_b", "a_b (2)"]
    assert (tmp_path / "a_b (2)").is_dir()


def test_settings_may_lie_in_a_mapping_of_their_own(tmp_path: Path) -> None:
    (row,) = compare([{"name": "one", "settings": {"lr": 0.1, "layers": [1, 2]}, "metrics": {"x": 1}}], tmp_path)

    assert row.settings == {"lr": 0.1, "layers": "[1, 2]"}


def test_a_bar_in_a_setting_does_not_end_its_cell(tmp_path: Path) -> None:
    rows = compare({"one": {"what": "a|b", "metrics": {"x": 1}}}, tmp_path)

    assert as_markdown(rows).splitlines()[-1] == r"| one | 1 | a\|b |"


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ([], "nothing to compare"),
        ([{"lr": 1}], "run '1' has no metrics"),
        ({"one": {"metrics": {"x": "good"}}}, "'x' of run 'one' is no number"),
        ({"one": {"metrics": {"x": True}}}, "'x' of run 'one' is no number"),
    ],
    ids=["none", "without metrics", "a word", "a bool"],
)
def test_runs_that_cannot_be_compared_are_told(runs: list[dict[str, object]], said: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=said):
        compare(runs, tmp_path / "runs")

    assert not (tmp_path / "runs").exists()


def test_a_file_that_is_none_of_runs_is_told(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text("[1]")
    broken = tmp_path / "broken.json"
    broken.write_text("{")

    with pytest.raises(FormatError, match=r"list\.json holds no run"):
        compare([path], tmp_path)
    with pytest.raises(FormatError, match=r"broken\.json holds no JSON"):
        compare([broken], tmp_path)
    with pytest.raises(MissingFile):
        compare([tmp_path / "none.json"], tmp_path)
