"""Optical flow: how far each pixel moves to the next frame, as float32 of shape (2, H, W), horizontal first."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from hub.decoders.floats import read_flo, read_pfm
from hub.decoders.images import stored
from hub.errors import FormatError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hub.decoders import Form, Part

LOWER_BYTES = {3: "RGB;16L", 4: "RGBA;16L"}
"""Channels -> how Pillow is made to read the lower bytes: as if the others, which come first, were the lower ones."""

PNG_MAGIC = b"\x89PNG"
BIT_DEPTH, DEEP = 24, 16
"""Where a PNG says how many bits a channel has, in its first chunk."""

COLOUR = 3
"""Dimensions of an image in colour."""

ZERO = 2**15
STEPS = 64
"""KITTI stores flow as 64 steps a pixel above 2^15, in the PNG's red and green; blue is 0 where none was measured."""


def flo(data: bytes, form: Form) -> NDArray[np.float32]:
    """Return the flow of a .flo file."""
    del form
    return read_flo(data)


def pfm_flow(data: bytes, form: Form) -> NDArray[np.float32]:
    """Return the flow of a PFM file, whose third channel is empty."""
    del form
    return read_pfm(data, 2)


def kitti(data: bytes, form: Form) -> NDArray[np.generic]:
    """Return flow and validity as KITTI stores them, of shape (3, H, W).

    See the development kit's readme: https://www.cvlibs.net/datasets/kitti/eval_scene_flow.php?benchmark=flow
    """
    del form
    # Pillow keeps 8 bits of 16, so it reads them twice; torchvision, in half the time, warns of its end at every use.
    pixels = stored(data)
    count = pixels.shape[-1] if pixels.ndim == COLOUR else 1
    if count not in LOWER_BYTES:
        raise FormatError("flow lacks a channel", path="", expected="red, green and blue", found=count)
    if data.startswith(PNG_MAGIC) and data[BIT_DEPTH] == DEEP:
        pixels = pixels.astype(np.uint16) << 8 | stored(data, LOWER_BYTES[count]).astype(np.uint16)
    return pixels.transpose(2, 0, 1)


def kitti_flow(measured: Part) -> NDArray[np.float32]:
    """Return the flow in pixels."""
    channels = cast("NDArray[np.generic]", measured.value())
    flow = channels[:2].astype(np.float32)
    flow -= ZERO
    flow /= STEPS
    return flow


def kitti_validity(measured: Part) -> NDArray[np.bool_]:
    """Return which pixels have a flow, as bool of shape (H, W)."""
    channels = cast("NDArray[np.generic]", measured.value())
    return np.asarray(channels[2] != 0)
