"""How stored values become what users get."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import torch
from PIL import Image
from torchvision import tv_tensors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from hub.cards import Field

Format = Literal["torch"]
"""What users may ask for; None is the format of torchvision's datasets."""

GREY = 3
"""Dimensions of a batch of images without a dimension for channels."""


def pixels(images: NDArray[np.generic]) -> Tensor:
    """Return stored images (rows, height, width[, channels]) as (rows, channels, height, width), without a copy."""
    tensor = torch.from_numpy(images)
    return tensor.unsqueeze(1) if tensor.ndim == GREY else tensor.permute(0, 3, 1, 2)


def value(field: Field, stored: NDArray[np.generic], form: Format | None) -> object:
    """Return one stored value as the format `form` gives it.

    An image is a Pillow image, or a contiguous uint8 tensor of shape (C, H, W) for "torch"; a single number is an
    int; anything else is a tensor.
    """
    if field.kind == "image" and form is None:
        return Image.fromarray(stored)
    if field.kind == "image":
        return pixels(stored[None])[0].contiguous()
    return int(stored) if stored.ndim == 0 else torch.from_numpy(stored)


def as_image(tensor: Tensor) -> Tensor:
    """Return the tensor as torchvision's class for images."""
    image: Tensor = tv_tensors.Image(tensor)
    return image
