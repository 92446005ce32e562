"""How far detections are from detections: their order and number change with the last bits of the scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from hub.errors import NotConvertible
from hub.models.conversion.subject import Comparison, joined, worst

if TYPE_CHECKING:
    from torch import Tensor

    Found = dict[str, Tensor]

# Below it, whether there is a box at all is decided by bits: suppression drops one of two that are about as likely.
SURE = 0.5


def compare(ours: object, theirs: object) -> Comparison:
    """Return how far lists of torchvision's detections, one dict a picture, are from each other.

    Each box of ours that is surely one is compared with the nearest of the same label; the difference is in pixels,
    relative to the box's longer side, or in scores.
    """
    if not isinstance(ours, list) or not isinstance(theirs, list) or len(ours) != len(theirs):
        raise NotConvertible("the file gives no detections", expected="a list of dicts", found=type(theirs).__name__)
    return joined(_compare(a, b) for a, b in zip(ours, theirs, strict=True))


def _compare(ours: Found, theirs: Found) -> Comparison:
    sure = (ours["scores"] >= SURE).nonzero().flatten().tolist()
    pairs = [_nearest(ours, number, theirs) for number in sure]
    return Comparison(worst(each for each, _ in pairs), worst(each for _, each in pairs), len(pairs), "boxes")


def _nearest(ours: Found, number: int, theirs: Found) -> tuple[float, float]:
    """Return (the difference in pixels, the relative one in pixels or scores); infinite if there is none like it."""
    box, score = ours["boxes"][number].double(), ours["scores"][number].double()
    alike = theirs["labels"] == ours["labels"][number]
    if not alike.any():
        return torch.inf, torch.inf
    pixels = (theirs["boxes"][alike].double() - box).abs().amax(dim=1)
    longer = (box[2:] - box[:2]).max().clamp(min=1.0)
    relative = torch.maximum(pixels / longer, (theirs["scores"][alike].double() - score).abs())
    nearest = int(relative.argmin())
    return pixels[nearest].item(), relative[nearest].item()
