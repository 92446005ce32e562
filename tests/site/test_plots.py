"""Plots: every point is a link with a name, better is above, and the line joins what nothing smaller equals."""

from __future__ import annotations

import re

import pytest
from documents import read
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.site import plots

Points = list[tuple[float, float]]

POINTS = st.lists(
    st.tuples(st.integers(1, 12).map(float), st.integers(0, 12).map(float)),
    min_size=1,
    max_size=20,
)


def spot(x: float, y: float, name: str = "a") -> plots.Spot:
    return plots.Spot(x, y, name, f"{name} <b>", f"#{name}")


def plot(*spots: plots.Spot, less: bool = False) -> plots.Plot:
    axis = plots.Axis("size", lambda value: f"{value:g}")
    return plots.Plot("Title & <b>", axis, axis, spots, named=range(len(spots)), less_is_better=less)


def is_beaten(point: tuple[float, float], others: Points, less: bool) -> bool:
    sign = 1 if less else -1
    return any(other != point and other[0] <= point[0] and sign * other[1] <= sign * point[1] for other in others)


@settings(deadline=None)
@given(points=POINTS, less=st.booleans())
def test_the_line_joins_exactly_the_points_that_none_beats(points: Points, less: bool) -> None:
    found = [points[number] for number in plots.front(points, less_is_better=less)]

    assert set(found) == {point for point in points if not is_beaten(point, points, less)}
    assert len(set(found)) == len(found)
    assert found == sorted(found)


def test_every_spot_is_a_link_with_its_name() -> None:
    drawn = read(plots.draw(plot(*(spot(10.0**number, number, f"n{number}") for number in range(5)))))

    assert [link["href"] for link in drawn.all("a")] == [f"#n{number}" for number in range(5)]
    assert len(drawn.all("circle")) == 5
    assert "n3 <b>" in drawn.text
    assert not drawn.unbalanced


def test_a_plot_is_a_group_with_a_name_and_no_image() -> None:
    drawn = read(plots.draw(plot(spot(1, 1), spot(2, 2))))

    assert drawn.all("svg", role="group")[0]["aria-label"] == "Title & <b>"
    assert not drawn.all("b")


@pytest.mark.parametrize(("less", "order"), [(False, [30, 20, 10]), (True, [10, 20, 30])])
def test_the_better_is_above_and_the_larger_to_the_right(less: bool, order: list[float]) -> None:
    made = plot(*(spot(y, y) for y in (10, 20, 30)), less=less)

    assert sorted((10, 20, 30), key=lambda y: made.at((y, y))[1]) == order
    assert made.at((10, 10))[0] < made.at((20, 20))[0] < made.at((30, 30))[0]


@settings(deadline=None)
@given(points=POINTS)
def test_every_point_lies_within_the_axes(points: Points) -> None:
    made = plot(*(spot(x, y) for x, y in points))

    for point in made.points:
        x, y = made.at(point)
        assert plots.LEFT <= x <= made.width - plots.RIGHT
        assert plots.TOP <= y <= made.height - plots.BOTTOM


def test_points_that_are_all_alike_can_be_drawn() -> None:
    drawn = plots.draw(plot(spot(5, 5), spot(5, 5)))

    assert "nan" not in drawn
    assert drawn == plots.draw(plot(spot(5, 5), spot(5, 5)))


def test_names_that_would_cover_another_point_are_left_out() -> None:
    crowd = plot(*(spot(100 + number / 50, 50 + number / 50, f"a-rather-long-name-{number}") for number in range(60)))

    names = re.findall("<text[^>]*>a-rather-long-name", plots.draw(crowd))

    assert 0 < len(names) < 60


def test_a_thumbnail_has_no_words_and_is_hidden_from_readers() -> None:
    drawn = read(plots.thumbnail([(1, 1), (2, 2)], [(1, 1), (2, 2)]))

    assert drawn.text == ""
    assert drawn.all("svg")[0]["aria-hidden"] == "true"
