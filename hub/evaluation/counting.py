"""What is counted of answers, batch by batch, so that no scores need to be kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]

STEPS = 127
"""Scores that a curve tells apart: TensorBoard's own number of them, so that curves are those of all scores."""


class Confusion:
    """How often things of one class (rows) are taken for one of another (columns)."""

    def __init__(self, rows: int, columns: int) -> None:
        self.counts: Counts = np.zeros((rows, columns), np.int64)

    def add(self, truth: NDArray[np.int64], found: NDArray[np.int64]) -> None:
        """Count answers."""
        rows, columns = self.counts.shape
        places = np.bincount(truth * columns + found, minlength=rows * columns)
        self.counts += places.reshape(rows, columns)


class Curves:
    """How many scores of each class lie in each of `STEPS` steps from 0 to 1: those of others, and those of its own.

    `counts` has the shape (classes, 2, STEPS).
    """

    def __init__(self, classes: int) -> None:
        self.counts: Counts = np.zeros((classes, 2, STEPS), np.int64)

    def add(self, truth: NDArray[np.int64], scores: NDArray[np.floating]) -> None:
        """Count scores from 0 to 1, (samples, classes)."""
        classes = len(self.counts)
        steps = np.clip(np.floor(scores * (STEPS - 1)).astype(np.int64), 0, STEPS - 1)
        own = truth[:, None] == np.arange(classes)
        places = (np.arange(classes) * 2 + own) * STEPS + steps
        self.counts += np.bincount(places.ravel(), minlength=classes * 2 * STEPS).reshape(classes, 2, STEPS)


def points(counts: Counts) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Return the counts of one class as truth, scores and weights, as boards take them; steps without any left out.

    >>> truth, scores, weights = points(np.array([[0, 3, 0], [0, 0, 2]]))
    >>> truth.tolist(), scores.round(9).tolist(), weights.tolist()
    ([0, 1], [0.5, 1.0], [3, 2])
    """
    truth, step = np.nonzero(counts)
    # The lower bound of a step, from which floating point does not fall into the step below.
    scores = np.nextafter(step / (counts.shape[1] - 1), 1.0)
    return truth, np.where(step == 0, 0.0, np.where(step == counts.shape[1] - 1, 1.0, scores)), counts[truth, step]


def interval(right: int, total: int) -> tuple[float, float]:
    """Return between which shares the true one lies with 95 %, when so many of a random sample were right.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).

    >>> low, high = interval(90, 100)
    >>> round(low, 3), round(high, 3)
    (0.826, 0.945)
    """
    deviation = 1.96  # standard deviations that hold 95 % of a normal distribution
    share, spread = right / total, deviation**2 / total
    middle = (share + spread / 2) / (1 + spread)
    half = deviation / (1 + spread) * ((share * (1 - share) + spread / 4) / total) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)
