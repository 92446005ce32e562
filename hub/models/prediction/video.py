"""The likeliest classes of a video."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from hub.decoders import video as decoder
from hub.errors import InvalidInput, WrongType
from hub.models import preprocessing
from hub.models.about import about_model
from hub.models.prediction.classification import USUAL_TOP, likeliest
from hub.models.prediction.running import evaluating, placed, transforms_for
from hub.trees import Place

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor, nn

    from hub.models.prediction.results import Prediction

# Frames that are decoded before they are made small: 128 of a film in 4K would take three gigabytes.
AT_ONCE = 8


def classify_video(
    model: nn.Module, video: Tensor | str | os.PathLike[str], *, top: int = USUAL_TOP
) -> list[Prediction]:
    """Return the `top` likeliest classes of a video, likeliest first.

    The video is a file, or a uint8 tensor of (frames, 3, height, width). From all of it, as many frames are taken in
    equal steps as the weights were measured with, so cut a long film to what is to be told.

    Raises InvalidInput if the model does not tell what happens in videos, FormatError for a file that is no video,
    MissingFile if there is none, and MissingExtra without PyAV.
    """
    prepare = transforms_for(model, preprocessing.Video)
    clip = _of_tensor(video, prepare) if isinstance(video, torch.Tensor) else _of_file(video, prepare)
    with evaluating(model):
        scores = model(placed(clip[None], model))
        return likeliest(scores, about_model(model).categories, top)[0]


def evenly(count: int, wanted: int) -> NDArray[np.int64]:
    """Return which of `count` frames to take, from the middles of equal parts; of fewer than `wanted`, some twice.

    >>> evenly(10, 5).tolist(), evenly(2, 4).tolist()
    ([1, 3, 5, 7, 9], [0, 0, 1, 1])
    """
    return (np.arange(wanted, dtype=np.int64) * 2 + 1) * count // (2 * wanted)


def _of_tensor(video: Tensor, prepare: preprocessing.Video) -> Tensor:
    if video.dtype != torch.uint8 or video.ndim != 4 or video.shape[1] != 3 or not video.numel():  # noqa: PLR2004
        raise InvalidInput(
            "this is no video",
            expected="a uint8 tensor of (frames, 3, height, width)",
            found=f"{video.dtype} of {list(video.shape)}",
        )
    return prepare(video[torch.from_numpy(evenly(len(video), prepare.frames))])


def _of_file(video: str | os.PathLike[str], prepare: preprocessing.Video) -> Tensor:
    """Return the clip that the network takes, (3, frames, height, width), prepared in parts."""
    if not isinstance(video, (str, os.PathLike)):
        raise WrongType(
            "this is no video",
            expected="a path, or a uint8 tensor of (frames, 3, height, width)",
            found=type(video).__name__,
        )
    place = Place(Path(video).parent, Path(video).name)
    times = decoder.times(place)
    ticks = times.ticks[evenly(len(times.ticks), prepare.frames)]
    parts = [ticks[start : start + AT_ONCE] for start in range(0, len(ticks), AT_ONCE)]
    frames = (torch.from_numpy(decoder.frames(place, part)).permute(0, 3, 1, 2) for part in parts)
    return torch.cat([prepare(each) for each in frames], dim=1)
