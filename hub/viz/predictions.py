"""What a network says about a picture, drawn on it by torchvision: boxes, masks, points of bodies, classes, flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torchvision import utils
from torchvision.transforms import functional

from hub.errors import InvalidInput
from hub.models.prediction import Boxes, Flow, Segmentation
from hub.viz.captions import Caption, Entry, letter_size, with_legend, write
from hub.viz.class_colours import colour_of

if TYPE_CHECKING:
    from PIL import Image
    from torch import Tensor

# Which points of a body are joined by a line, by their names in COCO.
LIMBS = (
    ("nose", "left_eye"), ("nose", "right_eye"), ("left_eye", "left_ear"), ("right_eye", "right_ear"),
    ("left_shoulder", "right_shoulder"), ("left_hip", "right_hip"),
    ("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist"),
    ("right_shoulder", "right_elbow"), ("right_elbow", "right_wrist"),
    ("left_shoulder", "left_hip"), ("right_shoulder", "right_hip"),
    ("left_hip", "left_knee"), ("left_knee", "left_ankle"),
    ("right_hip", "right_knee"), ("right_knee", "right_ankle"),
)  # fmt: skip

# How much of the colour covers the picture: objects are to be seen through it.
OF_MASKS, OF_CLASSES = 0.45, 0.55

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
            return _with_boxes(_pixels(image), result)
        case Segmentation():
            return _with_classes(_pixels(image), result)
        case Flow():
            return _drawn(utils.flow_to_image(result.flow))
        case _:
            raise InvalidInput("only boxes, classes of pixels and flows can be drawn", found=type(result).__name__)


def _pixels(image: Image.Image | Tensor) -> Tensor:
    pixels: Tensor = image if isinstance(image, torch.Tensor) else functional.pil_to_tensor(image.convert("RGB"))
    return pixels.cpu().expand(3, -1, -1)


def _drawn(pixels: Tensor) -> Image.Image:
    drawn: Image.Image = functional.to_pil_image(pixels)
    return drawn


def _with_boxes(pixels: Tensor, found: Boxes) -> Image.Image:
    size = pixels.shape[2], pixels.shape[1]
    if not len(found):
        return _drawn(pixels)
    colours = [colour_of(number) for number in found.numbers.tolist()]
    line = max(2, letter_size(size) // 7)
    if found.masks is not None:
        pixels = utils.draw_segmentation_masks(pixels, _apart(found.masks), alpha=OF_MASKS, colors=colours)
    # The surest last, so that its lines lie above those of the others.
    pixels = utils.draw_bounding_boxes(pixels, found.boxes.flip(0), colors=colours[::-1], width=line)
    if found.keypoints is not None:
        pixels = _with_points(pixels, found, line)
    image = _drawn(pixels)
    named = zip(found.labels, found.scores.tolist(), colours, found.boxes.tolist(), strict=True)
    write(image, [Caption(f"{label} {score:.0%}", colour, (box[0], box[1])) for label, score, colour, box in named])
    return image


def _apart(masks: Tensor) -> Tensor:
    """Return masks that do not overlap, bool of shape (n, height, width): a pixel belongs to the first that has it."""
    before = torch.zeros_like(masks[0])
    apart = []
    for mask in masks:
        apart.append(mask & ~before)
        before = before | mask
    return torch.stack(apart)


def _with_points(pixels: Tensor, found: Boxes, line: int) -> Tensor:
    if found.keypoints is None:
        return pixels
    known = {name: number for number, name in enumerate(found.keypoint_names)}
    limbs = [(known[one], known[other]) for one, other in LIMBS if one in known and other in known]
    places, visible = found.keypoints[..., :2], found.keypoints[..., 2] > 0
    drawn: Tensor = utils.draw_keypoints(
        pixels, places, connectivity=limbs, colors="red", radius=2 * line, width=line, visibility=visible
    )
    return drawn


def _with_classes(pixels: Tensor, found: Segmentation) -> Image.Image:
    """Colour all classes but the background."""
    shown = [share for share in found.shares if share.label not in BACKGROUND]
    if shown:
        masks = torch.stack([found.numbers == share.number for share in shown])
        colours = [colour_of(share.number) for share in shown]
        pixels = utils.draw_segmentation_masks(pixels, masks, alpha=OF_CLASSES, colors=colours)
    entries = [Entry(f"{share.label} {share.share:.1%}", colour_of(share.number)) for share in shown]
    return with_legend(_drawn(pixels), entries) if entries else _drawn(pixels)
