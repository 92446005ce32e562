"""What a network says about a picture, drawn on it: boxes, masks, points of bodies, classes, flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import torch
from torchvision.transforms import functional

from hub.errors import InvalidInput
from hub.models.prediction import Boxes, Flow, Segmentation
from hub.viz.captions import Entry, with_legend
from hub.viz.class_colours import colour_of
from hub.viz.flows import in_colours
from hub.viz.marks import Mark, drawn, tinted

if TYPE_CHECKING:
    from PIL import Image
    from torch import Tensor

    from hub.viz.marks import Box

# How much of the colour covers the picture: objects are to be seen through it.
OF_CLASSES = 0.55

# Class 0 where it is called so, as in the lists of COCO and Pascal VOC.
BACKGROUND = ("background", "__background__")


def draw(image: Image.Image | Tensor, result: Boxes | Segmentation | Flow) -> Image.Image:
    """Return what was found in a picture, drawn on it; of a flow, the flow alone.

    The picture is a PIL image or a uint8 tensor of (channels, height, width), the one that the result is of. Each class
    has its own colour, the same in every picture. A segmentation has a legend below. Of a flow, hues are directions
    (red to the right) and strong colours long ways.

    Raises InvalidInput if there is nothing to draw, as of a list of classes.
    """
    match result:
        case Boxes():
            return drawn(_picture(image), _marks(result), named=len(result))
        case Segmentation():
            return _with_classes(_picture(image), result)
        case Flow():
            return in_colours(result.flow.numpy())
        case _:
            raise InvalidInput("only boxes, classes of pixels and flows can be drawn", found=type(result).__name__)


def _picture(image: Image.Image | Tensor) -> Image.Image:
    if not isinstance(image, torch.Tensor):
        return image.convert("RGB")
    made: Image.Image = functional.to_pil_image(image.cpu().expand(3, -1, -1))
    return made


def _marks(found: Boxes) -> list[Mark]:
    """Return the objects as things to draw, the surest first."""
    return [
        Mark(
            f"{found.labels[place]} {found.scores[place]:.0%}",
            int(found.numbers[place]),
            cast("Box", tuple(found.boxes[place].tolist())),
            mask=None if found.masks is None else found.masks[place].numpy(),
            points=None if found.keypoints is None else found.keypoints[place].numpy().astype(float),
            point_names=found.keypoint_names,
        )
        for place in range(len(found))
    ]


def _with_classes(picture: Image.Image, found: Segmentation) -> Image.Image:
    """Colour all classes but the background."""
    shown = [share for share in found.shares if share.label not in BACKGROUND]
    colours = {share.number: colour_of(share.number) for share in shown}
    coloured = tinted(picture, found.numbers.numpy(), colours, OF_CLASSES)
    entries = [Entry(f"{share.label} {share.share:.1%}", colour_of(share.number)) for share in shown]
    return with_legend(coloured, entries) if entries else coloured
