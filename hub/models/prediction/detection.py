"""Objects in a picture: boxes, with masks and the points of bodies where the network gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from hub.errors import InvalidInput
from hub.models import preprocessing
from hub.models.about import about_model
from hub.models.prediction.inputs import as_tensor
from hub.models.prediction.results import Boxes, label_of
from hub.models.prediction.running import coordinates_in_float32, device_of, evaluating, transforms_for

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor, nn

USUAL_THRESHOLD = 0.5

# Of a mask, as its authors have it: how sure the network is from which on a pixel belongs to the object.
INSIDE = 0.5


def detect(
    model: nn.Module, image: Image | Tensor, *, threshold: float = USUAL_THRESHOLD, top: int | None = None
) -> Boxes:
    """Return the objects in a picture whose score is at least `threshold`, the surest first, at most `top` of them.

    The picture is a PIL image or a uint8 tensor of (channels, height, width). Networks have a threshold of their own,
    of 0.01 to 0.2, below which they give nothing. Raises InvalidInput if the model does not find objects, or if
    `threshold` is not from 0 to 1.
    """
    _require_sense(threshold, top)
    prepare = transforms_for(model, preprocessing.Detection)
    picture = prepare(as_tensor(image)).to(device_of(model))
    with evaluating(model), coordinates_in_float32(model) as dtype:
        found = model([picture.to(dtype)])
    return _boxes(model, {name: tensor.cpu() for name, tensor in found[0].items()}, threshold, top)


def _require_sense(threshold: float, top: int | None) -> None:
    if not 0 <= threshold <= 1:
        raise InvalidInput("scores are from 0 to 1", expected="a threshold between them", found=threshold)
    if top is not None and top < 1:
        raise InvalidInput("at least one object has to be asked for", expected="top=1 or more", found=f"top={top}")


def _boxes(model: nn.Module, found: dict[str, Tensor], threshold: float, top: int | None) -> Boxes:
    about = about_model(model)
    order = found["scores"].argsort(descending=True, stable=True)
    kept = order[found["scores"][order] >= threshold][:top]
    numbers = found["labels"][kept]
    return Boxes(
        boxes=found["boxes"][kept].float(),
        labels=tuple(label_of(about.categories, number) for number in numbers.tolist()),
        numbers=numbers,
        scores=found["scores"][kept].float(),
        masks=found["masks"][kept, 0] > INSIDE if "masks" in found else None,
        keypoints=found["keypoints"][kept].to(torch.float32) if "keypoints" in found else None,
        keypoint_names=about.keypoints,
    )
