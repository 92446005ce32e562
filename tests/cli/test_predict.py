"""`hub predict`: what it reads, prints and draws."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision import models
from videos import pictures, write_video

from hub import cli
from hub.cli.pictures import read_image, write_new
from hub.errors import HubError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]

ORIENTATION = 0x0112  # of the EXIF standard; 6: the camera was held turned by a quarter to the left
TURNED = 6

SSDLITE, LRASPP, RAFT = "ssdlite320_mobilenet_v3_large", "lraspp_mobilenet_v3_large", "raft_small"
OWN: dict[str, dict[str, int | None]] = {
    SSDLITE: {"num_classes": 3, "weights_backbone": None},
    LRASPP: {"num_classes": 3, "weights_backbone": None},
    "squeezenet1_1": {"num_classes": 3},
    RAFT: {},
}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Weights of one's own, random, for three classes."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("weights")
    paths = {name: folder / f"{name}.pth" for name in OWN}
    for name, path in paths.items():
        torch.save(models.get_model(name, weights=None, **OWN[name]).state_dict(), path)
    return paths


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Two pictures of the same name in two folders."""
    found = [tmp_path / folder / "cat.png" for folder in ("a", "b")]
    for path in found:
        path.parent.mkdir()
        Image.effect_noise((144, 136), 90).convert("RGB").save(path)
    return found


@pytest.fixture
def run(
    home: Path, trained: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Run:
    """Run `hub predict` with weights of one's own; return exit code, standard output and standard error."""
    monkeypatch.setenv("HUB_OFFLINE", "1")

    def predict(model: str, *arguments: str | Path) -> tuple[int, str, str]:
        own = ["--weights", str(trained[model])] if model in trained else []
        own += ["--num-classes", "3"] if OWN.get(model) else []
        code = cli.run(["predict", model, *map(str, arguments), *own, "--quiet"])
        printed = capfd.readouterr()
        return code, printed.out, printed.err

    return predict


def test_a_photo_of_a_phone_is_turned_upright(tmp_path: Path) -> None:
    sensor = np.zeros((2, 4, 3), np.uint8)
    sensor[0] = 255
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED
    Image.fromarray(sensor).save(tmp_path / "phone.png", exif=exif)

    upright = np.asarray(read_image(tmp_path / "phone.png"))

    np.testing.assert_array_equal(upright, np.rot90(sensor, k=-1))


def test_classes_have_a_bar_each(run: Run, photos: list[Path]) -> None:
    code, out, _ = run("squeezenet1_1", *photos, "--top", "2")

    lines = out.splitlines()
    assert code == 0
    assert [lines[0], lines[3]] == [str(path) for path in photos]
    assert all("%" in line for line in (*lines[1:3], *lines[4:6]))


def test_objects_are_a_table_and_drawn_where_that_is_asked_for(run: Run, photos: list[Path], tmp_path: Path) -> None:
    code, out, _ = run(SSDLITE, photos[0], "--threshold", "0", "--top", "3", "--out", tmp_path / "new" / "out")

    lines = out.splitlines()
    assert code == 0
    assert lines[1].split() == ["object", "sure", "left", "top", "right", "bottom"]
    assert [len(line.split()) for line in lines[2:5]] == [6, 6, 6]
    assert lines[5:] == [str(tmp_path / "new" / "out" / "cat.png")]
    with Image.open(lines[5]) as drawn:
        assert drawn.size == (144, 136)


def test_json_has_every_object(run: Run, photos: list[Path], tmp_path: Path) -> None:
    _, out, _ = run(SSDLITE, photos[0], "--threshold", "0", "--top", "3", "--out", tmp_path / "out", "--json")

    found: dict[str, Any] = json.loads(out)[str(photos[0])]
    assert found["picture"] == str(tmp_path / "out" / "cat.png")
    assert len(found["objects"]) == 3
    assert found["objects"][0].keys() == {"label", "number", "score", "box"}


def test_no_object_is_said_too(run: Run, photos: list[Path]) -> None:
    code, out, _ = run(SSDLITE, photos[0], "--threshold", "1")

    assert code == 0
    assert "nothing that it is 100% sure of" in out


def test_no_drawing_takes_the_place_of_another(run: Run, photos: list[Path], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "cat.png").write_text("mine")

    _, out, _ = run(LRASPP, *photos, "--out", tmp_path / "out")

    names = [line.rpartition("/")[2] for line in out.splitlines() if line.startswith(str(tmp_path / "out"))]
    assert names == ["cat-2.png", "cat-3.png"]
    assert (tmp_path / "out" / "cat.png").read_text() == "mine"


def test_pixels_are_shares_of_the_picture(run: Run, photos: list[Path]) -> None:
    code, out, _ = run(LRASPP, photos[0], "--json")

    found = json.loads(out)[str(photos[0])]
    assert code == 0
    assert sum(each["share"] for each in found["classes"]) == pytest.approx(1)
    assert found["picture"] is None


def test_two_pictures_have_a_flow(run: Run, photos: list[Path], tmp_path: Path) -> None:
    code, out, _ = run(RAFT, *photos, "--out", tmp_path / "out")

    lines = out.splitlines()
    assert code == 0
    assert lines[0] == f"{photos[0]} -> {photos[1]}"
    assert "on average" in lines[1]
    assert lines[-1] == str(tmp_path / "out" / "cat-cat.png")


@pytest.mark.slow  # 128 frames
def test_a_video_has_classes(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HUB_OFFLINE", "1")
    torch.save(models.get_model("s3d", weights=None, num_classes=3).state_dict(), tmp_path / "own.pth")
    path = write_video(tmp_path / "noise.mkv", pictures(4))

    own = ["--weights", str(tmp_path / "own.pth"), "--num-classes", "3"]
    assert cli.run(["predict", "s3d", str(path), *own, "--json", "--quiet"]) == 0

    found = json.loads(capfd.readouterr().out)[str(path)]
    assert {each["label"] for each in found} == {"0", "1", "2"}


MISTAKES = {
    "a video for a classifier": (["squeezenet1_1", "video.mkv"], "is a video"),
    "a picture for videos": (["r3d_18", "small.png"], "is a picture"),
    "a text": ([SSDLITE, "text.txt"], "cannot be read as a picture"),
    "a gone video": (["r3d_18", "gone.mp4"], "there is no video"),
    "a folder for videos": (["r3d_18", "."], "is a folder"),
    "one picture for a flow": ([RAFT, "small.png"], "two pictures"),
    "out is a file": ([SSDLITE, "small.png", "--out", "text.txt"], "is no folder"),
    "out lies below a file": ([SSDLITE, "small.png", "--out", "text.txt/out"], "is no folder"),
    "out for classes": (["squeezenet1_1", "small.png", "--out", "."], "--out means nothing"),
    "a threshold for classes": (["squeezenet1_1", "small.png", "--threshold", "0.3"], "--threshold means nothing"),
    "top of a flow": ([RAFT, "small.png", "small.png", "--top", "3"], "--top means nothing"),
    "a threshold above 1": ([SSDLITE, "small.png", "--threshold", "50"], "--threshold"),
    "a picture that ends early": (["squeezenet1_1", "cut.png"], "cannot be read as a picture"),
    "no such dtype": (["squeezenet1_1", "small.png", "--dtype", "int8"], "no dtype"),
    "no such device": (["squeezenet1_1", "small.png", "--device", "gpu"], "no device"),
}


@pytest.fixture
def inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with files of all kinds."""
    Image.new("RGB", (8, 8)).save(tmp_path / "small.png")
    Image.effect_noise((64, 64), 90).save(tmp_path / "whole.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "whole.png").read_bytes()[:200])
    (tmp_path / "text.txt").write_text("no picture")
    write_video(tmp_path / "video.mkv", pictures(2))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("inputs")
@pytest.mark.parametrize(("arguments", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_three_lines(arguments: list[str], said: str, run: Run) -> None:
    code, out, err = run(*arguments)

    assert code in (1, 2)
    assert out == ""
    assert said in err
    assert 2 <= len(err.splitlines()) <= 3


def test_a_broken_picture_leaves_the_others_alone(run: Run, inputs: Path) -> None:
    code, out, err = run("squeezenet1_1", "gone.png", "small.png", "cut.png", "whole.png", "--top", "1")

    assert code == 1
    assert [line for line in out.splitlines() if not line.startswith(" ")] == ["small.png", "whole.png"]
    assert [line.partition(":")[2] for line in err.splitlines() if not line.startswith(" ")] == [
        " there is no picture gone.png",
        " cut.png cannot be read as a picture",
    ]
    assert len(err.splitlines()) <= 6


def test_json_has_every_input_in_order_and_the_errors_of_bad_ones(run: Run, inputs: Path) -> None:
    code, out, err = run("squeezenet1_1", "small.png", "cut.png", "whole.png", "--top", "1", "--json")

    found = json.loads(out)
    assert code == 1
    assert [*found] == ["small.png", "cut.png", "whole.png"]
    assert found["cut.png"]["error"] in err
    assert [len(found[name]) for name in ("small.png", "whole.png")] == [1, 1]


def test_the_first_error_decides_the_exit_code(run: Run, inputs: Path) -> None:
    code, _, err = run("r3d_18", "small.png", "gone.mkv")

    assert code == 2  # a picture in place of a video; that a file is gone is 1
    assert "there is no video gone.mkv" in err


def test_classes_are_counted_for_weights_of_ones_own_only(
    home: Path, photos: list[Path], capfd: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["predict", "squeezenet1_1", str(photos[0]), "--num-classes", "3", "--quiet"]) == 2

    assert "--weights FILE" in capfd.readouterr().err


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    with pytest.raises(HubError, match="cannot be written"):
        write_new(Image.new("RGB", (8, 8)), tmp_path / "gone", "cat")


@pytest.mark.parametrize(
    ("given", "hint"),
    [("https://example.org/cat.jpg", "`hub download URL` fetches it"), ("-", "not standard input")],
)
def test_what_is_no_file_says_what_to_do(run: Run, given: str, hint: str) -> None:
    code, _, err = run("squeezenet1_1", given)

    assert code == 1
    assert hint in err
