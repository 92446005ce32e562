"""A limit on the time that something may take: nothing may hang."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Hung(BaseException):
    """Something took longer than it may. No Exception, so that no code takes it for a fault of the network."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise Hung in the main thread once `seconds` are over."""

    def give_up(*_: object) -> None:
        raise Hung(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
