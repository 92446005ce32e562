"""Cutting: which frames of a video are a clip.

frames of a video      0 1 2 3 4 5 6 7 8 9
3 a clip, step 4       [0 1 2] [4 5 6]            what is left is too short
at half the rate       0   2   4   6   8          clips are cut from these
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np
import torch

from hub.decoders import video
from hub.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from hub.readers import Options
    from hub.trees import Place

Number = TypeVar("Number", int, float)

OPTIONS = ("frames_per_clip", "step_between_clips", "frame_rate", "output_format", "num_workers", "fold", "part")
"""Options of a card that has clips which concern the cutting, and not which videos there are."""

FORMATS = ("THWC", "TCHW")

FOLDS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Cut:
    """How videos are cut. `chosen` names a list of videos that the files hold, "" is all."""

    frames_per_clip: int
    step: int
    frame_rate: float
    output_format: str
    chosen: str

    def clips(self, counts: NDArray[np.int64], rates: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return how many clips videos give that have these numbers of frames and rates."""
        if self.frame_rate:
            counts = self._resampled(counts, rates)
        return np.maximum((counts - self.frames_per_clip) // self.step + 1, 0)

    def frames(self, clip: int, count: int, rate: float) -> NDArray[np.int64]:
        """Return which frames of a video with `count` of them are clip number `clip`."""
        window = np.arange(self.frames_per_clip) + clip * self.step
        if not self.frame_rate:
            return window
        ratio = rate / self.frame_rate
        if ratio.is_integer():
            return window * int(ratio)
        # In float32, because torchvision's own frames are found so; its last bits decide which one is nearer.
        nearest = (window.astype(np.float32) * np.float32(ratio)).astype(np.int64)
        return np.minimum(nearest, count - 1)

    def _resampled(self, counts: NDArray[np.int64], rates: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return how many frames there are at the rate of the clips."""
        ratios = rates / self.frame_rate
        whole = ratios == np.floor(ratios)
        kept = np.ceil(counts / np.where(whole, ratios, 1))
        return np.where(whole, kept, np.floor(counts * self.frame_rate / rates)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Clip:
    """Some frames of a video, by when they are shown and by their numbers, and the video's own rate."""

    place: Place
    ticks: NDArray[np.int64]
    numbers: NDArray[np.int64]
    rate: float
    output_format: str

    def frames(self) -> Tensor:
        """Return the frames as uint8 of shape (T, H, W, C) or (T, C, H, W)."""
        frames = torch.from_numpy(video.frames(self.place, self.ticks))
        return frames if self.output_format == "THWC" else frames.permute(0, 3, 1, 2)

    def sound(self) -> Tensor:
        """Return what is heard from the first frame to the end of the last, as float32 of shape (channels, samples)."""
        start, stop = int(self.numbers[0]) / self.rate, (int(self.numbers[-1]) + 1) / self.rate
        return torch.from_numpy(video.sound(self.place, start, stop))


def asked(options: Options) -> Cut:
    """Return what options of a card ask for. Raises InvalidInput if it makes no sense."""
    cut = Cut(
        frames_per_clip=_at_least(1, options, "frames_per_clip"),
        step=_at_least(1, options, "step_between_clips"),
        frame_rate=_at_least(0, options, "frame_rate"),
        # torchvision's own rule for videos in the layout that it had before there were splits.
        output_format="THWC" if options.get("_legacy") else str(options["output_format"]).upper(),
        chosen=f"{options['part']}{options['fold']}" if "part" in options else "",
    )
    if cut.output_format not in FORMATS:
        raise InvalidInput("output_format is unknown", expected=" or ".join(FORMATS), found=options["output_format"])
    if options.get("fold", 1) not in FOLDS:
        raise InvalidInput("there is no such fold", expected="1, 2 or 3", found=options["fold"])
    return cut


def _at_least(least: Number, options: Options, name: str) -> Number:
    value = cast("Number", options[name])
    if value < least:
        raise InvalidInput(f"{name}={value} cuts no clips", expected=f"{least} or more", found=value)
    return value
