"""`hub tensorboard` writes runs, and starts the real TensorBoard."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest
import small_world
from event_files import Logged
from readers.packing import write_folder
from readers.photo_files import class_folders

from hub import cli, registry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("tensorboard")

SMALL = "squeezenet1_1"
QUICK = ["--untrained", "--only", "modules"]


@pytest.fixture(autouse=True)
def _offline(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_OFFLINE", "1")


def rows(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_models_and_datasets_are_a_run_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.run(["tensorboard", "fake_data", SMALL, "--logdir", str(tmp_path), "--untrained", "-n", "3"])

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert [line.split()[0] for line in lines] == ["fake_data", SMALL, "tensorboard"]
    assert "train: 3 samples" in lines[0]
    assert re.search(r"graph of computations, \d+ modules, \d+ histograms", lines[1])
    assert lines[2] == f"tensorboard --logdir {tmp_path}"
    assert Logged(tmp_path / SMALL).graph().node
    assert "samples/train" in Logged(tmp_path / "fake_data").tags["images"]


def test_a_part_alone_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.run(["tensorboard", SMALL, "--logdir", str(tmp_path), "--json", *QUICK])

    assert code == 0
    assert rows(capsys) == [
        {
            "name": SMALL,
            "folder": str(tmp_path / SMALL),
            "kind": "model",
            "graph": None,
            "modules": 68,
            "histograms": 0,
            "fault": None,
        }
    ]
    assert Logged(tmp_path / SMALL).of_plugin("text") == ["modules"]
    assert Logged(tmp_path / SMALL).tags["histograms"] == []


def test_a_run_that_is_written_again_replaces_its_own_files_alone(tmp_path: Path) -> None:
    others = tmp_path / SMALL / "events.out.tfevents.1.mine.0"
    others.parent.mkdir()
    others.write_bytes(b"")
    for _ in range(2):
        cli.run(["tensorboard", SMALL, "--logdir", str(tmp_path), *QUICK])

    assert others.exists()
    assert len(list(others.parent.iterdir())) == 2


def test_ones_own_data_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_folder(tmp_path / "pets", class_folders({"dog": 2, "cat": 3}))

    code = cli.run(
        ["tensorboard", "folder", "--data-dir", str(tmp_path / "pets"), "--logdir", str(tmp_path / "runs"), "--json"]
    )

    assert code == 0
    assert rows(capsys)[0]["splits"] == ["all"]
    assert [count for _, count in Logged(tmp_path / "runs/folder").scalars("samples of each label/all")] == [3, 2]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["resnet19"], 3, "did you mean"),
        ([SMALL, "--only", "classes"], 2, f"{SMALL} has no part 'classes'"),
        ([SMALL, "--only", "weihgts"], 2, "weihgts"),
        (["mnist"], 7, "mnist"),
    ],
    ids=["unknown name", "part of a dataset", "unknown part", "not in the store"],
)
def test_a_mistake_is_told_in_three_lines(
    arguments: list[str], code: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = cli.run(["tensorboard", *arguments, "--logdir", str(tmp_path / "runs"), "--quiet"])

    talk = capsys.readouterr()
    assert found == code
    assert said in talk.err
    assert len(talk.err.splitlines()) <= 3
    assert talk.out == ""


def test_what_cannot_be_written_leaves_the_others_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.run(["tensorboard", "mnist", SMALL, "--logdir", str(tmp_path), "--untrained", "--json", "--quiet"])

    assert code == 7
    assert [row["name"] for row in rows(capsys)] == [SMALL]


def test_without_tensorboard_nothing_is_fetched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib.util

    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "tensorboard" else find(name))

    code = cli.run(["tensorboard", "mnist", "--logdir", str(tmp_path / "runs")])

    assert code == 1
    assert 'pip install "hub-zoo[tensorboard]"' in capsys.readouterr().err


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    return [sys.executable, "-m", "hub", "tensorboard", SMALL, "--logdir", str(tmp_path / "runs"), *QUICK]


@pytest.fixture
def running(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """The command with --open, in a process of its own."""
    with subprocess.Popen(
        [*command, "--open"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        yield process
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def test_tensorboard_is_started_and_ctrl_c_ends_it_cleanly(running: subprocess.Popen[str]) -> None:
    assert running.stdout is not None
    running.stdout.readline()  # what was written
    address = running.stdout.readline().strip()
    with urlopen(f"{address}data/runs", timeout=60) as answer:  # noqa: S310  our own server
        runs = json.load(answer)

    os.killpg(running.pid, signal.SIGINT)  # as a terminal sends it: to the server too
    out, err = running.communicate(timeout=60)

    assert runs == [SMALL]
    assert running.returncode == 0
    assert (out, err) == ("", "TensorBoard is running; Ctrl-C ends it\n")
    with pytest.raises(OSError):  # noqa: PT011  nobody listens any more
        socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2].strip("/"))), timeout=5)


def test_a_port_that_is_taken_is_told(command: list[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        done = subprocess.run(
            [*command, "--open", "--port", str(taken.getsockname()[1])],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    assert done.returncode == 1
    assert "hub: TensorBoard did not start" in done.stderr
    assert len(done.stderr.splitlines()) == 3


@pytest.fixture
def digits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dataset of pictures and a network with weights, whose files are tiny and lie on this machine."""
    small_world.write(tmp_path / "world")
    monkeypatch.setattr(registry, "cards_folder", lambda: tmp_path / "world/cards")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "world/torch"))
    monkeypatch.delenv("HUB_OFFLINE")


@pytest.mark.usefixtures("digits")
def test_a_dataset_is_shown_as_points_through_a_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--logdir", str(tmp_path / "runs"), "--only", "embedding", "--points", "12"]

    code = cli.run(["tensorboard", "digits", small_world.NETWORK, *asked])

    talk = capsys.readouterr()
    folder = tmp_path / f"runs/digits_through_{small_world.NETWORK}"
    assert code == 0
    assert talk.out.splitlines()[0].split() == [
        "digits", "all:", "12", "points", "through", small_world.NETWORK, str(folder)
    ]  # fmt: skip
    assert f"all through {small_world.NETWORK}: 12 pictures" in talk.err
    assert (folder / "projector_config.pbtxt").exists()
    assert {path.name for path in (tmp_path / "runs").iterdir()} == {folder.name}


@pytest.mark.usefixtures("digits")
def test_points_are_written_where_there_is_a_dataset_of_pictures_and_a_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["tensorboard", "digits", small_world.NETWORK, "--logdir", str(tmp_path / "runs"), "--json", "--quiet"]

    cli.run([*arguments, "--only", "about", "--only", "modules"])
    cli.run([*arguments, "--points", "0", "--only", "modules", "--only", "about"])
    alone = capsys.readouterr().out
    cli.run([*arguments, "--only", "embedding", "--only", "about"])

    assert "embedding" not in alone
    assert [row["kind"] for row in rows(capsys)] == ["dataset", "embedding"]


def test_points_without_a_model_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.run(["tensorboard", "fake_data", "--logdir", str(tmp_path), "--only", "embedding"])

    assert code == 2
    assert "no embedding without a dataset and a model" in capsys.readouterr().err
