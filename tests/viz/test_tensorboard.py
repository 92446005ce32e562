"""What goes to TensorBoard is read back with its own reader, and is what went there."""

from __future__ import annotations

import logging
import subprocess
import sys
import wave
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from event_files import Logged
from PIL import Image
from torch import nn

from hub.errors import InvalidInput, MissingExtra, NotConvertible, StoreError
from hub.viz import open_board

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("tensorboard")

NOISE = np.random.default_rng(0)


def test_scalars_come_back_with_their_steps(tmp_path: Path) -> None:
    with open_board(tmp_path) as board:
        for step in (1, 2, 5):
            board.scalar("loss/train", 1 / step, step)

    assert Logged(tmp_path).scalars("loss/train") == [(1, 1.0), (2, 0.5), (5, pytest.approx(0.2))]


def test_several_scalars_are_runs_of_one_chart(tmp_path: Path) -> None:
    with open_board(tmp_path) as board:
        board.scalars("accuracy", {"train": 0.9, "test": 0.8}, 3)

    assert Logged(tmp_path / "accuracy_train").scalars("accuracy") == [(3, pytest.approx(0.9))]
    assert Logged(tmp_path / "accuracy_test").scalars("accuracy") == [(3, pytest.approx(0.8))]


@pytest.mark.parametrize(
    "picture",
    [
        Image.fromarray(np.arange(60, dtype=np.uint8).reshape(4, 5, 3)),
        np.arange(60, dtype=np.uint8).reshape(4, 5, 3),
        torch.arange(60, dtype=torch.uint8).reshape(4, 5, 3).permute(2, 0, 1),
        np.arange(60).reshape(4, 5, 3) / 255,
    ],
    ids=["Pillow", "array", "tensor", "floats"],
)
def test_a_picture_comes_back_to_the_last_bit(picture: object, tmp_path: Path) -> None:
    with open_board(tmp_path) as board:
        board.image("picture", picture)  # type: ignore[arg-type]  # each of them is one

    (found,) = Logged(tmp_path).pictures("picture")

    assert np.array_equal(found, np.arange(60, dtype=np.uint8).reshape(4, 5, 3))


def test_grey_pictures_and_transparent_ones_are_pictures_too(tmp_path: Path) -> None:
    with open_board(tmp_path) as board:
        board.images("small", [np.full((3, 4), 7, np.uint8), np.full((3, 4, 4), 9, np.uint8)])

    logged = Logged(tmp_path)

    assert logged.tags["images"] == ["small/0", "small/1"]
    assert logged.pictures("small/0")[0].max() == 7


@pytest.mark.parametrize(
    "wrong", [np.zeros((2, 3, 5), np.uint8), np.zeros(4, np.uint8), np.zeros((3, 3), np.int64)], ids=str
)
def test_what_is_no_picture_is_told(wrong: np.ndarray, tmp_path: Path) -> None:
    with open_board(tmp_path) as board, pytest.raises(InvalidInput, match="no picture"):
        board.image("wrong", wrong)


def test_text_has_the_tag_that_it_was_given(tmp_path: Path) -> None:
    with open_board(tmp_path) as board:
        board.text("notes/first", "**bold**, 中文")

    assert Logged(tmp_path).texts("notes/first") == ["**bold**, 中文"]


@pytest.mark.parametrize(
    "values",
    [
        torch.randn(10_000, generator=torch.Generator().manual_seed(0)),
        torch.linspace(-3, 3, 100, dtype=torch.bfloat16).requires_grad_(),
        NOISE.integers(-5, 5, 1000),
        [1, 2, 3.5],
    ],
    ids=["normal", "bfloat16", "integers", "list"],
)
def test_a_histogram_counts_each_number_where_it_is(values: object, tmp_path: Path) -> None:
    with open_board(tmp_path) as board:
        board.histogram("weights", values)  # type: ignore[arg-type]  # each of them are numbers

    found = Logged(tmp_path).histogram("weights")

    numbers = values.detach().float().numpy() if isinstance(values, torch.Tensor) else np.asarray(values, np.float32)
    edges = np.asarray(found.bucket_limit)
    # A number on an edge belongs to the bucket that is further from zero.
    outwards = np.where(numbers < 0, np.nextafter(numbers.astype(float), -np.inf), numbers)
    assert np.array_equal(found.bucket[1:], np.histogram(outwards, edges)[0])
    assert (found.min, found.max, found.num) == (numbers.min(), numbers.max(), numbers.size)
    assert found.sum == pytest.approx(numbers.sum(dtype=np.float64), rel=1e-4, abs=1e-3)
    assert found.sum_squares == pytest.approx((numbers.astype(float) ** 2).sum(), rel=1e-5)


def test_nan_and_infinity_are_left_out_of_a_histogram_and_said(tmp_path: Path) -> None:
    with open_board(tmp_path) as board:
        board.histogram("weights", torch.tensor([1.0, float("nan"), 2.0, float("inf"), -float("inf")]), 4)

    logged = Logged(tmp_path)

    assert logged.histogram("weights").num == 2
    assert logged.texts("weights/not_finite") == [
        "**1 NaN and 2 infinite** of 5 numbers, which the histogram leaves out"
    ]


@pytest.mark.parametrize("values", [torch.full((3,), float("nan")), torch.empty(0)], ids=["NaN", "none"])
def test_without_a_finite_number_there_is_no_histogram(values: torch.Tensor, tmp_path: Path) -> None:
    with open_board(tmp_path) as board:
        board.histogram("weights", values)

    assert Logged(tmp_path).tags["histograms"] == []


def test_a_video_is_a_moving_picture_and_needs_no_moviepy(tmp_path: Path) -> None:
    frames = np.zeros((3, 8, 10, 3), np.uint8)
    frames[1], frames[2] = 128, 255
    with open_board(tmp_path) as board:
        board.video("clip", frames, fps=5)

    (moving,) = Logged(tmp_path).films("clip")

    assert (moving.format, moving.n_frames, moving.size, moving.info["duration"]) == ("GIF", 3, (10, 8), 200)
    moving.seek(2)
    assert np.asarray(moving.convert("RGB")).min() == 255


def test_sound_keeps_both_channels_and_is_cut_where_it_is_too_loud(tmp_path: Path) -> None:
    both = np.stack([np.linspace(-1, 1, 800), np.full(800, 2.0)])
    with open_board(tmp_path) as board:
        board.audio("tone", both, rate=8000)

    (sound,) = Logged(tmp_path).sounds("tone")
    with wave.open(BytesIO(sound.encoded_audio_string)) as file:
        samples = np.frombuffer(file.readframes(800), "<i2").reshape(800, 2)

    assert (sound.sample_rate, sound.length_frames) == (8000, 800)
    assert samples[0].tolist() == [-32767, 32767]
    assert samples[-1].tolist() == [32767, 32767]


def test_points_come_back_with_colours_and_faces(tmp_path: Path) -> None:
    points = NOISE.normal(size=(4, 3)).astype(np.float32)
    colours = NOISE.integers(0, 256, (4, 3), np.uint8)
    with open_board(tmp_path) as board:
        board.mesh("solid", points, colours=colours, faces=[[0, 1, 2], [0, 2, 3]])

    logged = Logged(tmp_path)

    assert np.array_equal(logged.tensors("solid_VERTEX")[0][0], points)
    assert np.array_equal(logged.tensors("solid_COLOR")[0][0], colours)
    assert logged.tensors("solid_FACE")[0][0].tolist() == [[0, 1, 2], [0, 2, 3]]


def test_points_in_a_plane_are_refused(tmp_path: Path) -> None:
    with open_board(tmp_path) as board, pytest.raises(InvalidInput, match="no points in space"):
        board.mesh("flat", np.zeros((4, 2)))


def test_a_pr_curve_goes_from_all_to_none(tmp_path: Path) -> None:
    truth = np.array([0, 0, 1, 1])
    with open_board(tmp_path) as board:
        board.pr_curve("seven", truth, torch.tensor([0.1, 0.6, 0.4, 0.9]))

    curve = Logged(tmp_path).tensors("seven")[0]

    precision, recall = curve[4], curve[5]
    assert (recall[0], precision[0]) == (1.0, 0.5)
    assert precision[recall > 0].max() == 1.0


def test_an_embedding_has_its_labels_and_pictures_beside_it(tmp_path: Path) -> None:
    vectors = NOISE.normal(size=(5, 3)).astype(np.float32)
    pictures = [np.full((4, 6, 3), number * 50, np.uint8) for number in range(5)]
    with open_board(tmp_path) as board:
        board.embedding("digits", vectors, labels={"digit": [*"01234"], "found": [*"01\t34"]}, pictures=pictures)

    folder = tmp_path / "embeddings/digits/00000"
    written = np.fromfile(folder / "vectors.bytes", dtype=np.float32).reshape(5, 3)
    labels = (folder / "labels.tsv").read_text("utf-8").splitlines()
    sheet = np.asarray(Image.open(folder / "pictures.png"))

    assert np.allclose(written, vectors, rtol=1e-4)
    assert labels[:4] == ["digit\tfound", "0\t0", "1\t1", "2\t-"]
    assert sheet[0, ::6, 0].tolist() == [0, 50, 100]


def test_pytorchs_method_writes_the_same(tmp_path: Path) -> None:
    from hub.viz.boards.writer import Writer

    with Writer(str(tmp_path)) as writer:
        writer.add_embedding(
            torch.eye(3), [["a", 1], ["b", 2], ["c", 3]], torch.ones(3, 1, 2, 2), 7, "three", ["letter", "number"]
        )

    folder = tmp_path / "embeddings/three/00007"
    assert (folder / "labels.tsv").read_text("utf-8") == "letter\tnumber\na\t1\nb\t2\nc\t3\n"
    with Image.open(folder / "pictures.png") as sheet:
        assert sheet.size == (4, 4)


def test_rows_of_the_table_of_runs_keep_settings_that_others_lack(tmp_path: Path) -> None:
    from tensorboard.plugins.hparams import metadata

    with open_board(tmp_path) as board:
        board.hparams("first", {"lr": 0.1, "flip": True}, {"accuracy": 0.5})
        board.hparams("second", {"lr": 0.2, "depth": 3, "optimizer": "sgd"}, {"accuracy": 0.7, "loss": 1.0})

    first, second = Logged(tmp_path / "first"), Logged(tmp_path / "second")
    told = metadata.parse_session_start_info_plugin_data(second.plugin("hparams", metadata.SESSION_START_INFO_TAG))
    flipped = metadata.parse_session_start_info_plugin_data(first.plugin("hparams", metadata.SESSION_START_INFO_TAG))

    assert {name: value.number_value or value.string_value for name, value in told.hparams.items()} == {
        "lr": 0.2,
        "depth": 3.0,
        "optimizer": "sgd",
    }
    assert flipped.hparams["flip"].string_value == "true"
    assert metadata.EXPERIMENT_TAG not in first.of_plugin("hparams")
    assert second.scalars("loss") == [(0, 1.0)]


def test_charts_are_put_together_after_the_fact(tmp_path: Path) -> None:
    from tensorboard.plugins.custom_scalar import layout_pb2

    with open_board(tmp_path) as board:
        board.layout({"Losses": {"both": ["loss/train", "loss/test"]}})

    (content,) = Logged(tmp_path).tensors("custom_scalars__config__")
    layout = layout_pb2.Layout.FromString(content.item())

    assert layout.category[0].chart[0].title == "both"
    assert list(layout.category[0].chart[0].multiline.tag) == ["loss/train", "loss/test"]


def test_bars_and_heat_maps_are_pictures(tmp_path: Path) -> None:
    with open_board(tmp_path) as board:
        board.bars("classes", {"cat": 10, "dog": 5})
        board.heatmap("confusion", torch.eye(3), ["a", "b", "c"], ["a", "b", "c"])

    assert Logged(tmp_path).tags["images"] == ["classes", "confusion"]


def test_a_figure_of_matplotlib_is_a_picture(tmp_path: Path) -> None:
    figure = pytest.importorskip("matplotlib.figure").Figure()
    figure.add_subplot().plot([1, 2])
    with open_board(tmp_path) as board:
        board.figure("curve", figure)

    assert Logged(tmp_path).pictures("curve")[0].shape[2] in (3, 4)


def test_a_graph_names_modules_and_operations(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_board(tmp_path) as board:
        board.graph(nn.Sequential(nn.Linear(4, 8), nn.ReLU()), torch.zeros(2, 4))

    nodes = {node.name: node for node in Logged(tmp_path).graph().node}

    assert any("Linear[0]" in name for name in nodes)
    assert any(name.endswith("aten::relu") or "relu" in nodes[name].op for name in nodes)
    assert capsys.readouterr().out == ""


def test_what_cannot_be_followed_is_told_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Broken(nn.Module):
        def forward(self, _: torch.Tensor) -> torch.Tensor:
            raise ValueError("not today")

    with open_board(tmp_path) as board, pytest.raises(NotConvertible, match="ValueError: not today"):
        board.graph(Broken(), torch.zeros(1))

    assert Logged(tmp_path).tags["tensors"] == []
    assert capsys.readouterr().out == ""


def test_the_writer_adds_videos_as_pytorch_does(tmp_path: Path) -> None:
    with open_board(tmp_path) as board:
        board.writer.add_video("two", torch.rand(2, 3, 3, 8, 8), 1, fps=2)  # type: ignore[attr-defined]

    (moving,) = Logged(tmp_path).films("two")

    assert (moving.n_frames, moving.size) == (3, (16, 8))


def test_a_board_that_is_closed_twice_keeps_what_it_has(tmp_path: Path) -> None:
    with open_board(tmp_path) as board:
        board.scalar("a", 1)
        board.close()

    assert Logged(tmp_path).scalars("a") == [(0, 1.0)]


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "runs"
    file.write_text("no folder")

    with pytest.raises(StoreError, match="cannot write event files"):
        open_board(file)


def test_without_tensorboard_the_line_that_installs_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "tensorboard" else find(name))

    with pytest.raises(MissingExtra, match=r'pip install "hub-zoo\[tensorboard\]"'):
        open_board(tmp_path)


def test_a_board_says_once_what_it_cannot_show(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with open_board(tmp_path) as board, caplog.at_level(logging.WARNING, "hub.viz"):
        board.cannot("smells", "a")
        board.cannot("smells", "b")

    assert caplog.messages == ["TensorBoard cannot show smells: a is left out"]


def test_what_boards_are_for_is_found_when_it_is_used() -> None:
    import hub.viz

    assert dir(hub.viz) == hub.viz.__all__
    assert all(callable(getattr(hub.viz, name)) for name in ("open_board", "log_model", "compare"))
    with pytest.raises(AttributeError, match="no attribute 'log_modle'"):
        _ = hub.viz.log_modle


@pytest.mark.parametrize("module", ["hub.viz.networks", "hub.viz.contents", "hub.viz.runs", "hub.viz.boards"])
def test_what_writes_to_boards_imports_none_before_one_is_opened(module: str) -> None:
    program = f"import sys, {module}; print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert {"tensorboard", "visdom", "matplotlib", "pandas", "IPython"}.isdisjoint(done.stdout.split())
