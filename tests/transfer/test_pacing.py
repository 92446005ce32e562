"""The number of connections grows while that brings more, and no further."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from hub.transfer.pacing import Pace, Pacing

if TYPE_CHECKING:
    from collections.abc import Callable

PACE = Pace()
PLENTY = 1 << 40


def numbers(rate: Callable[[int], float], *, most: int = 8, seconds: float = 5.0, missing: int = PLENTY) -> list[int]:
    """Return how many connections there were over time, if `rate(n)` bytes a second come over n of them."""
    pacing, done, now, count = Pacing(PACE, most, 0.0), 0.0, 0.0, 1
    seen = []
    while now < seconds:
        now += 0.05
        done += 0.05 * rate(count)
        count = pacing.wanted(now, int(done), missing, delivering=count)
        seen.append(count)
    return seen


def test_a_host_that_limits_each_connection_gets_as_many_as_there_may_be() -> None:
    assert numbers(lambda count: count * 5e6, seconds=1.2)[-1] == 8


@pytest.mark.parametrize("most", [1, 2, 3, 5])
def test_there_are_never_more_than_there_may_be(most: int) -> None:
    assert max(numbers(lambda count: count * 5e6, most=most)) == most


def test_where_one_brings_all_there_is_others_are_given_up() -> None:
    seen = numbers(lambda _: 1e8, seconds=3.0)

    assert max(seen) == 8
    assert seen[-1] == 1


def test_what_a_host_gives_new_connections_at_first_counts_for_nothing() -> None:
    """Five megabytes at once and five a second from then on, as nginx does it."""
    pacing, now, count, done, opened = Pacing(PACE, 8, 0.0), 0.0, 1, 5e6, 1
    while now < 2.0:
        now += 0.05
        done += 0.05 * count * 5e6 + max(count - opened, 0) * 5e6
        opened = max(opened, count)
        count = pacing.wanted(now, int(done), PLENTY, delivering=count)

    assert count == 8


def test_more_are_tried_again_ever_more_rarely() -> None:
    seen = numbers(lambda _: 1e8, seconds=60.0)

    tries = sum(1 for before, after in pairwise(seen) if before < after)
    assert 3 <= tries <= 6
    assert seen.count(1) > 0.9 * len(seen)


def test_what_is_nearly_there_needs_no_more_connections() -> None:
    assert max(numbers(lambda count: count * 5e6, missing=2_000_000)) == 1


def test_a_host_that_refuses_one_more_is_believed() -> None:
    pacing = Pacing(PACE, 8, 0.0)
    assert pacing.wanted(0.5, 1_000_000, PLENTY, delivering=1) == 8

    pacing.refused(1)

    assert {pacing.wanted(float(now), now * 1_000_000, PLENTY, delivering=1) for now in range(1, 60)} == {1}


def test_nothing_is_judged_before_the_new_ones_deliver() -> None:
    pacing = Pacing(PACE, 8, 0.0)
    assert pacing.wanted(0.5, 1_000_000, PLENTY, delivering=1) == 8

    slow_to_connect = [pacing.wanted(0.5 + tick * 0.1, 1_000_000 + tick, PLENTY, delivering=1) for tick in range(1, 20)]

    assert set(slow_to_connect) == {8}
