"""Clips are cut where torchvision's VideoClips cuts them."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torchvision.datasets.video_utils import VideoClips

from hub.datasets.videos import cutting
from hub.datasets.videos.cutting import Cut
from hub.errors import InvalidInput

OPTIONS: dict[str, Any] = {
    "frames_per_clip": 5,
    "step_between_clips": 1,
    "frame_rate": 0.0,
    "output_format": "THWC",
    "num_workers": 1,
}


def upstream(cut: Cut, count: int, rate: float) -> list[list[int]]:
    """Return which frames are each clip of a video, as torchvision has it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # too short
        clips, _ = VideoClips.compute_clips_for_video(
            torch.arange(count), cut.frames_per_clip, cut.step, rate, cut.frame_rate or None
        )
    found: list[list[int]] = clips.tolist()
    return found


@given(
    count=st.integers(0, 90),
    rate=st.sampled_from([24.0, 25.0, 29.97002997002997, 30.0, 24.193548387096776, 12.5]),
    size=st.integers(1, 20),
    step=st.integers(1, 20),
    frame_rate=st.sampled_from([0.0, 1.0, 5.0, 7.3, 12.5, 15.0, 25.0, 29.97002997002997, 50.0, 60.0]),
)
def test_clips_are_those_of_torchvision(count: int, rate: float, size: int, step: int, frame_rate: float) -> None:
    cut = Cut(size, step, frame_rate, "THWC", "")
    expected = upstream(cut, count, rate)

    (number,) = cut.clips(np.array([count]), np.array([rate])).tolist()

    assert number == len(expected)
    assert [cut.frames(clip, count, rate).tolist() for clip in range(number)] == expected


def test_videos_of_ten_and_fifteen_frames_give_two_and_three_clips_of_five() -> None:
    cut = Cut(5, 5, 0.0, "THWC", "")

    assert cut.clips(np.array([10, 15]), np.array([25.0, 25.0])).tolist() == [2, 3]


def test_a_video_without_frames_gives_no_clip() -> None:
    cut = Cut(1, 1, 10.0, "THWC", "")

    assert cut.clips(np.array([0]), np.array([1.0])).tolist() == [0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"frames_per_clip": 0},
        {"step_between_clips": 0},
        {"frame_rate": -1.0},
        {"output_format": "CHWT"},
        {"fold": 4, "part": "train"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_options_without_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(wrong))):
        cutting.asked(OPTIONS | wrong)


def test_formats_may_be_written_in_small_letters() -> None:
    assert cutting.asked(OPTIONS | {"output_format": "tchw"}).output_format == "TCHW"
