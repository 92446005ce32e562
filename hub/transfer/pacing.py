"""Pacing: how many connections one file is worth.

It begins with one. As long as twice as many bring clearly more, there are twice as many; where they do not, the last
ones are given up again, and more are tried only after a while. A host that refuses one more is believed.
"""

from __future__ import annotations

from dataclasses import dataclass

MOST = 8


@dataclass(frozen=True, slots=True)
class Pace:
    """The times, in seconds, and rates that decide when connections are added, doubted and given up."""

    window: float = 0.25
    """How long a number of connections is tried before it is judged."""
    growth: float = 1.15
    """Twice as many connections are kept if they bring at least so many times as much."""
    patience: float = 3.0
    """How long the new ones may take to deliver before the number is judged without them."""
    again: float = 3.0
    """More are tried again after this long, and then after twice as long each time."""
    worth: float = 1.0
    """What will have arrived sooner needs no more connections."""
    stall: float = 8.0
    """A connection is slow for this long before another one races it."""
    floor: float = 2048.0
    """Bytes a second below which a connection counts as stalled."""


PACE = Pace()


def usual() -> Pace:
    """Return the pace of whoever has no other."""
    return PACE


class Pacing:
    """Decides on the number of connections, `most` at most, from how much has arrived by when."""

    def __init__(self, pace: Pace, most: int, now: float) -> None:
        self._pace = pace
        self._most = most
        self._wanted = 1
        self._trial: _Trial | None = None
        self._since, self._done = now, 0
        self._pause = pace.again
        self._not_before = now

    def wanted(self, now: float, done: int, missing: int, delivering: int) -> int:
        """Return how many connections there should be.

        By `now`, in seconds, `done` bytes have arrived over the `delivering` connections, and `missing` bytes have not.
        """
        elapsed = now - self._since
        if self._trial is not None and delivering < self._wanted and elapsed < self._pace.patience:
            if delivering <= self._trial.before:
                self._since, self._done = now, done  # the new ones are not there yet: the clock begins when they are
            return self._wanted
        if done and elapsed >= self._pace.window:
            self._judge(now, (done - self._done) / elapsed, missing)
            self._since, self._done = now, done
        return self._wanted

    def refused(self, active: int) -> None:
        """Note that the host did not bear one more connection beside `active` ones."""
        self._most = self._wanted = max(active, 1)
        self._trial = None

    def _judge(self, now: float, rate: float, missing: int) -> None:
        if self._trial is not None and rate < self._trial.rate * self._pace.growth:
            self._wanted = self._trial.before
            self._trial = None
            self._not_before = now + self._pause
            self._pause *= 2
            return
        self._trial = None
        if self._wanted < self._most and now >= self._not_before and missing > rate * self._pace.worth:
            self._trial = _Trial(self._wanted, rate)
            self._wanted = min(self._wanted * 2, self._most)


@dataclass(frozen=True, slots=True)
class _Trial:
    """More connections are being tried: how many there were before, and what they brought in bytes a second."""

    before: int
    rate: float
