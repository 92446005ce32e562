"""What may be given to a prediction: PIL images and uint8 tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from PIL import Image
from torchvision.transforms import functional

from hub.errors import InvalidInput, WrongType

if TYPE_CHECKING:
    from torch import Tensor

    Picture = Image.Image | Tensor

CHANNELS = (1, 3)


def in_colour(picture: Picture) -> Picture:
    """Return the picture in RGB: a PIL image, or uint8 of shape (3, height, width).

    Raises WrongType if it is neither a PIL image nor a tensor, InvalidInput for a tensor of another dtype or shape.
    """
    if isinstance(picture, Image.Image):
        return picture.convert("RGB")
    if not isinstance(picture, torch.Tensor):
        raise WrongType(
            "this is no picture",
            expected="a PIL image, or a uint8 tensor of (channels, height, width)",
            found=type(picture).__name__,
            hint="PIL.Image.fromarray(array) makes one" if type(picture).__name__ == "ndarray" else "",
        )
    if picture.dtype != torch.uint8:
        raise InvalidInput(
            "this tensor is no picture",
            expected="uint8, from 0 to 255",
            found=str(picture.dtype),
            hint="(image * 255).to(torch.uint8) turns numbers from 0 to 1 into it",
        )
    if picture.ndim != 3 or picture.shape[0] not in CHANNELS or not picture.numel():  # noqa: PLR2004  (C, H, W)
        raise InvalidInput(
            "this tensor is no picture", expected="(1 or 3 channels, height, width)", found=list(picture.shape)
        )
    return picture.expand(3, -1, -1)


def as_tensor(picture: Picture) -> Tensor:
    """Return the picture as uint8 of shape (3, height, width); raises what `in_colour` raises."""
    coloured = in_colour(picture)
    tensor: Tensor = coloured if isinstance(coloured, torch.Tensor) else functional.pil_to_tensor(coloured)
    return tensor
