"""What moves, sounds or lies in space is found in samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from PIL import Image
from videos import SOUND_RATE, pictures, write_video

import hub
from hub.cards import Field
from hub.viz import media

if TYPE_CHECKING:
    from pathlib import Path

VIDEO, AUDIO = Field(name="video", kind="video"), Field(name="audio", kind="audio")
OBJECTS = Field(name="objects", kind="annotation")
LEFT, DISPARITY = Field(name="left", kind="image"), Field(name="disparity", kind="disparity")


@pytest.mark.parametrize(
    "frames",
    [
        np.zeros((5, 8, 10, 3), np.uint8),
        torch.zeros(5, 3, 8, 10, dtype=torch.uint8),
        np.zeros((5, 8, 10), np.uint8),
    ],
    ids=["channels last", "channels first", "grey"],
)
def test_frames_are_a_film_however_they_are_stored(frames: Any) -> None:
    (film,) = media.films({"video": frames}, [VIDEO])

    assert film.frames.shape[:3] == (5, 8, 10)
    assert film.fps == media.FPS


def test_a_long_and_large_video_is_made_shorter_and_smaller() -> None:
    (film,) = media.films({"video": np.zeros((100, 300, 600, 3), np.uint8)}, [VIDEO])

    assert film.frames.shape == (media.FRAMES, 100, 200, 3)


def test_a_clip_knows_its_rate_and_that_of_its_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("av")
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "home"))
    write_video(tmp_path / "root/train/jumping/one.mkv", pictures(30), rate=25, sound="pcm_s16le")
    clips: Any = hub.load_dataset(
        "kinetics", split="train", data_dir=tmp_path / "root", frames_per_clip=20, extensions=("mkv",), progress=False
    )

    row = clips.row(0)
    (film,) = media.films(row, clips.fields)
    (sound,) = media.sounds(row, clips.fields)

    assert film.fps == pytest.approx(25)
    assert sound.rate == SOUND_RATE
    assert sound.samples.shape == (1, 20 * SOUND_RATE // 25)


def test_a_video_without_sound_is_not_heard() -> None:
    assert list(media.sounds({"audio": torch.empty(1, 0)}, [AUDIO])) == []


def test_boxes_in_space_stand_where_they_are_told() -> None:
    car = {"dimensions": [1.5, 2.0, 4.0], "location": [3.0, 1.0, 10.0], "rotation_y": 0.0}
    nothing = {"dimensions": [-1.0, -1.0, -1.0], "location": [0.0, 0.0, 0.0], "rotation_y": 0.0}

    (mesh,) = media.meshes({"objects": [car, nothing]}, [OBJECTS])

    assert mesh.points.min(axis=0).tolist() == [1.0, -1.0, -11.0]
    assert mesh.points.max(axis=0).tolist() == [5.0, 0.5, -9.0]
    assert mesh.faces is not None
    assert mesh.faces.max() == len(mesh.points) - 1


def test_a_box_that_is_turned_by_a_quarter_changes_length_and_width() -> None:
    car = {"dimensions": [1.5, 2.0, 4.0], "location": [0.0, 0.0, 0.0], "rotation_y": np.pi / 2}

    (mesh,) = media.meshes({"objects": [car]}, [OBJECTS])

    assert np.ptp(mesh.points, axis=0) == pytest.approx([2.0, 1.5, 4.0], abs=1e-5)


def test_annotations_without_boxes_in_space_give_none() -> None:
    assert list(media.meshes({"objects": [{"bbox": [0, 0, 1, 1]}]}, [OBJECTS])) == []


def test_disparity_makes_a_relief_in_the_colours_of_the_picture() -> None:
    disparity = np.full((1, 6, 8), 2.0, np.float32)
    disparity[0, 0, 0], disparity[0, 5, 7] = np.inf, 4.0
    photo = Image.new("RGB", (8, 6), (9, 8, 7))

    (mesh,) = media.meshes({"left": photo, "disparity": disparity}, [LEFT, DISPARITY])

    assert mesh.points.shape == (47, 3)
    assert mesh.points[-1, 2] == pytest.approx(0.25)
    assert mesh.points[0, 2] == pytest.approx(0.125)
    assert mesh.colours is not None
    assert np.unique(mesh.colours, axis=0).tolist() == [[9, 8, 7]]


def test_a_relief_of_a_large_picture_has_few_points() -> None:
    (mesh,) = media.meshes({"disparity": np.ones((1, 1000, 2000), np.float32)}, [DISPARITY])

    assert len(mesh.points) <= media.POINTS


def test_a_tensor_of_places_is_shown_as_it_is() -> None:
    places = torch.rand(7, 3)

    (mesh,) = media.meshes({"cloud": places}, [Field(name="cloud", kind="tensor")])

    assert np.array_equal(mesh.points, places.numpy())
