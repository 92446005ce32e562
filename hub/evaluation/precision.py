"""Average precision of boxes, as COCO defines it (https://cocodataset.org/#detection-eval).

For each class and each overlap from 0.5 to 0.95: boxes, the surest first, are matched with things that are really
there, each thing once, with the largest overlap; precision, made falling, is averaged over recalls from 0 to 1 in
hundredths. A thing that is left out counts neither for nor against a model; a crowd is left out, and many boxes may be
matched with it. Of each picture and class the hundred surest boxes count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

OVERLAPS = np.linspace(0.5, 0.95, 10)
RECALLS = np.linspace(0, 1, 101)
MOST = 100


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """Boxes of one class found in one picture, the surest first.

    `scores` is of shape (n,). `right` and `left_out`, of shape (overlaps, n), say whether a box counts for the model,
    or not at all. So many `things` are to be found.
    """

    scores: Floats
    right: Flags
    left_out: Flags
    things: int


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """Things of one class in one picture: `boxes` (m, 4), and which are a `crowd` and which are `left_out`, (m,)."""

    boxes: Floats
    crowd: Flags
    left_out: Flags

    def sorted(self) -> Truth:
        """Return those that count first: what is left out is matched where nothing else fits."""
        order = np.argsort(self.left_out, kind="stable")
        return Truth(self.boxes[order], self.crowd[order], self.left_out[order])


def matched(boxes: Floats, scores: Floats, truth: Truth) -> Matched:
    """Match boxes found, (n, 4) as x1, y1, x2, y2, with things that are there."""
    order = np.argsort(-scores, kind="stable")[:MOST]
    there = truth.sorted()
    overlap = overlaps(boxes[order], there.boxes, there.crowd)
    right, left_out = (np.zeros((len(OVERLAPS), len(order)), bool) for _ in range(2))
    for level, least in enumerate(OVERLAPS):
        taken = np.zeros(len(there.boxes), bool)
        for number, row in enumerate(overlap):
            place = _best(row, taken, there, least)
            if place is not None:
                taken[place] = True
                right[level, number] = not there.left_out[place]
                left_out[level, number] = there.left_out[place]
    return Matched(scores[order], right, left_out, int((~there.left_out).sum()))


def _best(overlap: Floats, taken: Flags, truth: Truth, least: float) -> int | None:
    """Return what a box is matched with; of equal overlaps the last, as in COCO's own code."""
    free = ~taken | truth.crowd
    for among in (free & ~truth.left_out, free & truth.left_out):
        fits = np.flatnonzero(among & (overlap >= min(least, 1 - 1e-10)))
        if len(fits):
            best = overlap[fits]
            return int(fits[np.flatnonzero(best == best.max())[-1]])
    return None


def overlaps(boxes: Floats, truth: Floats, crowd: Flags) -> Floats:
    """Return intersection over union, (n, m); over the box's own area where the truth is a crowd."""
    low = np.maximum(boxes[:, None, :2], truth[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], truth[None, :, 2:])
    both = np.prod((high - low).clip(0), axis=2)
    own, theirs = (np.prod((each[:, 2:] - each[:, :2]).clip(0), axis=1) for each in (boxes, truth))
    either = np.where(crowd[None], own[:, None], own[:, None] + theirs[None] - both)
    shares: Floats = both / np.maximum(either, 1e-300)
    return shares


def average_precision(pictures: Sequence[Matched]) -> Floats | None:
    """Return the average precision of a class at each of `OVERLAPS`; None if it is nowhere."""
    things = sum(each.things for each in pictures)
    if not things:
        return None
    scores = np.concatenate([each.scores for each in pictures])
    order = np.argsort(-scores, kind="stable")
    right, left_out = (
        np.concatenate([getattr(each, name) for each in pictures], axis=1)[:, order] for name in ("right", "left_out")
    )
    return np.array([_average(hits[~out], things) for hits, out in zip(right, left_out, strict=True)])


def _average(hits: Flags, things: int) -> float:
    right = np.cumsum(hits)
    precision = np.maximum.accumulate((right / np.arange(1, len(hits) + 1))[::-1])[::-1]
    places = np.searchsorted(right / things, RECALLS, side="left")
    reached = places[places < len(hits)]
    return float(precision[reached].sum() / len(RECALLS))
