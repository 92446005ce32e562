"""The likeliest classes of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import torch

from hub.errors import InvalidInput
from hub.models.about import about_model
from hub.models.prediction.inputs import in_colour
from hub.models.prediction.results import Prediction, label_of
from hub.models.prediction.running import evaluating, placed, transforms_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL.Image import Image
    from torch import Tensor, nn

    from hub.models.preprocessing import Preprocessing

    Transforms = Callable[[Image | Tensor], Tensor]

USUAL_TOP = 5


def classify(
    model: nn.Module,
    images: Sequence[Image | Tensor],
    transforms: Transforms | Preprocessing | None = None,
    *,
    top: int = USUAL_TOP,
) -> list[list[Prediction]]:
    """Return for each picture its `top` likeliest classes, likeliest first, from one pass through the model.

    Pictures are PIL images or uint8 tensors of (channels, height, width). `transforms` are the model's own if none are
    given. Raises InvalidInput for a model that `hub.load` has not made, or one that gives no scores of classes.
    """
    categories = about_model(model).categories
    prepare = cast("Transforms", transforms or transforms_of(model))
    batch = torch.stack([prepare(in_colour(image)) for image in images])
    with evaluating(model):
        scores = model(placed(batch, model))
        return likeliest(scores, categories, top)


def likeliest(scores: object, categories: Sequence[str], top: int) -> list[list[Prediction]]:
    """Return the `top` likeliest classes of each row of scores, of shape (n, classes).

    Raises InvalidInput if they are no such scores, or if `top` is below 1.
    """
    if top < 1:
        raise InvalidInput("at least one class has to be asked for", expected="top=1 or more", found=f"top={top}")
    if not isinstance(scores, torch.Tensor) or scores.ndim != 2:  # noqa: PLR2004  (n, classes)
        raise InvalidInput(
            "this network does not tell classes",
            expected="scores of shape (n, classes)",
            found=list(scores.shape) if isinstance(scores, torch.Tensor) else type(scores).__name__,
            hint="features_only=True gives a network without a head",
        )
    best = scores.float().softmax(dim=1).topk(min(top, scores.shape[1]), dim=1)
    return [
        [Prediction(label_of(categories, number), value) for value, number in zip(values, numbers, strict=True)]
        for values, numbers in zip(best.values.tolist(), best.indices.tolist(), strict=True)
    ]
