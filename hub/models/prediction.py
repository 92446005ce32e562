"""The likeliest classes of pictures."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import torch
from torch import nn

from hub.errors import InvalidInput
from hub.models.about import about_model
from hub.models.loading import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PIL.Image import Image
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class Prediction:
    """A class and how likely the network holds it, from 0 to 1."""

    label: str
    probability: float


def predict(name_or_model: str | nn.Module, image: Image, *, top: int = 5) -> list[Prediction]:
    """Return the `top` likeliest classes of a PIL image, likeliest first.

    A name is loaded with its default weights; give the model to predict many pictures. Raises InvalidInput for a model
    that `hub.load` has not made, and NotFound if nothing trained is published for the name.
    """
    model = load(name_or_model, pretrained=True) if isinstance(name_or_model, str) else name_or_model
    about = about_model(model)
    if about.transforms is None:
        raise InvalidInput(
            f"it is not known how {about.name} wants its pictures",
            expected="a model with published weights",
            found="an untrained one" if about.weights is None else about.weights,
            hint="load it with pretrained=True",
        )
    return classify(model, [image], about.transforms, top=top)[0]


def classify(
    model: nn.Module,
    images: Sequence[Image],
    transforms: Callable[[Image], Tensor],
    *,
    top: int = 5,
) -> list[list[Prediction]]:
    """Return for each PIL image its `top` likeliest classes, likeliest first, from one pass through the model.

    A class without a name (a head that `num_classes` made) is called by its number.
    """
    categories = about_model(model).categories
    batch = torch.stack([transforms(image.convert("RGB")) for image in images])
    with _evaluating(model), torch.inference_mode():
        first = next(model.parameters())
        scores = cast("Tensor", model(batch.to(first.device, first.dtype)))
    likeliest = scores.float().softmax(dim=1).topk(min(top, scores.shape[1]), dim=1)
    return [
        [Prediction(_label(categories, number), value) for value, number in zip(values, numbers, strict=True)]
        for values, numbers in zip(likeliest.values.tolist(), likeliest.indices.tolist(), strict=True)
    ]


@contextmanager
def _evaluating(model: nn.Module) -> Iterator[None]:
    was_training = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(was_training)


def _label(categories: Sequence[str], number: int) -> str:
    return categories[number] if categories else str(number)
