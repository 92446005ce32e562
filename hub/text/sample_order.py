"""Orders of samples: keys that sort pairs by both of their lengths, and a shuffle that can be repeated."""

from __future__ import annotations

import random
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    State = tuple[Any, ...]

Row = TypeVar("Row")


def interleave_keys(a: int, b: int) -> int:
    """Return a key whose bits are those of `a` and `b` in turn, 16 of each: pairs close in both are close in it.

    >>> interleave_keys(0b11, 0b00)
    10
    """
    return int("".join(one + other for one, other in zip(f"{a:016b}", f"{b:016b}", strict=False)), base=2)


class RandomShuffler:
    """Shuffles with a random state of its own, which starts as Python's is now or as one that is given.

    >>> shuffled = RandomShuffler(random.Random(0).getstate())([1, 2, 3, 4])
    >>> shuffled == RandomShuffler(random.Random(0).getstate())([1, 2, 3, 4])
    True
    """

    def __init__(self, random_state: State | None = None) -> None:
        self._random = random.Random()  # noqa: S311  no secrets are made of it
        self.random_state = random.getstate() if random_state is None else random_state

    @property
    def random_state(self) -> State:
        """The state that the next shuffle starts from, as `random.getstate` gives it."""
        return self._random.getstate()

    @random_state.setter
    def random_state(self, state: State) -> None:
        self._random.setstate(state)

    @contextmanager
    def use_internal_state(self) -> Iterator[None]:
        """Let the functions of `random` work on this state, for as long as the block runs."""
        outside = random.getstate()
        random.setstate(self.random_state)
        try:
            yield
            self.random_state = random.getstate()
        finally:
            random.setstate(outside)

    def __call__(self, data: Sequence[Row]) -> list[Row]:
        """Return the samples in a random order."""
        return self._random.sample(data, len(data))
