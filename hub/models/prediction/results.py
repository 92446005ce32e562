"""What predictions are: plain values, tensors on the CPU, sizes and places in pixels of the picture that was given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor


@dataclass(frozen=True, slots=True)
class Prediction:
    """A class and how likely the network holds it, from 0 to 1."""

    label: str
    probability: float


@dataclass(frozen=True, slots=True, eq=False)  # tensors have no single answer to ==
class Boxes:
    """The objects in a picture of height h and width w, the surest first; n of them.

    `boxes` is float32 of shape (n, 4): x1, y1, x2, y2. `labels` are the names of their classes, `numbers` int64 of
    shape (n,) their numbers. `scores` is float32 of shape (n,), from 0 to 1. `masks` is bool of shape (n, h, w), or
    None if the network gives none. `keypoints` is float32 of shape (n, k, 3), or None: x, y, and whether the point is
    visible, which torchvision's network says of all; `keypoint_names` are the k names, empty if they are not known.
    """

    boxes: Tensor
    labels: tuple[str, ...]
    numbers: Tensor
    scores: Tensor
    masks: Tensor | None = None
    keypoints: Tensor | None = None
    keypoint_names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, slots=True)
class Share:
    """A class, its number, and the share of a picture's pixels that belong to it, from 0 to 1."""

    label: str
    number: int
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """The class of every pixel.

    `numbers` is int64 of the picture's shape (h, w). `shares` are the classes that occur, that with most pixels first.
    """

    numbers: Tensor
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """Where each pixel of a picture is in the next one.

    `flow` is float32 of shape (2, h, w): by how many pixels it moves to the right, and down.
    """

    flow: Tensor


Result = list[Prediction] | Boxes | Segmentation | Flow


def label_of(categories: Sequence[str], number: int) -> str:
    """Return the name of a class; a class without one (of a head that `num_classes` made) is called by its number."""
    return categories[number] if categories else str(number)
