"""SIGKILL at any moment of publishing: the registry is whole, old or new, and the next run completes it."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import pytest

from hub.publish.places import INDEX
from hub.publish.publishing import publish
from publishing.drafts import await_end, go, in_folder, publisher, write

if TYPE_CHECKING:
    from pathlib import Path

MOST = 0.25
"""Seconds after which all is published, so that kills come before, within and after."""


def killed(place: Path, cards: list[Path], after: float) -> None:
    process = publisher(str(place), cards)
    go([process])
    time.sleep(after)
    process.kill()
    await_end(process)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(4))
def test_a_kill_leaves_the_registry_whole(number: int, tmp_path: Path, home: Path) -> None:
    check(number, tmp_path)


@pytest.mark.thorough
@pytest.mark.parametrize("number", range(100, 200))
def test_a_hundred_kills_leave_the_registry_whole(number: int, tmp_path: Path, home: Path) -> None:
    check(number, tmp_path)


def check(number: int, folder: Path) -> None:
    place, moments = folder / "lab", random.Random(number)  # noqa: S311  a moment, no secret
    before = write(folder / "work", "before")
    publish([before.with_suffix(".txt")], [before], place)
    cards = [write(folder / "work", f"set{each}", text=f"{each}\n" * 100_000) for each in range(6)]

    killed(place, cards, moments.uniform(0, MOST))
    seen = in_folder(place)
    for card in cards:
        publish([card.with_suffix(".txt")], [card], place)

    assert "before" in seen
    assert in_folder(place).keys() == {"before", *(card.stem for card in cards)}
    assert (place / INDEX).read_bytes() == max((place / "registry/v1/history").iterdir()).read_bytes()
