"""A hurry: what takes seconds in earnest, so as not to burden hosts, takes milliseconds in tests."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from hub.progress import Silent
from hub.sources import http
from hub.transfer import Transfers, crew, pacing
from hub.transfer.pacing import Pace

if TYPE_CHECKING:
    import pytest

    from hub.store.layout import Layout

LONGEST_PAUSE = 0.01

PACE = Pace(window=0.004, patience=0.1, again=0.05, worth=0.0, stall=0.2)
"""Tries more connections at once, whatever they are worth, and soon doubts one that crawls."""


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing wait for long in this process."""
    monkeypatch.setattr(http, "READ_TIMEOUT", 0.5)
    monkeypatch.setattr(http, "CONNECT_TIMEOUT", 1.0)
    monkeypatch.setattr(crew, "TICK", 0.002)
    monkeypatch.setattr(pacing, "PACE", PACE)


def run(layout: Layout) -> Transfers:
    """Return a run whose pauses are short, but are pauses."""
    return Transfers(layout, Silent(), sleep=lambda seconds: time.sleep(min(seconds, LONGEST_PAUSE)))
