"""Split expressions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.datasets.splits import Bound, Part, parse
from hub.errors import InvalidInput

counts = st.integers(0, 100_000)
numbers = st.integers(-200, 200).map(str)
percentages = st.decimals(-100, 100, places=1).map(lambda value: f"{value}%")
bounds = st.one_of(numbers, percentages).map(Bound)
names = st.from_regex(r"[a-z][a-z0-9_]*", fullmatch=True)
parts = st.builds(Part, names, st.none() | bounds, st.none() | bounds)


@pytest.mark.parametrize(
    ("expression", "rows"),
    [
        ("train", range(10)),
        ("train[:]", range(10)),
        ("train[2:5]", range(2, 5)),
        ("train[:80%]", range(8)),
        ("train[80%:]", range(8, 10)),
        ("train[-2:]", range(8, 10)),
        ("train[:-20%]", range(8)),
        ("train[-1%:]", range(10, 10)),
        ("train[:-1%]", range(10)),
        ("train[5:999]", range(5, 10)),
        ("train[8:2]", range(8, 8)),
        ("train[12.5%:50%]", range(1, 5)),
        (" train [ 1 : 2 ] ", range(1, 2)),
    ],
)
def test_a_part_takes_these_of_ten_rows(expression: str, rows: range) -> None:
    (part,) = parse(expression)

    assert part.rows(10) == rows


def test_parts_are_added_in_order() -> None:
    assert [str(part) for part in parse("train[:80%] + test+train[90%:]")] == ["train[:80%]", "test", "train[90%:]"]


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "+",
        "train+",
        "train[5]",
        "train[1:2:3]",
        "train[a:b]",
        "train[:80%",
        "tra in",
        "train[:120%]",
        "train[:1.5]",
    ],
)
def test_what_is_no_split_is_refused(expression: str) -> None:
    with pytest.raises(InvalidInput):
        parse(expression)


@given(st.lists(parts, min_size=1, max_size=4))
def test_parsing_undoes_writing(given_parts: list[Part]) -> None:
    text = "+".join(map(str, given_parts))

    assert parse(text) == tuple(given_parts)


@given(names, bounds, counts)
def test_two_parts_with_one_bound_share_no_row_and_miss_none(name: str, bound: Bound, count: int) -> None:
    before, after = Part(name, None, bound), Part(name, bound, None)

    assert [*before.rows(count), *after.rows(count)] == list(range(count))


@given(names, st.integers(-500, 500), st.integers(-500, 500), st.integers(0, 300))
def test_numbers_of_rows_slice_as_lists_do(name: str, start: int, stop: int, count: int) -> None:
    part = Part(name, Bound(str(start)), Bound(str(stop)))

    assert list(part.rows(count)) == list(range(count))[start:stop]
