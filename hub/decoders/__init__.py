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
    from collections.abc import Callable
    from typing import Any

DECODERS = {
    "image": "hub.decoders.images:as_stored",
    "mask": "hub.decoders.images:as_stored",
    "contour": "hub.decoders.contours:contour",
    "rgb": "hub.decoders.images:rgb",
    "grey": "hub.decoders.images:grey",
    "json": "hub.decoders.annotations:parsed",
    "sbd_boundaries": "hub.decoders.sbd:boundaries",
    "sbd_segmentation": "hub.decoders.sbd:segmentation",
}


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


@cache
def find(name: str) -> Decoder:
    """Return the decoder of that name; InvalidInput if there is none."""
    if name not in DECODERS:
        raise InvalidInput(f"there is no decoder {name!r}", expected=", ".join(sorted(DECODERS)), found=name)
    module, _, function = DECODERS[name].partition(":")
    decoder: Any = getattr(import_module(module), function)
    return cast("Decoder", decoder)
