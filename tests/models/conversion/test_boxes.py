"""Detections are compared box by box, whatever their order."""

from __future__ import annotations

import math

import torch

from hub.models.conversion import boxes

PLACES = torch.tensor([[0.0, 0.0, 10.0, 10.0], [20.0, 20.0, 40.0, 30.0], [50.0, 50.0, 60.0, 60.0]])
SCORES = torch.tensor([0.9, 0.8, 0.1])
LABELS = torch.tensor([1, 2, 1])


def found(order: list[int], shift: float = 0.0, score: float = 0.0) -> list[dict[str, torch.Tensor]]:
    return [{"boxes": PLACES[order] + shift, "scores": SCORES[order] + score, "labels": LABELS[order]}]


def test_another_order_is_no_difference() -> None:
    compared = boxes.compare(found([0, 1, 2]), found([2, 1, 0]))

    assert (compared.difference, compared.relative, compared.count) == (0.0, 0.0, 3)


def test_a_moved_box_is_as_far_as_its_corner_and_relative_to_its_side() -> None:
    compared = boxes.compare(found([0, 1]), found([0, 1], shift=2.0))

    assert math.isclose(compared.difference, 2.0, rel_tol=1e-6)
    assert math.isclose(compared.relative, 0.2, rel_tol=1e-6)


def test_another_score_is_a_difference() -> None:
    assert math.isclose(boxes.compare(found([0]), found([0], score=-0.05)).relative, 0.05, rel_tol=1e-5)


def test_a_box_that_is_missing_is_infinitely_far() -> None:
    assert boxes.compare(found([0, 1]), found([0])).relative == math.inf


def test_a_doubtful_box_that_is_missing_is_as_far_as_the_nearest_score() -> None:
    assert math.isclose(boxes.compare(found([0, 2]), found([0])).relative, 0.8, rel_tol=1e-6)


def test_nothing_in_both_is_no_difference_and_counts_nothing() -> None:
    compared = boxes.compare(found([]), found([]))

    assert (compared.relative, compared.count) == (0.0, 0)


def test_nothing_in_one_of_them_is_infinitely_far() -> None:
    assert boxes.compare(found([0]), found([])).relative == math.inf
