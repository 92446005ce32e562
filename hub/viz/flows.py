"""Flow and disparity as pictures: numbers of every pixel in colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

# From far to near: dark blue, violet, red, orange, yellow. The brightness grows evenly, so that it can be read without
# seeing colours, as with the colour maps of matplotlib that "plasma" belongs to.
STOPS = ((13, 8, 135), (106, 0, 168), (177, 42, 144), (225, 100, 98), (252, 166, 54), (240, 249, 33))

UNKNOWN = 40
"""The grey of pixels of which nothing is known."""

# A few wild values of a stereo method would leave all others in one colour.
SHARE = 0.99


def in_colours(flow: NDArray[np.floating], valid: NDArray[np.bool_] | None = None) -> Image.Image:
    """Return a flow, float of shape (2, h, w), in the usual colours: hues are directions, red to the right.

    Pixels that are not valid are dark. See "A Database and Evaluation Methodology for Optical Flow" (Baker et al.).
    """
    import torch
    from torchvision.utils import flow_to_image

    known = np.isfinite(flow).all(axis=0) if valid is None else valid & np.isfinite(flow).all(axis=0)
    finite = np.where(known, flow, 0).astype(np.float32)
    pixels = flow_to_image(torch.from_numpy(np.ascontiguousarray(finite))).permute(1, 2, 0).numpy()
    return Image.fromarray(np.where(known[..., None], pixels, UNKNOWN).astype(np.uint8))


def in_heat(values: NDArray[np.generic], valid: NDArray[np.bool_] | None = None) -> Image.Image:
    """Return numbers of shape (h, w) from dark blue for the least to yellow for the most; unknown ones are dark."""
    numbers = values.astype(np.float64)
    known = np.isfinite(numbers) if valid is None else valid & np.isfinite(numbers)
    if not known.any():
        return Image.new("RGB", values.shape[::-1], (UNKNOWN,) * 3)
    low, high = np.quantile(numbers[known], (1 - SHARE, SHARE))
    share = np.clip((np.where(known, numbers, low) - low) / max(high - low, 1e-12), 0, 1)
    places = np.linspace(0, 1, len(STOPS))
    pixels = np.stack([np.interp(share, places, channel) for channel in zip(*STOPS, strict=True)], axis=-1)
    return Image.fromarray(np.where(known[..., None], pixels.round(), UNKNOWN).astype(np.uint8))
