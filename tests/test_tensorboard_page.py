"""What the page on TensorBoard shows runs as it stands; its table names all methods, and the tour calls them."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import small_world
from event_files import Logged
from readers.packing import write_folder
from readers.photo_files import class_folders

from hub import cli, registry

if TYPE_CHECKING:
    from collections import Counter

pytest.importorskip("tensorboard")

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "site/docs/tensorboard.md"
TOUR = ROOT / "examples/tensorboard_tour.py"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
PRINTED = re.compile(r"^ *print\(.*\)  # (.*)$", re.MULTILINE)

METHODS = (
    "SummaryWriter", "add_scalar", "add_scalars", "add_custom_scalars", "add_histogram", "add_image", "add_images",
    "add_figure", "add_video", "add_audio", "add_text", "add_graph", "add_embedding", "add_pr_curve", "add_mesh",
    "add_hparams", "flush", "close",
)  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cards whose files are tiny and lie on this machine."""
    folder = tmp_path_factory.mktemp("world")
    small_world.write(folder)
    return folder


@pytest.fixture(autouse=True)
def _inside(world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "cards_folder", lambda: world / "cards")
    monkeypatch.setenv("TORCH_HOME", str(world / "torch"))
    monkeypatch.setenv("HUB_HOME", str(world / "store"))
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_a_block_prints_what_it_says(block: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(block, PAGE.name, "exec", dont_inherit=True), {})  # noqa: S102  a page of our own

    assert capsys.readouterr().out.splitlines() == PRINTED.findall(block)


def test_the_command_on_the_page_prints_such_lines(capsys: pytest.CaptureFixture[str]) -> None:
    wanted = r"    \$ hub (tensorboard .*?) --open\n(    .*)\n(    .*)\n(    .*)\n"
    command, *shown = re.findall(wanted, PAGE.read_text("utf-8"))[0]
    shown[2] = shown[2].replace("1,000", str(small_world.DIGITS))  # there are no more here

    code = cli.run(command.split())

    printed = capsys.readouterr().out.splitlines()
    assert code == 0
    assert [line.split() for line in printed[:3]] == [line.split() for line in shown]


def test_what_a_model_says_of_a_dataset_whose_classes_it_knows_is_a_run_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_folder(tmp_path / "fish", class_folders({"tench": 2, "goldfish": 3}))
    call = ["tensorboard", small_world.NETWORK, "image_folder", "--data-dir", "fish", "--logdir", "runs", "--quiet"]

    code = cli.run([*call, "--only", "predictions"])

    (line,) = capsys.readouterr().out.splitlines()[:-1]
    assert code == 0
    assert line.startswith(f"{small_world.NETWORK} on image_folder  5 samples, acc@1 ")
    shown = Logged(tmp_path / f"runs/{small_world.NETWORK}_on_image_folder")
    assert shown.of_plugin("pr_curves") == ["precision and recall/goldfish", "precision and recall/tench"]


def test_the_table_on_the_page_has_all_methods() -> None:
    rows = re.findall(r"^\| `(\w+)(?:\(log_dir\))?` \|", PAGE.read_text("utf-8"), re.MULTILINE)

    assert tuple(rows) == METHODS


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts calls of the methods of PyTorch's writer, or of ours where it mends one."""
    from collections import Counter

    from hub.viz.boards.writer import Writer

    counts: Counter[str] = Counter()

    def counting(name: str, original: Any) -> Any:
        def method(*arguments: Any, **options: Any) -> Any:
            counts[name] += 1
            return original(*arguments, **options)

        return method

    for name in METHODS:
        attribute = "__init__" if name == "SummaryWriter" else name
        monkeypatch.setattr(Writer, attribute, counting(name, getattr(Writer, attribute)))
    return counts


def test_the_tour_calls_all_methods_and_writes_what_they_are_for(
    called: Counter[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [str(TOUR), "--logdir", "tour", "--epochs", "2"])

    runpy.run_path(str(TOUR), run_name="__main__")

    logged = Logged(tmp_path / "tour/eighteen")
    assert capsys.readouterr().out == "tensorboard --logdir tour\n"
    assert set(called) == set(METHODS)
    assert logged.scalars("train/loss")[1][0] == 1
    assert {"digits", "digits that turn", "how many", "means/0"} <= set(logged.tags["images"])
    assert logged.tags["audio"] == ["a digit to be heard"]
    assert logged.of_plugin("pr_curves") == ["is it an 8"]
    assert logged.of_plugin("mesh")
    assert logged.graph().node
    assert (tmp_path / "tour/eighteen/projector_config.pbtxt").exists()
    assert {path.name for path in (tmp_path / "tour/runs").iterdir() if path.is_dir()} == {"guessing", "trained"}
