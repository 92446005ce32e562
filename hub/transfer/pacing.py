"""Pacing: how many connections one file is worth.

It begins with one. As soon as its rate shows, as many are tried as there may be; they stay if they bring clearly more,
and are given up if not, to be tried again after a while. A host that refuses one more is believed.

Not step by step: hosts that limit connections give each a second's worth at once and then nothing for as long, so that
short looks at a few of them say little, and long ones take as long as the file.
"""

from __future__ import annotations

from dataclasses import dataclass

MOST = 8


@dataclass(frozen=True, slots=True)
class Pace:
    """The times, in seconds, and rates that decide when connections are added, doubted and given up."""

    window: float = 0.12
    """How long one connection is watched before more are tried."""
    trial: float = 0.4
    """How long more are tried before they are judged."""
    growth: float = 1.15
    """More connections are kept if they bring at least so many times as much."""
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
        self.most = most
        self._wanted = 1
        self._rate = 0.0
        """What one brought, in bytes a second, while more are tried; else 0."""
        self._since, self._done = now, 0
        self._pause = pace.again
        self._not_before = now

    def wanted(self, now: float, done: int, missing: int, delivering: int) -> int:
        """Return how many connections there should be.

        By `now`, in seconds, `done` bytes have arrived over the `delivering` connections, and `missing` bytes have not.
        """
        elapsed = now - self._since
        if self._rate:
            if delivering < self._wanted and elapsed < self._pace.patience:
                if delivering == 1:
                    self._since, self._done = now, done  # the others are not there yet
            elif elapsed >= self._pace.trial:
                self._judge(now, (done - self._done) / elapsed)
                self._since, self._done = now, done
        elif done > self._done and elapsed >= self._pace.window:
            self._try_more(now, (done - self._done) / elapsed, missing)
            self._since, self._done = now, done
        return self._wanted

    def refused(self, active: int) -> None:
        """Note that the host did not bear one more connection beside `active` ones."""
        self.most = self._wanted = max(active, 1)
        self._rate = 0.0

    def _try_more(self, now: float, rate: float, missing: int) -> None:
        if self._wanted < self.most and now >= self._not_before and missing > rate * self._pace.worth:
            self._rate = rate
            self._wanted = self.most

    def _judge(self, now: float, rate: float) -> None:
        if rate < self._rate * self._pace.growth:
            self._wanted = 1
            self._not_before = now + self._pause
            self._pause *= 2
        self._rate = 0.0
