"""A matrix as colours, with names as long as there is room for them."""

from __future__ import annotations

import numpy as np
import pytest

from hub.errors import InvalidInput
from hub.viz.heatmaps import CELL, FILL, LARGEST_MAP, MARGIN, heatmap

PAPER = (255, 255, 255)


def test_the_largest_cell_has_the_full_colour_and_an_empty_one_none() -> None:
    picture = heatmap(np.array([[0, 9], [1, 0]]), ["", ""], ["", ""])

    left, top = picture.width - MARGIN - 2 * CELL, picture.height - MARGIN - 2 * CELL
    assert picture.getpixel((left + CELL + 2, top + 2)) == FILL
    assert picture.getpixel((left + 2, top + 2)) == PAPER
    assert picture.getpixel((left + 2, top + CELL + 2)) not in (FILL, PAPER)


def test_names_take_their_room_beside_and_above() -> None:
    bare = heatmap(np.eye(2), ["", ""], ["", ""])
    named = heatmap(np.eye(2), ["a long name", "b"], ["another name", "c"])

    assert named.width > bare.width + 50
    assert named.height > bare.height + 50
    assert np.asarray(named)[: named.height // 3].min() < 100


def test_a_thousand_classes_stay_a_picture_of_a_usual_size() -> None:
    names = [f"class {number}" for number in range(1000)]

    picture = heatmap(np.eye(1000, dtype=np.int64), names, names)

    assert picture.width == picture.height == 2 * 1000 + 2 * MARGIN


def test_a_hundred_classes_have_cells_as_large_as_fit() -> None:
    names = [f"class {number}" for number in range(100)]

    assert heatmap(np.eye(100), names, names).width <= LARGEST_MAP + 200


@pytest.mark.parametrize("cells", [np.eye(3), np.empty((2, 0))], ids=["other names", "no cells"])
def test_names_that_do_not_fit_are_told(cells: np.ndarray) -> None:
    with pytest.raises(InvalidInput, match="names do not fit"):
        heatmap(cells, ["a", "b"], [] if not cells.size else ["a", "b"])


def test_what_is_no_number_is_left_white() -> None:
    picture = heatmap(np.array([[np.nan, 1.0]]), [""], ["", ""])

    assert picture.getpixel((picture.width - MARGIN - 2 * CELL + 2, picture.height - MARGIN - CELL + 2)) == PAPER
