from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hub.progress import Silent
from hub.transfer import Transfers

if TYPE_CHECKING:
    from collections.abc import Callable

    from hub.store.layout import Layout


class Notes(Silent):
    """Keeps what people would have been told."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def note(self, text: str) -> None:
        self.texts.append(text)


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def pauses() -> list[float]:
    """How long each pause would have been, in seconds."""
    return []


@pytest.fixture
def run(layout: Layout, notes: Notes, pauses: list[float]) -> Callable[[], Transfers]:
    """Begin a run whose pauses take no time."""
    return lambda: Transfers(layout, notes, sleep=pauses.append)
