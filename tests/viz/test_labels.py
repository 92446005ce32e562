"""Names beside points are readable: none covers another, a point or the line."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.viz.labels import Box, Label, along, around, place

PAGE = Box(0, 0, 1000, 600)
GAP = 5.0
POINTS = st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 600)), max_size=12, unique=True)


def placed(points: list[tuple[int, int]], size: tuple[float, float] = (80, 12)) -> list[Label | None]:
    spots = [(float(x), float(y)) for x, y in points]
    marks = [around(spot, 8) for spot in spots]
    return place([(spot, size) for spot in spots], PAGE, marks, along(spots, 3), GAP)


@settings(max_examples=30, deadline=None)
@given(POINTS)
def test_no_name_covers_another_a_point_or_the_line_or_leaves_the_page(points: list[tuple[int, int]]) -> None:
    boxes = [label.box for label in placed(sorted(points)) if label]

    spots = [(float(x), float(y)) for x, y in sorted(points)]
    taken = [*(around(spot, 8) for spot in spots), *along(spots, 3)]
    assert all(PAGE.holds(box) for box in boxes)
    assert not any(box.meets(other) for box in boxes for other in taken)
    assert not any(box.meets(other) for number, box in enumerate(boxes) for other in boxes[:number])


def test_a_name_alone_is_close_above_and_to_the_left() -> None:
    (label,) = placed([(500, 300)])

    assert label is not None
    assert not label.far
    assert label.box == Box(415, 305, 495, 317)


def test_at_the_edge_of_the_page_it_goes_where_there_is_room() -> None:
    (label,) = placed([(0, 600)])

    assert label is not None
    assert label.box.left > 0
    assert label.box.top < 600


def test_names_of_a_crowd_move_away_and_are_led_to() -> None:
    labels = placed([(500, 300), (506, 303), (512, 306), (518, 309)])

    assert all(labels)
    assert any(label.far for label in labels if label)


def test_a_name_without_room_is_left_out() -> None:
    assert placed([(500, 300)], size=(2000, 12)) == [None]


def test_no_names_need_no_room() -> None:
    assert placed([]) == []
