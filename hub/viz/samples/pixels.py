"""Images of any form as Pillow images in RGB."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from PIL import Image

from hub.viz.samples.values import as_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

WHITE = (255, 255, 255)
COLOURED = 3
"""Dimensions of an image with channels."""


def as_picture(value: object) -> Image.Image:
    """Return an image in RGB: a Pillow image, a tensor (C, H, W), or an array (H, W) or (H, W, C).

    Numbers that are no bytes are spread from the least to the most, as of an image that was normalised.
    """
    if isinstance(value, Image.Image):
        return flat(value)
    pixels = as_array(value)
    if pixels.ndim == COLOURED and hasattr(value, "detach"):
        pixels = pixels.transpose(1, 2, 0)
    if pixels.dtype != np.uint8:
        pixels = _as_bytes(pixels.astype(np.float64))
    single = pixels.ndim == COLOURED and pixels.shape[-1] == 1
    return Image.fromarray(pixels[..., 0] if single else pixels).convert("RGB")


def flat(image: Image.Image) -> Image.Image:
    """Return an image in RGB, on white where it can be seen through."""
    if image.mode.startswith(("I", "F")):
        return Image.fromarray(_as_bytes(np.asarray(image, np.float64))).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        whole = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", whole.size, WHITE), whole).convert("RGB")
    return image.convert("RGB")


def _as_bytes(numbers: NDArray[np.float64]) -> NDArray[np.uint8]:
    known = numbers[np.isfinite(numbers)]
    low, high = (known.min(), known.max()) if known.size else (0.0, 1.0)
    if low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    share = (np.where(np.isfinite(numbers), numbers, low) - low) / max(high - low, 1e-12)
    return cast("NDArray[np.uint8]", (share * 255).round().astype(np.uint8))
