"""Pictures, points and numbers of all kinds, as the arrays that boards write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

from hub.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hub.viz.boards.board import Numbers, Picture, Pictures

WANTED = "a Pillow image, an array (H, W, C) or (H, W), or a tensor (C, H, W); uint8, or floats from 0 to 1"
CHANNELS = (1, 3, 4)


def numbers(values: Numbers) -> NDArray[Any]:
    """Return numbers as an array; of a tensor on a device or with a gradient, the numbers alone."""
    if isinstance(values, torch.Tensor):
        values = values.detach().cpu()
        # numpy knows no bfloat16
        return (values.float() if values.is_floating_point() else values).numpy()
    return np.asarray(values)


def pixels(picture: Picture) -> NDArray[np.uint8]:
    """Return a picture as uint8 of shape (H, W, C): one channel, or three, or four with transparency.

    Raises InvalidInput if it is none (see `hub.viz.boards.board.Picture`).

    >>> pixels(torch.ones(3, 4, 5)).shape
    (4, 5, 3)
    """
    if isinstance(picture, Image.Image):
        return np.asarray(picture if picture.mode in ("L", "RGB", "RGBA") else picture.convert("RGB")).reshape(
            picture.height, picture.width, -1
        )
    found = numbers(picture)
    if found.ndim == 3 and isinstance(picture, torch.Tensor):  # noqa: PLR2004
        found = found.transpose(1, 2, 0)
    found = found[:, :, None] if found.ndim == 2 else found  # noqa: PLR2004
    if found.ndim != 3 or found.shape[2] not in CHANNELS:  # noqa: PLR2004
        raise InvalidInput("this is no picture", expected=WANTED, found=f"{type(picture).__name__} of {found.shape}")
    return as_bytes(found)


def points(vectors: Numbers, tag: str) -> NDArray[np.float32]:
    """Return vectors as float32 of shape (points, length); raise InvalidInput if they are none, or not finite."""
    found: NDArray[np.float32] = numbers(vectors).astype(np.float32)
    if found.ndim != 2 or not found.size:  # noqa: PLR2004
        raise InvalidInput(f"{tag} has no points", expected="numbers of shape (points, length)", found=found.shape)
    lost = len(found) - int(np.isfinite(found).all(axis=1).sum())
    if lost:
        raise InvalidInput(f"points of {tag} lie nowhere", expected="numbers", found=f"NaN or infinity in {lost:,}")
    return found


def film(frames: NDArray[np.generic] | torch.Tensor) -> NDArray[np.uint8]:
    """Return frames as uint8 of shape (frames, H, W, 3). Raises InvalidInput if they are none."""
    if len(frames) == 0:
        raise InvalidInput("a video of no frames", expected="at least one frame", found=0)
    made = [pixels(frame) for frame in frames]
    return np.stack([frame if frame.shape[2] == 3 else np.repeat(frame[:, :, :1], 3, 2) for frame in made])  # noqa: PLR2004


def as_bytes(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Return brightness as uint8: floats from 0 to 1 become 0 to 255. Raises InvalidInput for other types."""
    if values.dtype == np.uint8:
        return values
    if values.dtype == bool:
        return np.where(values, np.uint8(255), np.uint8(0))
    if not np.issubdtype(values.dtype, np.floating):
        raise InvalidInput("this is no picture", expected=WANTED, found=f"numbers of type {values.dtype}")
    scaled: NDArray[np.uint8] = (np.nan_to_num(values).clip(0, 1) * 255).round().astype(np.uint8)
    return scaled


def one_size(pictures: Pictures) -> NDArray[np.uint8]:
    """Return pictures of one size as uint8 of shape (pictures, H, W, C); raise InvalidInput if they differ."""
    if isinstance(pictures, np.ndarray) and pictures.ndim == 4 and pictures.dtype == np.uint8:  # noqa: PLR2004
        return pictures  # an array of thousands, as it is
    made = [pixels(picture) for picture in pictures]
    shapes = {picture.shape for picture in made}
    if len(shapes) != 1:
        raise InvalidInput("pictures differ in size", expected="one size", found=sorted(shapes) or "no picture")
    return np.stack(made)
