"""How stored values become what users get."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import numpy as np
import torch
from PIL import Image
from torchvision import tv_tensors

from hub import decoders
from hub.datasets.videos.cutting import Clip
from hub.errors import FormatError, InvalidInput
from hub.trees import Place
from hub.trees.bytes import read_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray
    from torch import Tensor

    from hub.cards import Field
    from hub.decoders import Form

GREY = 3
"""Dimensions of a batch of images without a dimension for channels."""


def pixels(images: NDArray[np.generic]) -> Tensor:
    """Return stored images (rows, height, width[, channels]) as (rows, channels, height, width), without a copy."""
    tensor = torch.from_numpy(images)
    return tensor.unsqueeze(1) if tensor.ndim == GREY else tensor.permute(0, 3, 1, 2)


def values(field: Field, stored: Iterable[object], form: Form) -> Iterator[object]:
    """Yield stored values as the format `form` gives them.

    An image is a Pillow image, or a contiguous uint8 tensor of shape (C, H, W) for "torch". A label is an int, another
    number of its own a float, and an array a tensor. What is kept as a file is decoded, an annotation parsed.
    """
    for each in stored:
        yield None if each is None else formed(value(field, each, form), form)


def formed(made: object, form: Form) -> object:
    """Return what a decoder made of a file that is no image: arrays are tensors for "torch"."""
    return torch.from_numpy(made) if form.name == "torch" and isinstance(made, np.ndarray) else made


def value(field: Field, stored: object, form: Form) -> object:
    """Return one stored value, which is not None, as the format `form` gives it."""
    if isinstance(stored, Place):
        return decoded(field, stored, form)
    if isinstance(stored, Clip):
        return stored.sound() if field.kind == "audio" else stored.frames()
    if isinstance(stored, str | list):
        return _worded(field, stored, form)
    number = cast("NDArray[np.generic]", stored)
    if field.kind == "image":
        return _image(number, form)
    if field.kind == "number":
        return number.item()
    return int(number) if field.kind == "label" and number.ndim == 0 else torch.from_numpy(np.asarray(number))


def decoded(field: Field, place: Place, form: Form) -> object:
    """Return what a file holds. Raises FormatError, naming the file, if it is not of its format."""
    if form.loader is not None and field.kind == "image":
        return form.loader(_path(place))
    try:
        return decoders.find(field.decoder or field.kind)(read_place(place), form)
    except FormatError as error:
        if error.path:
            raise
        where = f" at byte {place.offset} of {place.container}" if place.offset >= 0 else f" in {place.container}"
        what = f"{place.name}{where}: {error.what}"
        raise FormatError(what, path=place.container, expected=error.expected, found=error.found) from error


def _path(place: Place) -> str:
    if place.offset >= 0:
        raise InvalidInput(
            f"{place.name} has no path for a loader of your own: it lies in {place.container}",
            expected="files in a folder, for a function that is given their paths",
            found="an archive",
            hint="unpack the archive, or use a transform instead of a loader",
        )
    return str(place.container / place.name)


def as_image(tensor: Tensor) -> Tensor:
    """Return the tensor as torchvision's class for images."""
    image: Tensor = tv_tensors.Image(tensor)
    return image


def _image(stored: NDArray[np.generic], form: Form) -> object:
    return Image.fromarray(stored) if form.name is None else pixels(stored[None])[0].contiguous()


def _worded(field: Field, stored: str | list[object], form: Form) -> object:
    if isinstance(stored, list):
        return stored
    if field.decoder:
        return decoders.find(field.decoder)(stored.encode(), form)
    if field.kind == "text":
        return stored
    found = json.loads(stored)
    if field.kind == "tensors":
        return {name: torch.tensor(each) for name, each in found.items()}
    return found
