"""What happens in a video."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from models.prediction.by_hand import ByHand, network
from videos import pictures, write_video

from hub.errors import FormatError, InvalidInput, MissingFile, WrongType
from hub.models.prediction import classify_video, predict
from hub.models.preprocessing import transforms

if TYPE_CHECKING:
    from pathlib import Path


def brightness(clip: torch.Tensor) -> torch.Tensor:
    mean = clip.mean((1, 2, 3, 4))
    return torch.stack([mean, -mean], dim=1)


def model(dtype: torch.dtype = torch.float32) -> ByHand:
    return network("video-classification", brightness, categories=("light", "dark"), dtype=dtype)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_the_likeliest_class_comes_first(dtype: torch.dtype) -> None:
    found = classify_video(model(dtype), torch.full((6, 3, 16, 16), 255, dtype=torch.uint8))

    assert [each.label for each in found] == ["light", "dark"]
    assert sum(each.probability for each in found) == pytest.approx(1, abs=1e-3)


def test_frames_are_taken_in_equal_steps_from_all_of_the_video() -> None:
    frames = torch.arange(12, dtype=torch.uint8)[:, None, None, None].expand(12, 3, 8, 8)
    watching = model()

    classify_video(watching, frames)

    (clip,) = watching.given
    assert clip.shape == (1, 3, 4, 8, 8)
    assert (clip[0, 0, :, 0, 0] * 255).round().tolist() == [1, 4, 7, 10]


def test_a_file_is_read_as_its_frames_are(tmp_path: Path) -> None:
    frames = pictures(20)
    path = write_video(tmp_path / "noise.mkv", frames)

    found = predict(model(), path)

    assert found == predict(model(), torch.from_numpy(frames).permute(0, 3, 1, 2))


def test_a_video_of_fewer_frames_shows_some_twice(tmp_path: Path) -> None:
    watching = model()

    predict(watching, str(write_video(tmp_path / "short.mkv", pictures(2))))

    (clip,) = watching.given
    assert torch.equal(clip[:, :, 0], clip[:, :, 1])
    assert clip.shape[2] == 4


def test_clips_are_as_long_as_those_that_the_weights_were_measured_with() -> None:
    lengths = {name: getattr(transforms(name), "frames", 0) for name in ("r3d_18", "s3d", "mvit_v2_s", "swin3d_t")}

    assert lengths == {"r3d_18": 16, "s3d": 128, "mvit_v2_s": 16, "swin3d_t": 32}


def test_a_file_that_is_no_video_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "notes.mp4").write_text("nothing to see")

    with pytest.raises(FormatError, match="no video that can be read"):
        predict(model(), tmp_path / "notes.mp4")


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        predict(model(), tmp_path / "gone.mp4")


@pytest.mark.parametrize(
    "video",
    [
        torch.zeros(3, 16, 16, dtype=torch.uint8),
        torch.zeros(4, 16, 16, 3, dtype=torch.uint8),
        torch.zeros(4, 3, 16, 16),
        torch.zeros(0, 3, 16, 16, dtype=torch.uint8),
    ],
    ids=["a picture", "channels last", "floats", "no frames"],
)
def test_another_tensor_is_no_video(video: torch.Tensor) -> None:
    with pytest.raises(InvalidInput, match=r"frames, 3, height, width"):
        predict(model(), video)


def test_an_array_is_no_video() -> None:
    with pytest.raises(WrongType):
        predict(model(), np.zeros((4, 16, 16, 3), np.uint8))  # type: ignore[arg-type]
