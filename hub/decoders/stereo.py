"""Stereo: how far each pixel of one view lies from its place in the other, of shape (1, H, W), and which have one.

Every publisher packs disparity in another way. The types are torchvision's: float64 for KITTI, float32 for all others.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, cast

import numpy as np

from hub.decoders.floats import read_pfm
from hub.decoders.images import stored
from hub.errors import FormatError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hub.decoders import Form, Part

    Plane = NDArray[np.floating]

GREY, COLOUR = 2, 3
"""Dimensions of images."""

BASELINE_CM, PER_METRE = 6, 100
"""Falling Things: the cameras are 6 cm apart; depth counts hundredths of a centimetre (its readme_0.txt)."""


def plane(data: bytes, form: Form) -> NDArray[np.generic]:
    """Return an image of one channel as it is stored, of shape (H, W)."""
    del form
    found = stored(data)
    if found.ndim != GREY:
        raise FormatError("an image has more than one channel", path="", expected="one channel", found=found.shape)
    return found


def disparity_256(data: bytes, form: Form) -> Plane:
    """Return disparity that is stored as 256 times its value, as float64: KITTI."""
    return plane(data, form)[None].astype(np.float64) / 256


def disparity_32(data: bytes, form: Form) -> Plane:
    """Return disparity that is stored as 32 times its value: CREStereo."""
    return plane(data, form)[None].astype(np.float32) / 32


def disparity_1024(data: bytes, form: Form) -> Plane:
    """Return disparity divided by 1024, as torchvision does for InStereo2K, which is said to store 100 times its value.

    The same numbers as torchvision's matter more here than the right ones: losses and thresholds are tuned to them.
    """
    return plane(data, form)[None].astype(np.float32) / 1024


def sintel_disparity(data: bytes, form: Form) -> Plane:
    """Return disparity that is spread over red, green and blue: 4, 1/64 and 1/16384 of a pixel each (its README)."""
    del form
    found = stored(data)
    if found.ndim != COLOUR or found.shape[2] != COLOUR:
        raise FormatError("disparity is no image in colour", path="", expected="(H, W, 3)", found=found.shape)
    red, green, blue = found.astype(np.float32).transpose(2, 0, 1)
    disparity: Plane = red * 4 + green / 2**6 + blue / 2**14
    return disparity[None]


def pfm_disparity(data: bytes, form: Form) -> Plane:
    """Return disparity of a PFM file; some publishers store it negative, so its amount counts."""
    del form
    found = read_pfm(data, 1)
    np.abs(found, out=found)
    return found


def middlebury(data: bytes, form: Form) -> Plane:
    """Return disparity of a PFM file where infinite stands for unknown; it becomes 0."""
    found = pfm_disparity(data, form)
    found[found == np.inf] = 0
    return found


def validity(data: bytes, form: Form) -> NDArray[np.bool_]:
    """Return which pixels of a mask are not 0, as bool of shape (H, W)."""
    return plane(data, form).astype(bool)


def positive(disparity: Part) -> NDArray[np.bool_]:
    """Return which pixels have a disparity, as bool of shape (H, W)."""
    return np.asarray(cast("Plane", disparity.value())[0] > 0)


def seen_by_both(occluded: Part, out_of_frame: Part) -> NDArray[np.bool_]:
    """Return which pixels the other view neither hides nor leaves out, as bool of shape (H, W)."""
    hidden, outside = (cast("NDArray[np.bool_]", part.value()) for part in (occluded, out_of_frame))
    return ~(hidden | outside)


def from_depth(depth: Part, focal_length: Part) -> Plane:
    """Return disparity out of depth and focal length; infinite where depth is 0."""
    factor = BASELINE_CM * cast("float", focal_length.value()) * PER_METRE
    # A scene without anything behind it is no mistake: numpy need not warn.
    with np.errstate(divide="ignore"):
        return np.asarray(factor / cast("NDArray[np.generic]", depth.value()).astype(np.float32)[None])


def at_random(*views: Part) -> object:
    """Return one of the images that are there, by Python's own random numbers."""
    there = [view for view in views if view.there]
    # In torchvision's order, so that a seed picks the same: what this one stands for comes last there.
    return random.choice([*there[1:], there[0]]).value() if len(there) > 1 else there[0].value()  # noqa: S311
