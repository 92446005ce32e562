"""How far detections are from detections: their order and number change with the last bits of the scores."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from hub.errors import NotConvertible
from hub.models.conversion.subject import Comparison, joined, worst

if TYPE_CHECKING:
    from torch import Tensor

    Found = dict[str, Tensor]

# Below it, whether there is a box at all is decided by bits: suppression drops one of two that are about as likely.
SURE = 0.5


def compare(ours: object, theirs: object) -> Comparison:
    """Return how far lists of torchvision's detections, one dict a picture, are from each other.

    The score of each box of ours is compared with the nearest of theirs; where there surely is a box, so is its place,
    with that of the nearest box of the same label: in pixels, relative to the box's longer side.
    """
    if not isinstance(ours, list) or not isinstance(theirs, list) or len(ours) != len(theirs):
        raise NotConvertible("the file gives no detections", expected="a list of dicts", found=type(theirs).__name__)
    return joined(_compare(a, b) for a, b in zip(ours, theirs, strict=True))


def _compare(ours: Found, theirs: Found) -> Comparison:
    sure = (ours["scores"] >= SURE).nonzero().flatten().tolist()
    places = [_place(ours, number, theirs) for number in sure]
    scores = _scores(ours["scores"].double(), theirs["scores"].double())
    return Comparison(
        worst([scores, *(pixels for pixels, _ in places)]),
        worst([scores, *(relative for _, relative in places)]),
        len(ours["scores"]),
        "boxes",
    )


def _scores(ours: Tensor, theirs: Tensor) -> float:
    """Return how far a score is at most from the nearest one; infinite if only one of both has found anything."""
    if not len(ours) or not len(theirs):
        return 0.0 if len(ours) == len(theirs) else math.inf
    return (ours[:, None] - theirs[None]).abs().amin(dim=1).max().item()


def _place(ours: Found, number: int, theirs: Found) -> tuple[float, float]:
    """Return how far a box is from the nearest of its label, in pixels and relative; infinite if there is none."""
    alike = theirs["labels"] == ours["labels"][number]
    if not alike.any():
        return math.inf, math.inf
    box = ours["boxes"][number].double()
    pixels = (theirs["boxes"][alike].double() - box).abs().amax(dim=1).min().item()
    return pixels, pixels / (box[2:] - box[:2]).max().clamp(min=1.0).item()
