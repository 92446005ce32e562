"""What the values of a sample are, where no card says it: by their names and types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from PIL import Image

from hub.cards import Field

if TYPE_CHECKING:
    from hub.datasets.sample import Sample

Kind = Literal[
    "image", "video", "audio", "label", "text", "sequence", "number", "tensor", "annotation", "mask", "flow",
    "disparity", "validity", "contour",
]  # fmt: skip

NAMED: dict[str, Kind] = {
    "audio": "audio", "clip": "video", "contour": "contour", "disparity": "disparity", "flow": "flow",
    "instance": "mask", "label": "label", "mask": "mask", "segmentation": "mask", "semantic": "mask",
    "valid": "validity", "validity": "validity", "video": "video",
}  # fmt: skip

PLAIN: dict[Any, Kind] = {str: "text", int | np.integer: "label", float: "number"}

CHANNELS = (1, 3, 4)
PICTURE, BATCH = 3, 4
"""Dimensions."""


def guessed(sample: Sample) -> list[Field]:
    """Return the fields of a sample."""
    return [Field(name=name, kind=_kind(name, value)) for name, value in zip(sample._fields, sample, strict=True)]


def _kind(name: str, value: object) -> Kind:
    if isinstance(value, Image.Image):
        return "mask" if NAMED.get(name) == "mask" else "image"
    if isinstance(value, np.ndarray) or hasattr(value, "detach"):
        return _of_array(name, value)
    if isinstance(value, list) and all(isinstance(each, str | int) for each in value):
        return "sequence"
    return next((kind for types, kind in PLAIN.items() if isinstance(value, types)), "annotation")


def _of_array(name: str, value: Any) -> Kind:  # noqa: ANN401  an array or a tensor
    known = NAMED.get(name)
    if known in ("flow", "disparity", "mask") and value.ndim in (2, 3):
        return known
    if known in ("audio", "validity", "contour") or (known == "video" and value.ndim == BATCH):
        return known
    if value.ndim == PICTURE and value.shape[0] in CHANNELS and min(value.shape[1:]) > 1:
        return "image"
    return "tensor"


def unbatched(batch: Sample) -> list[Sample] | None:
    """Return the samples of a collated batch of images or texts; None if this is a single sample."""
    columns: list[Any] = list(batch)
    stacked = bool(columns) and getattr(columns[0], "ndim", 0) == BATCH and columns[0].shape[1] in CHANNELS
    listed = len(columns) > 1 and any(map(_is_list, columns)) and any(getattr(each, "ndim", 0) == 1 for each in columns)
    if not (stacked or listed) or len({len(column) for column in columns if hasattr(column, "__len__")}) != 1:
        return None
    return [type(batch)(*(_single(column[place]) for column in columns)) for place in range(len(columns[0]))]


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _single(value: Any) -> object:  # noqa: ANN401  whatever a batch is of
    return value.item() if getattr(value, "ndim", None) == 0 else value
