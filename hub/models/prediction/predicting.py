"""`predict`: whatever a model is for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from hub import registry
from hub.errors import InvalidInput
from hub.models import arguments
from hub.models.about import about_model, unwrapped
from hub.models.kinds import Kind, kind_of
from hub.models.loading import load
from hub.models.prediction.classification import USUAL_TOP, classify
from hub.models.prediction.detection import USUAL_THRESHOLD, detect
from hub.models.prediction.flow import estimate_flow
from hub.models.prediction.segmentation import segment
from hub.models.prediction.video import classify_video

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor, nn

    from hub.models.prediction.results import Result

    Picture = Image | Tensor
    Given = Picture | tuple[Picture, Picture] | str | os.PathLike[str]


def predict(
    name_or_model: str | nn.Module,
    given: Given,
    /,
    *,
    top: int | None = None,
    threshold: float | None = None,
) -> Result:
    """Return what a trained model says about a picture, two pictures or a video.

    | the model is for | it is given | and returns |
    |---|---|---|
    | image classification | a picture | the `top` (5) likeliest classes: a list of `Prediction` |
    | object detection | a picture | `Boxes` of at least `threshold` (0.5), at most `top` (all) |
    | semantic segmentation | a picture | `Segmentation` |
    | video classification | a path, or a uint8 tensor of (frames, 3, height, width) | as for pictures |
    | optical flow | two pictures of one size | `Flow` |

    A picture is a PIL image or a uint8 tensor of (channels, height, width). A name is loaded with its default weights;
    give a model of `hub.load` to predict many pictures, or with weights of your own. Of a model inside of
    `DataParallel` or `DistributedDataParallel` the model itself is run, where it lies.

    Raises InvalidInput for a model that `hub.load` has not made or that wants something else, or for an
    option that means nothing for it, and NotFound if nothing trained is published for the name.
    """
    name, kind = _purpose(name_or_model)
    _require_fit(name, kind, given)
    _require_meaning(name, kind, threshold=threshold, top=top)
    # Only now: loading may fetch.
    model = load(name_or_model, pretrained=True) if isinstance(name_or_model, str) else unwrapped(name_or_model)
    match kind:
        case Kind.CLASSES:
            return classify(model, [cast("Picture", given)], top=USUAL_TOP if top is None else top)[0]
        case Kind.BOXES:
            least = USUAL_THRESHOLD if threshold is None else threshold
            return detect(model, cast("Picture", given), threshold=least, top=top)
        case Kind.SEGMENTATION:
            return segment(model, cast("Picture", given))
        case Kind.VIDEO:
            return classify_video(model, cast("Tensor", given), top=USUAL_TOP if top is None else top)
        case Kind.FLOW:
            return estimate_flow(model, *cast("tuple[Picture, Picture]", given))


def _purpose(name_or_model: str | nn.Module) -> tuple[str, Kind]:
    """Return the name of a model and what it is for, without loading anything."""
    if isinstance(name_or_model, str):
        arguments.require_name(name_or_model)
        entry = registry.find_model(name_or_model)
        return entry.variant.name, kind_of(entry.variant.name, entry.card.task)
    about = about_model(unwrapped(name_or_model))
    return about.name, kind_of(about.name, about.task)


def _require_fit(name: str, kind: Kind, given: object) -> None:
    """Raise InvalidInput if so many pictures, or a path, are not for a model of this kind; the rest is told later."""
    several = isinstance(given, (tuple, list))
    if several != (kind is Kind.FLOW) or (several and len(cast("tuple[object]", given)) != 2):  # noqa: PLR2004  a pair
        found = f"{len(cast('list[object]', given))} of them" if several else type(given).__name__
        raise InvalidInput(f"{name} {kind.value}", expected=WANTED[kind], found=found)
    if isinstance(given, (str, os.PathLike)) and kind is not Kind.VIDEO:
        raise InvalidInput(
            f"{name} {kind.value}", expected=WANTED[kind], found="a path", hint="open it: PIL.Image.open(path)"
        )


def _require_meaning(name: str, kind: Kind, **options: float | None) -> None:
    """Raise InvalidInput for an option that would be taken and do nothing."""
    for option, value in options.items():
        if value is not None and option not in USES[kind]:
            raise InvalidInput(f"{name} {kind.value}: {option} means nothing for it", hint=f"leave {option} out")


USES = {
    Kind.CLASSES: ("top",),
    Kind.BOXES: ("top", "threshold"),
    Kind.SEGMENTATION: (),
    Kind.VIDEO: ("top",),
    Kind.FLOW: (),
}

WANTED = {
    Kind.CLASSES: "one picture",
    Kind.BOXES: "one picture",
    Kind.SEGMENTATION: "one picture",
    Kind.VIDEO: "a path, or a uint8 tensor of (frames, 3, height, width)",
    Kind.FLOW: "two pictures: (first, second)",
}
