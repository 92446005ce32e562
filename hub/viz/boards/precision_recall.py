"""Precision and recall of a yes-or-no question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hub.viz.boards import arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hub.viz.boards.board import Numbers


def curve(
    truth: Numbers, scores: Numbers, weights: Numbers | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return recall and precision for each score taken as the threshold, the highest first.

    >>> recall, precision = curve([1, 0, 1], [0.9, 0.8, 0.7])
    >>> recall.tolist(), precision.round(2).tolist()
    ([0.5, 0.5, 1.0], [1.0, 0.5, 0.67])
    """
    score = arrays.numbers(scores).ravel()
    order = np.argsort(-score, kind="stable")
    weight = np.ones(len(score)) if weights is None else arrays.numbers(weights).ravel()
    right = np.cumsum((arrays.numbers(truth).ravel().astype(float) * weight)[order])
    said = np.cumsum(weight[order])
    last = np.append(np.diff(score[order]) != 0, True)  # equal scores are taken together
    return right[last] / max(right[-1], 1e-300), right[last] / said[last]
