"""The class of every pixel of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from hub.models import preprocessing
from hub.models.about import about_model
from hub.models.prediction.inputs import as_tensor, in_colour
from hub.models.prediction.results import Segmentation, Share, label_of
from hub.models.prediction.running import evaluating, placed, transforms_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image
    from torch import Tensor, nn


def segment(model: nn.Module, image: Image | Tensor) -> Segmentation:
    """Return the class of every pixel, in the size of the picture, and the share of each class.

    The picture is a PIL image or a uint8 tensor of (channels, height, width). Raises InvalidInput if the model does not
    tell the classes of pixels.
    """
    prepare = transforms_for(model, preprocessing.Segmentation)
    picture = in_colour(image)
    height, width = as_tensor(picture).shape[1:]
    with evaluating(model):
        scores = model(placed(prepare(picture)[None], model))["out"][0]
        numbers = _winners(scores.float(), (height, width)).cpu()
    return Segmentation(numbers, _shares(numbers, about_model(model).categories))


def _winners(scores: Tensor, size: tuple[int, int]) -> Tensor:
    """Return the class with the highest score at each pixel of `size`, of scores of shape (classes, height, width).

    One class after the other is brought to size: all at once, 21 classes of a photo of 12 megapixels take a gigabyte.
    """
    best = scores.new_full(size, -torch.inf)
    numbers = torch.zeros(size, dtype=torch.int64, device=scores.device)
    for number, plane in enumerate(scores):
        grown = functional.interpolate(plane[None, None], size=size, mode="bilinear", align_corners=False)[0, 0]
        numbers[grown > best] = number
        best = torch.maximum(best, grown)
    return numbers


def _shares(numbers: Tensor, categories: Sequence[str]) -> tuple[Share, ...]:
    counts = torch.bincount(numbers.flatten())
    order = counts.argsort(descending=True, stable=True).tolist()
    shares = (counts / numbers.numel()).tolist()
    return tuple(Share(label_of(categories, number), number, shares[number]) for number in order if shares[number])
