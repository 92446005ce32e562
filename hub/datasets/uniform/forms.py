"""Forms: what is made of the images and texts of a table, and of which fields that can be made at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import msgspec
import numpy as np
from torchvision.transforms import CenterCrop, InterpolationMode, Resize

from hub.errors import InvalidCombination, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PIL import Image

    from hub.cards import Field

    Size = int | tuple[int, int]

GREY = 2
"""Dimensions of the shape of an image without channels."""

KEPT = ("label", "number", "text", "sequence")
"""Kinds that mean the same whatever size an image has; boxes, masks and points would have to be moved with it."""

# Beyond this a table of a thousand images takes more than 100 GB; it is a slip of the keyboard.
LARGEST = 8192


class Encodes(Protocol):
    """What makes numbers of texts. It is pickled and sent to whoever makes a part."""

    @property
    def digest(self) -> str:
        """64 hex digits that differ whenever its numbers could."""

    def __call__(self, texts: Sequence[str]) -> Sequence[Sequence[int]]:
        """Return the numbers of each text."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Images of one size: as torchvision's `Resize(resize)` and `CenterCrop(crop)` make them of Pillow images.

    A number for `resize` is the length of the shorter side; `crop` then is the same, unless it is said to be less.
    Raises InvalidInput or InvalidCombination if these are no sizes, or if the crop does not fit in.
    """

    resize: Size
    crop: Size | None = None

    def __post_init__(self) -> None:
        for side in (*_pair(self.resize), *_pair(self.shape)):
            if type(side) is not int or not 1 <= side <= LARGEST:
                raise InvalidInput(
                    f"{side!r} is no size of an image",
                    expected=f"a number of pixels from 1 to {LARGEST}, or (height, width)",
                    found=repr(self.resize if side in _pair(self.resize) else self.crop),
                )
        if any(inner > outer for inner, outer in zip(_pair(self.shape), _pair(self.resize), strict=True)):
            raise InvalidCombination(
                "the crop is larger than the image", expected=f"at most {self.resize}", found=self.crop
            )

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of what is made."""
        return _pair(self.resize if self.crop is None else self.crop)

    def made(self, image: Image.Image, mode: str) -> NDArray[np.uint8]:
        """Return one image as uint8 of shape (height, width) in mode "L", and (height, width, 3) in "RGB"."""
        size = self.resize if isinstance(self.resize, int) else list(self.resize)
        resized = Resize(size, InterpolationMode.BILINEAR)(image.convert(mode))
        return np.asarray(CenterCrop(self.shape)(resized))


def _pair(size: Size) -> tuple[int, int]:
    if isinstance(size, tuple) and len(size) == 2:  # noqa: PLR2004  height and width
        return size
    return size, size


@dataclass(frozen=True, slots=True)
class Uniform:
    """What is made of the images, the texts, or both; the rest stays as it is."""

    pictures: Pictures | None = None
    encodes: Encodes | None = None

    @property
    def identity(self) -> object:
        """What a fingerprint has to cover, as JSON."""
        made = self.pictures
        return [made and [made.resize, made.shape], self.encodes and self.encodes.digest]

    def of(self, field: Field) -> Field:
        """Return what becomes of a field of a table that has one of the `fields`."""
        if self.pictures is not None and field.kind == "image":
            channels = () if len(field.shape) == GREY else (3,)
            return msgspec.structs.replace(field, shape=(*self.pictures.shape, *channels), decoder="")
        if self.encodes is not None and field.kind == "text":
            return msgspec.structs.replace(field, kind="sequence", dtype="int32", decoder="")
        return field

    def require(self, fields: Sequence[Field], name: str) -> None:
        """Raise InvalidInput if samples of these fields cannot be made uniform."""
        there = {field.kind for field in fields}
        wanted = [*(["image"] if self.pictures else []), *(["text"] if self.encodes else [])]
        missing = [kind for kind in wanted if kind not in there]
        if missing:
            raise InvalidInput(f"{name} has no {missing[0]}s", expected=missing[0], found=", ".join(sorted(there)))
        fit = (*KEPT, "image") if self.pictures else KEPT
        others = [each for each in fields if each.made_of or each.kind not in fit]
        if others:
            raise InvalidInput(
                f"{others[0].name!r} of {name} cannot be kept beside what is made",
                expected=f"fields of the kinds {', '.join(fit)}",
                found=f"{others[0].name}: {others[0].kind}",
                hint="resize images, boxes and masks in a joint transform, such as torchvision.transforms.v2.Resize",
            )
