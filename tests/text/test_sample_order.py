from __future__ import annotations

import random

import pytest

from hub.text.sample_order import RandomShuffler, interleave_keys


def seeded() -> random.Random:
    return random.Random(5)  # noqa: S311  no secrets are made of it


@pytest.mark.parametrize(
    ("a", "b", "key"), [(0, 0, 0), (1, 0, 2), (0, 1, 1), (3, 5, 27), (65535, 65535, (1 << 32) - 1)]
)
def test_bits_of_two_keys_come_in_turn(a: int, b: int, key: int) -> None:
    assert interleave_keys(a, b) == key


def test_a_shuffle_follows_its_state_and_leaves_pythons_alone() -> None:
    shuffle = RandomShuffler(seeded().getstate())
    before = random.getstate()

    assert shuffle(range(10)) == seeded().sample(range(10), 10)
    assert random.getstate() == before


def test_a_state_put_back_repeats_the_shuffle() -> None:
    shuffle = RandomShuffler()
    state = shuffle.random_state

    first = shuffle(range(10))
    shuffle.random_state = state

    assert shuffle(range(10)) == first


def test_random_works_on_the_state_within_the_block_alone() -> None:
    shuffle = RandomShuffler(seeded().getstate())
    before = random.getstate()

    with shuffle.use_internal_state():
        drawn = random.random()  # noqa: S311  # no secrets

    assert drawn == seeded().random()
    assert random.getstate() == before
    assert shuffle.random_state != seeded().getstate()
