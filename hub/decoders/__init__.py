"""Decoders: how the bytes of one medium become the value that a user gets.

A decoder is `decode(data, form)`. A card names a key of `DECODERS` and never code; a module is imported when its
decoder is first used. Those named like a kind of field are that kind's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Literal, Protocol, cast

from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DECODERS = {
    "contour": "hub.decoders.contours:contour",
    "disparity_1024": "hub.decoders.stereo:disparity_1024",
    "disparity_256": "hub.decoders.stereo:disparity_256",
    "disparity_32": "hub.decoders.stereo:disparity_32",
    "flo": "hub.decoders.flow:flo",
    "grey": "hub.decoders.images:grey",
    "image": "hub.decoders.images:as_stored",
    "json": "hub.decoders.annotations:parsed",
    "kitti": "hub.decoders.flow:kitti",
    "mask": "hub.decoders.images:as_stored",
    "middlebury": "hub.decoders.stereo:middlebury",
    "noise_image": "hub.decoders.noise:image",
    "noise_label": "hub.decoders.noise:label",
    "pfm_disparity": "hub.decoders.stereo:pfm_disparity",
    "pfm_flow": "hub.decoders.flow:pfm_flow",
    "plane": "hub.decoders.stereo:plane",
    "rgb": "hub.decoders.images:rgb",
    "sbd_boundaries": "hub.decoders.sbd:boundaries",
    "sbd_segmentation": "hub.decoders.sbd:segmentation",
    "sintel_disparity": "hub.decoders.stereo:sintel_disparity",
    "validity": "hub.decoders.stereo:validity",
}


MAKERS = {
    "at_random": "hub.decoders.stereo:at_random",
    "falling_things": "hub.decoders.stereo:from_depth",
    "kitti_flow": "hub.decoders.flow:kitti_flow",
    "kitti_validity": "hub.decoders.flow:kitti_validity",
    "positive": "hub.decoders.stereo:positive",
    "seen_by_both": "hub.decoders.stereo:seen_by_both",
}
"""What makes a value of others: two of one file, or one of two files."""


@dataclass(frozen=True, slots=True)
class Form:
    """What users may ask for: Pillow images, or "torch" for uint8 tensors of shape (C, H, W).

    With `min_size` a JPEG may be decoded at a half, a quarter or an eighth of its size, as long as its shorter side
    keeps that many pixels: several times faster, and not the same pixels as resizing the whole.
    """

    name: Literal["torch"] | None = None
    min_size: int | None = None
    loader: Callable[[str], object] | None = None
    """A function of the user's own that is given the path of an image and takes the decoder's place."""


class Decoder(Protocol):
    """How bytes become a value. Raises FormatError if they are not of its format."""

    def __call__(self, data: bytes, form: Form) -> object: ...


class Part(Protocol):
    """A stored value that another one is made of."""

    @property
    def there(self) -> bool:
        """Whether this row has one."""

    def value(self) -> object:
        """Return what its decoder makes of it, an array for what is no image; None if it is not there."""


class Maker(Protocol):
    """How values become another one. It decodes only those that it asks for; the first of them is there."""

    def __call__(self, *parts: Part) -> object: ...


@cache
def find(name: str) -> Decoder:
    """Return the decoder of that name; InvalidInput if there is none."""
    return cast("Decoder", _found(name, DECODERS, "decoder"))


@cache
def find_maker(name: str) -> Maker:
    """Return the maker of that name; InvalidInput if there is none."""
    return cast("Maker", _found(name, MAKERS, "maker"))


def _found(name: str, table: Mapping[str, str], what: str) -> object:
    if name not in table:
        raise InvalidInput(f"there is no {what} {name!r}", expected=", ".join(sorted(table)), found=name)
    module, _, function = table[name].partition(":")
    found: object = getattr(import_module(module), function)
    return found
