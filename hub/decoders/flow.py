"""Optical flow: how far each pixel moves to the next frame, as float32 of shape (2, H, W), horizontal first."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import torch
from torchvision.io import decode_png

from hub.decoders.floats import read_flo, read_pfm
from hub.decoders.images import damaged
from hub.errors import FormatError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hub.decoders import Form, Part

CHANNELS = 3
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
    # Pillow would make 8 bits of the 16; a copy, because torch warns about memory that cannot be written.
    encoded = torch.frombuffer(bytearray(data or b"\0"), dtype=torch.uint8)
    try:
        channels: NDArray[np.generic] = decode_png(encoded).numpy()
    except RuntimeError as error:
        raise damaged(data, error) from error
    if len(channels) < CHANNELS:
        raise FormatError("flow lacks a channel", path="", expected="red, green and blue", found=len(channels))
    return channels


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
