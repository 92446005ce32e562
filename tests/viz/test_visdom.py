"""What goes to visdom arrives in the windows of a real server, which needs no connection for that."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch import nn

from hub.errors import InvalidInput, MissingExtra, Unreachable
from hub.viz import compare, log_dataset, log_model, open_board
from hub.viz.contents import as_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("visdom")

SERVER = """
import sys
from visdom.server.run_server import start_server

start_server(port=int(sys.argv[1]), env_path=sys.argv[2], base_url="", bind_local=True)
"""
"""As `python -m visdom.server`, which would fetch the scripts of its pages first."""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    arguments = [sys.executable, "-W", "ignore", "-c", SERVER, str(free), str(tmp_path_factory.mktemp("visdom"))]
    server = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while not _listens(free):
            assert server.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        yield free
    finally:
        server.terminate()
        server.wait()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.fixture
def board(port: int, request: pytest.FixtureRequest) -> Iterator[Any]:
    """An environment of a test's own."""
    with open_board(f"visdom://127.0.0.1:{port}/{request.node.name.partition('[')[0]}") as opened:
        yield opened


def window(board: Any, tag: str) -> Any:
    return json.loads(board.windows.get_window_data(win=tag))


def traces(board: Any, tag: str) -> list[Any]:
    found: list[Any] = window(board, tag)["content"]["data"]
    return found


def test_scalars_are_points_of_a_curve(board: Any) -> None:
    for step in range(3):
        board.scalar("train/loss", 1 / (step + 1), step)

    (curve,) = traces(board, "train/loss")

    assert (curve["name"], curve["x"], curve["y"]) == ("loss", [0, 1, 2], pytest.approx([1, 0.5, 1 / 3]))


def test_several_scalars_share_a_window(board: Any) -> None:
    for step in range(2):
        board.scalars("accuracy", {"train": step, "test": -step}, step)

    found = {curve["name"]: curve["y"] for curve in traces(board, "accuracy")}

    assert found == {"train": [0, 1], "test": [0, -1]}


def test_pictures_have_a_slider_over_steps(board: Any) -> None:
    board.image("picture", np.zeros((4, 5, 3), np.uint8))
    board.image("picture", torch.ones(3, 4, 5), 1)

    shown = window(board, "picture")

    assert shown["type"] == "image_history"
    assert [each["caption"] for each in shown["content"]] == ["step 0", "step 1"]


def test_a_histogram_counts_what_is_finite(board: Any) -> None:
    board.histogram("weights", torch.tensor([0.0, 1.0, 1.0, float("nan")]))

    (bars,) = traces(board, "weights")

    assert (sum(bars["y"]), bars["y"][0], bars["y"][-1]) == (3, 1, 2)
    assert "1 NaN" in window(board, "weights/not_finite")["content"]


def test_texts_cannot_break_out_of_their_window(board: Any) -> None:
    board.text("notes", "a <script>alert(1)</script> | 中文")

    assert "<p>a &lt;script&gt;alert(1)&lt;/script&gt; | 中文</p>" in window(board, "notes")["content"]


def test_tables_of_markdown_are_tables(board: Any) -> None:
    board.text("table", as_table(["a", "b"], [["1", "x|<y>"]]))

    assert "<tr><th>a</th><th>b</th></tr><tr><td>1</td><td>x|&lt;y&gt;</td></tr>" in window(board, "table")["content"]


def test_bars_and_heat_maps_have_names(board: Any) -> None:
    board.bars("classes", {"cat": 3, "dog": 1})
    board.heatmap("confusion", np.array([[3, 0], [1, 2]]), ["cat", "dog"], ["as cat", "as dog"])

    (bars,), (cells,) = traces(board, "classes"), traces(board, "confusion")

    assert (bars["x"], bars["y"]) == (["cat", "dog"], [3, 1])
    assert (cells["x"], cells["y"], cells["z"]) == (["as cat", "as dog"], ["cat", "dog"], [[3, 0], [1, 2]])


def test_points_and_faces_lie_in_space(board: Any) -> None:
    points = np.arange(12).reshape(4, 3)
    board.mesh("points", points, colours=np.full((4, 3), 255, np.uint8))
    board.mesh("faces", points, faces=[[0, 1, 2]])

    (cloud,), (solid,) = traces(board, "points"), traces(board, "faces")

    assert (cloud["type"], cloud["z"]) == ("scatter3d", [2, 5, 8, 11])
    assert (solid["type"], solid["i"], solid["k"]) == ("mesh3d", [0], [2])


def test_an_embedding_has_a_colour_for_each_label(board: Any, caplog: pytest.LogCaptureFixture) -> None:
    vectors = torch.randn(6, 16, generator=torch.Generator().manual_seed(0))
    with caplog.at_level(logging.WARNING, "hub.viz"):
        board.embedding("digits", vectors, labels=[*"001122"], pictures=[np.zeros((2, 2, 3), np.uint8)] * 6)

    assert {trace["name"]: len(trace["x"]) for trace in traces(board, "digits")} == {"0": 2, "1": 2, "2": 2}
    assert caplog.messages == ["Visdom cannot show pictures beside points: digits is left out"]


def test_a_pr_curve_is_a_line(board: Any) -> None:
    board.pr_curve("eight", [1, 0, 1], [0.9, 0.8, 0.7])

    (line,) = traces(board, "eight")

    assert (line["x"], line["y"]) == ([0.5, 0.5, 1.0], pytest.approx([1, 1 / 2, 2 / 3]))


def test_films_and_sounds_can_be_played(board: Any) -> None:
    board.video("film", np.zeros((3, 8, 8, 3), np.uint8))
    board.audio("tone", np.sin(np.arange(800) / 5), rate=8000)

    assert "data:image/gif;base64,R0lGOD" in window(board, "film")["content"]
    assert "data:audio/wav;base64,UklGR" in window(board, "tone")["content"]


def test_runs_are_a_table(board: Any) -> None:
    compare({"one": {"lr": 0.1, "metrics": {"x": 0.5}}, "two": {"depth": 3, "metrics": {"x": 0.25}}}, board)

    table = window(board, "hparams")["content"]

    assert "<th>run</th><th>lr</th><th>x</th><th>depth</th>" in table
    assert "<td>two</td><td></td><td>0.25</td><td>3</td>" in table


def test_a_network_is_shown_by_its_modules(board: Any) -> None:
    logged = log_model(nn.Sequential(nn.Linear(64, 64), nn.ReLU()), board, inputs=torch.zeros(2, 64))

    graph = window(board, "modules/graph")["content"]

    assert not logged.traced
    assert [node["label"] for node in graph["nodes"]] == ["Sequential", "0 Linear", "1 ReLU"]
    assert [(edge["source"], edge["target"]) for edge in graph["edges"]] == [(0, 1), (0, 2)]
    assert sum(traces(board, "weights of 0/weight")[0]["y"]) == 64 * 64


def test_a_dataset_fills_windows(board: Any, home: Path) -> None:
    log_dataset("fake_data", board, split="train[:10]", samples=2)

    assert window(board, "samples/train[:10]")["type"] == "image_history"
    assert "FakeData" in window(board, "about/train[:10]")["content"]


def test_a_figure_is_a_picture(board: Any) -> None:
    figure = pytest.importorskip("matplotlib.figure").Figure()
    figure.add_subplot().plot([1, 2])

    board.figure("curve", figure)

    assert window(board, "curve")["type"] == "image_history"


def test_without_a_server_the_line_that_starts_one_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])

    with pytest.raises(Unreachable, match=f"python -m visdom.server -port {free}"):
        open_board(f"visdom://127.0.0.1:{free}")

    assert capsys.readouterr() == ("", "")


def test_a_port_that_is_none_is_told() -> None:
    with pytest.raises(InvalidInput, match="no such port"):
        open_board("visdom://lab:many/first")


def test_without_visdom_the_line_that_installs_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "visdom" else find(name))

    with pytest.raises(MissingExtra, match=r'pip install "hub-zoo\[visdom\]"'):
        open_board("visdom")
