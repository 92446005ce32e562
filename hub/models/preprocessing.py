"""The preprocessing that weights were trained with, as a function of a picture, a video, or two pictures.

Each is bit-equal to the preset of the same kind in torchvision, whose classes are private. A picture is a PIL image or
a tensor of ([batch,] channels, height, width), in uint8 or floating point from 0 to 1; results are float32.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import torch
from torchvision.transforms import InterpolationMode, functional

from hub import registry
from hub.cards import (
    AnyPreset,
    ClassificationPreset,
    DetectionPreset,
    FlowPreset,
    SegmentationPreset,
    TimmPreset,
    VideoPreset,
)
from hub.errors import InvalidInput
from hub.models import arguments, selection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL.Image import Image
    from torch import Tensor

    from hub.models.selection import Wanted


@dataclass(frozen=True, slots=True)
class Classification:
    """Resizes the shorter side, cuts out the middle, scales to [0, 1] and normalises each channel.

    Gives ([batch,] channels, crop, crop).
    """

    resize: int
    crop: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    interpolation: str = "bilinear"
    antialias: bool = True

    def __call__(self, image: Image | Tensor) -> Tensor:
        resized = _resized(image, [self.resize], self.interpolation, antialias=self.antialias)
        return _normalised(functional.center_crop(resized, [self.crop]), self.mean, self.std)


@dataclass(frozen=True, slots=True)
class Segmentation:
    """Resizes the shorter side, scales to [0, 1] and normalises each channel.

    Gives ([batch,] channels, height, width), the smaller of the two being `resize`.
    """

    resize: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    interpolation: str = "bilinear"
    antialias: bool = True

    def __call__(self, image: Image | Tensor) -> Tensor:
        resized = _resized(image, [self.resize], self.interpolation, antialias=self.antialias)
        return _normalised(resized, self.mean, self.std)


@dataclass(frozen=True, slots=True)
class Detection:
    """Scales to [0, 1]; the network resizes and normalises itself. Gives ([batch,] channels, height, width)."""

    def __call__(self, image: Image | Tensor) -> Tensor:
        return _scaled(image)


@dataclass(frozen=True, slots=True)
class Video:
    """Resizes each frame, cuts out the middle, scales to [0, 1], normalises each channel and puts channels first.

    Takes a uint8 or float tensor of ([batch,] frames, channels, height, width); gives ([batch,] channels, frames,
    height, width) with height and width as in `crop`. `resize` is the shorter side, or height and width. `frames` is
    how many frames clips had when the weights were measured; here any number will do.
    """

    resize: tuple[int, ...]
    crop: tuple[int, int]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    interpolation: str = "bilinear"
    frames: int = 16

    def __call__(self, video: Tensor) -> Tensor:
        if not isinstance(video, torch.Tensor) or video.ndim not in (4, 5):
            raise InvalidInput(
                "this is no video",
                expected="a tensor of ([batch,] frames, channels, height, width)",
                found=f"shape {list(video.shape)}" if isinstance(video, torch.Tensor) else type(video).__name__,
            )
        frames = video.reshape(-1, *video.shape[-3:])
        # Without antialiasing, because the published weights were trained so.
        resized = _resized(frames, list(self.resize), self.interpolation, antialias=False)
        ready = _normalised(functional.center_crop(resized, list(self.crop)), self.mean, self.std)
        return ready.view(*video.shape[:-2], *self.crop).transpose(-4, -3)


@dataclass(frozen=True, slots=True)
class Flow:
    """Scales two pictures to [-1, 1]. Gives two of ([batch,] channels, height, width)."""

    def __call__(self, first: Image | Tensor, second: Image | Tensor) -> tuple[Tensor, Tensor]:
        half = (0.5, 0.5, 0.5)
        return _normalised(first, half, half).contiguous(), _normalised(second, half, half).contiguous()


@dataclass(frozen=True, slots=True)
class Timm:
    """Does to a PIL image what `timm.data.create_transform` does for evaluation; for what is no Classification.

    `input_size` is channels, height and width. Gives (channels, height, width).
    """

    input_size: tuple[int, ...]
    crop_fraction: float
    crop_mode: str
    mean: tuple[float, ...]
    std: tuple[float, ...]
    interpolation: str

    def __call__(self, image: Image) -> Tensor:
        from timm.data import create_transform

        if isinstance(image, torch.Tensor):
            raise InvalidInput("this preprocessing of timm's is for PIL images", found="a tensor")
        transform = create_transform(
            self.input_size,
            crop_pct=self.crop_fraction,
            crop_mode=self.crop_mode,
            mean=self.mean,
            std=self.std,
            interpolation=self.interpolation,
        )
        ready: Tensor = transform(image)
        return ready


Preprocessing = Classification | Segmentation | Detection | Video | Flow | Timm

# What a card calls a preprocessing -> its function, which has the card's values under the same names.
FUNCTIONS: dict[type[AnyPreset], type[Preprocessing]] = {
    ClassificationPreset: Classification,
    SegmentationPreset: Segmentation,
    DetectionPreset: Detection,
    VideoPreset: Video,
    FlowPreset: Flow,
    TimmPreset: Timm,
}


def _resized(image: Any, sides: list[int], interpolation: str, *, antialias: bool) -> Any:  # noqa: ANN401  torchvision's
    return functional.resize(image, sides, interpolation=InterpolationMode(interpolation), antialias=antialias)


def _scaled(image: Image | Tensor) -> Tensor:
    tensor = image if isinstance(image, torch.Tensor) else functional.pil_to_tensor(image)
    scaled: Tensor = functional.convert_image_dtype(tensor, torch.float)
    return scaled


def _normalised(image: Image | Tensor, mean: Sequence[float], std: Sequence[float]) -> Tensor:
    normalised: Tensor = functional.normalize(_scaled(image), mean=list(mean), std=list(std))
    return normalised


def of_card(preset: AnyPreset) -> Preprocessing:
    """Return the function that a card describes."""
    return FUNCTIONS[type(preset)](**msgspec.structs.asdict(preset))


def transforms(name: str, *, weights: Wanted | None = None) -> Callable[..., Any]:
    """Return the preprocessing that a model's weights were trained with; the card's default weights if none are named.

    It is one of this module's classes, for what the model takes: pictures, videos, or two pictures.
    `name` and `weights` are those of `hub.load`, except that a file of one's own is not asked for its preprocessing.
    Raises NotFound if there is no such model or tag, or if nothing was published for it.

    >>> transforms("resnet18").crop
    224
    """
    if not isinstance(name, str):
        raise InvalidInput(
            "preprocessing is asked for by the name of a model",
            expected='hub.transforms("resnet18")',
            found=type(name).__name__,
            hint="a model of hub.load has its own in model.hub.transforms",
        )
    arguments.require_weights(pretrained=True, weights=weights)
    entry = registry.find_model(name)
    chosen = selection.choose(entry, pretrained=True, weights=weights)
    if isinstance(chosen, selection.OwnFile | selection.OwnUrl) or chosen is None:
        raise InvalidInput(
            "a file does not tell how its pictures were prepared",
            expected="a tag of the card",
            found=repr(weights),
            hint=f"hub.transforms({entry.variant.name!r}) gives that of the published weights",
        )
    return of_card(chosen.transforms)
