"""Images: JPEG, PNG and whatever else Pillow reads, as Pillow images or as tensors.

Tensors are made from Pillow's pixels too, so that they are the same bits: torchvision's own decoders save a tenth of
the time, but are deprecated since its version 0.29 and warn at every use.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import torch
from PIL import Image

from hub.errors import FormatError
from hub.formats.pillow import DAMAGE

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from hub.decoders import Form

GREY = 2
"""Dimensions of an image without a dimension for channels."""


def as_stored(data: bytes, form: Form) -> Image.Image | Tensor:
    """Return an image in the mode that the file has."""
    return _image(data, "", form)


def rgb(data: bytes, form: Form) -> Image.Image | Tensor:
    """Return an image in colour, whatever the file has."""
    return _image(data, "RGB", form)


def grey(data: bytes, form: Form) -> Image.Image | Tensor:
    """Return an image in shades of grey."""
    return _image(data, "L", form)


def _image(data: bytes, mode: str, form: Form) -> Image.Image | Tensor:
    image = _pillow(data, mode, form.min_size)
    return image if form.name is None else _tensor(image)


def stored(data: bytes, raw: str = "") -> NDArray[np.generic]:
    """Return the pixels of an image as Pillow has them: (H, W) or (H, W, channels).

    `raw` takes the place of what Pillow calls the raw mode: how it reads the pixels of the file.
    """
    return np.asarray(_pillow(data, "", None, raw))


def _pillow(data: bytes, mode: str, min_size: int | None, raw: str = "") -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data))
        if raw:
            # The last of four says how: https://pillow.readthedocs.io/en/stable/handbook/writing-your-own-image-plugin.html
            image.tile = [(*each[:3], raw) for each in image.tile]  # type: ignore[misc]  # older ones want plain tuples
        if min_size is not None:
            # Pillow keeps both sides at least as large as this, the shorter one being what counts.
            image.draft(None, (min_size, min_size))
        image.load()
    except DAMAGE as error:
        raise FormatError(
            f"an image is damaged: {error}",
            path="",
            expected="an image",
            found=data[:4].hex(" ") or "an empty file",
        ) from error
    # Converting copies, also where there is nothing to convert.
    return image.convert(mode) if mode not in ("", image.mode) else image


def _tensor(image: Image.Image) -> Tensor:
    """Return the pixels as (C, H, W): a view, in memory as (H, W, C), which transforms v2 keep and use."""
    pixels = torch.from_numpy(np.array(image))
    return pixels[None] if pixels.ndim == GREY else pixels.permute(2, 0, 1)
