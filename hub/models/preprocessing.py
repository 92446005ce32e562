"""The preprocessing that weights were trained with, as a function of a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torchvision.transforms import InterpolationMode, functional

from hub import registry
from hub.errors import InvalidInput
from hub.models import selection

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

    from hub.cards import Transforms
    from hub.models.selection import Wanted


@dataclass(frozen=True, slots=True)
class Classification:
    """Resizes the shorter side, cuts out the middle, scales to [0, 1] and normalises each channel.

    Takes a PIL image or a uint8 or float tensor of ([batch,] channels, height, width); gives float32 of
    ([batch,] channels, crop, crop). Bit-equal to the preset of that name in torchvision, whose classes are private.
    """

    resize: int
    crop: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    interpolation: str = "bilinear"
    antialias: bool = True

    def __call__(self, image: Image | Tensor) -> Tensor:
        mode = InterpolationMode(self.interpolation)
        resized = functional.resize(image, [self.resize], interpolation=mode, antialias=self.antialias)
        cropped = functional.center_crop(resized, [self.crop])
        tensor = cropped if isinstance(cropped, torch.Tensor) else functional.pil_to_tensor(cropped)
        scaled = functional.convert_image_dtype(tensor, torch.float)
        normalised: Tensor = functional.normalize(scaled, mean=list(self.mean), std=list(self.std))
        return normalised


def of_card(transforms: Transforms) -> Classification:
    """Return the function that a card describes."""
    return Classification(
        resize=transforms.resize,
        crop=transforms.crop,
        mean=transforms.mean,
        std=transforms.std,
        interpolation=transforms.interpolation,
        antialias=transforms.antialias,
    )


def transforms(name: str, *, weights: Wanted | None = None) -> Classification:
    """Return the preprocessing that a model's weights were trained with; the card's default weights if none are named.

    `name` and `weights` are those of `hub.load`, except that a file of one's own is not asked for its preprocessing.
    Raises NotFound if there is no such model or tag, or if nothing was published for it.

    >>> transforms("resnet18").crop
    224
    """
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
