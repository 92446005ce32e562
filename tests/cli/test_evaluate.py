"""`hub evaluate` measures a model on a dataset, and writes what it found."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
import torch
from evaluation.trained import COLOURS, write_colours

import hub
from hub import cli
from hub.evaluation import results

if TYPE_CHECKING:
    from pathlib import Path

SMALL = "shufflenet_v2_x0_5"


@pytest.fixture(autouse=True)
def _offline(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_OFFLINE", "1")


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with pictures of seven colours, and weights of a network that has seven classes."""
    folder = tmp_path_factory.mktemp("given")
    write_colours(folder / "colours", each=2)
    torch.manual_seed(0)
    model = hub.load(SMALL, num_classes=len(COLOURS))
    with torch.no_grad():
        model.get_parameter("fc.weight").mul_(20)
    torch.save(model.state_dict(), folder / "mine.pt")
    return folder


def arguments(given: Path, *more: str) -> list[str]:
    own = ["--weights", str(given / "mine.pt"), "--num-classes", "7", "--data-dir", str(given / "colours")]
    return ["evaluate", SMALL, "image_folder", *own, *more]


def test_a_table_tells_figures_speed_and_classes(given: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.run(arguments(given))

    talk = capsys.readouterr()
    assert code == 0
    assert talk.out.splitlines()[0] == f"{SMALL} (mine.pt) on image_folder 1.0.0, all: 35 samples"
    for word in ("accuracy", "top 5", "mean of classes", "loss", "samples/s on cpu", "the worst first (7)", "yellow"):
        assert word in talk.out
    assert f"{SMALL} on all: 35 samples, " in talk.err


def test_figures_are_those_of_a_plain_loop(given: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.run(arguments(given, "--json", "--quiet"))

    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    model = hub.load(SMALL, weights=str(given / "mine.pt"), num_classes=7)
    pictures = hub.load_dataset("image_folder", split="all", data_dir=given / "colours", progress=False)
    with torch.no_grad():
        scores = [model(model.hub.transforms(picture)[None]).argmax().item() for picture, _ in pictures]  # type: ignore[union-attr, operator]
    right = [said == label for said, (_, label) in zip(scores, pictures, strict=True)]
    assert found["metrics"]["acc@1"] == pytest.approx(100 * sum(right) / len(right), abs=1e-3)


def test_a_results_file_says_how_it_was_made(given: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.run(arguments(given, "--limit", "14", "--batch", "5", "--out", str(tmp_path / "r.json"), "--quiet"))

    found = results.read(tmp_path / "r.json")
    assert code == 0
    assert str(tmp_path / "r.json") in capsys.readouterr().out
    assert (found.samples, found.of, found.batch_size) == (14, 35, 5)
    assert found.command.startswith(f"hub evaluate {SMALL} image_folder --data-dir")
    assert found.command.endswith("--limit 14 --batch 5")
    assert found.weights == "mine.pt"
    assert "torch" in found.software


def test_runs_can_be_compared_by_their_files(given: Path, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from hub.viz import compare

    cli.run(arguments(given, "--limit", "7", "--out", str(tmp_path / "r.json"), "--quiet"))

    (row,) = compare([tmp_path / "r.json"], tmp_path / "runs")
    assert row.name == f"{SMALL} on image_folder"
    assert "acc@1" in row.metrics
    assert row.settings["samples"] == 7
    assert "classes" not in row.settings


def test_curves_and_confusion_are_written_for_tensorboard(
    given: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("tensorboard")
    from event_files import Logged

    cli.run(arguments(given, "--logdir", str(tmp_path), "--quiet"))

    run = tmp_path / f"{SMALL}_on_image_folder"
    assert capsys.readouterr().out.splitlines()[-1] == f"tensorboard --logdir {tmp_path}"
    assert "confusion/all classes" in Logged(run).tags["images"]


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        (["shufflenet_v2_x5", "digits"], 3, "did you mean"),
        ([SMALL, "digit"], 3, "did you mean"),
        ([SMALL, "digits", "--num-classes", "3"], 2, "--weights FILE"),
        ([SMALL, "digits", "--out", "nowhere/a.json"], 2, "no folder"),
        ([SMALL, "digits", "--out", "."], 2, "is a folder"),
        ([SMALL, "digits", "--limit", "0"], 2, "limit"),
        ([SMALL, "fake_data", "--split", "tset"], 3, "tset"),
        ([SMALL, "digits"], 7, "digits"),
    ],
    ids=["model", "dataset", "classes of what", "no folder", "a folder", "limit", "split", "offline"],
)
def test_a_mistake_is_told_in_three_lines(
    call: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = cli.run(["evaluate", *call, "--quiet"])

    talk = capsys.readouterr()
    assert found == code
    assert said in talk.err
    assert len(talk.err.splitlines()) <= 3
    assert talk.out == ""


def test_classes_that_do_not_fit_are_said_before_the_whole_is_run(
    given: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (given / "other/one").mkdir(parents=True)
    (given / "other/one/0.png").write_bytes((given / "colours/red/0.png").read_bytes())
    call = [str(given / "other") if word == str(given / "colours") else word for word in arguments(given, "--quiet")]

    code = cli.run(call)

    assert code == 2
    assert "expected 1 scores a sample, one for each class; found 7" in capsys.readouterr().err


@pytest.mark.slow
def test_an_interruption_leaves_no_half_a_file(given: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    command = [sys.executable, "-m", "hub", *arguments(given, "--batch", "1", "--out", str(out / "r.json"))]
    plain = {**os.environ, "PYTHONUNBUFFERED": "1"}

    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=plain) as process:
        time.sleep(4)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)

    assert [path.name for path in out.iterdir()] in ([], ["r.json"])
    assert not out.joinpath("r.json").exists() or results.read(out / "r.json").samples == 35
