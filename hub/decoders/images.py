"""Images: JPEG, PNG and whatever else Pillow reads, as Pillow images or as tensors."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError
from torchvision.io import ImageReadMode, decode_image

from hub.errors import FormatError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from hub.decoders import Form

MODES = {"RGB": ImageReadMode.RGB, "L": ImageReadMode.GRAY, "": ImageReadMode.UNCHANGED}

# torchvision's decoder knows these by their first bytes; Pillow reads the others.
NATIVE = (b"\xff\xd8\xff", b"\x89PNG")


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
    if form.name == "torch" and form.min_size is None and data.startswith(NATIVE):
        return _tensor(data, mode)
    image = _pillow(data, mode, form.min_size)
    return image if form.name is None else torch.from_numpy(_planes(image))


def _pillow(data: bytes, mode: str, min_size: int | None) -> Image.Image:
    try:
        image: Image.Image = Image.open(io.BytesIO(data))
        if min_size is not None:
            # Pillow keeps both sides at least as large as this, the shorter one being what counts.
            image.draft(None, (min_size, min_size))
        image.load()
        return image.convert(mode) if mode else image
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise damaged(data, error) from error


def _tensor(data: bytes, mode: str) -> Tensor:
    # A copy, because torch warns about memory that cannot be written.
    encoded = torch.frombuffer(bytearray(data), dtype=torch.uint8)
    try:
        decoded: Tensor = decode_image(encoded, MODES[mode])
    except RuntimeError as error:
        raise damaged(data, error) from error
    return decoded


def stored(data: bytes) -> NDArray[np.generic]:
    """Return the numbers of an image as the file has them: (H, W) or (H, W, channels), 8 or 16 bits or one."""
    return np.asarray(_pillow(data, "", None))


def _planes(image: Image.Image) -> np.ndarray:
    pixels = np.array(image)
    return pixels[None] if pixels.ndim == 2 else np.ascontiguousarray(pixels.transpose(2, 0, 1))  # noqa: PLR2004  grey


def damaged(data: bytes, error: Exception) -> FormatError:
    """Return the error to raise for an image that its library refuses."""
    return FormatError(
        f"an image is damaged: {error}",
        path="",
        expected="an image",
        found=data[:4].hex(" ") or "an empty file",
    )
