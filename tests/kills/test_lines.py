"""SIGKILL at every line of the store and of transfer that a download comes by."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from kills.aftermath import wanted, wrong_with

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from server import Server

    from kills.nursery import Nursery

BLOCKS = 1.5
# Of the lines, a plain run tries one in so many.
STRIDE = 12


def lines(nursery: Nursery, server: Server, folder: Path) -> Counter[tuple[str, int]]:
    """Return every line that a download comes by, as file and number, and how often it does."""
    server.rate = 400e6
    file = wanted(server, folder / "first", blocks=BLOCKS)
    assert nursery.do("download", file.home, url=file.url, lines=str(folder / "lines")) == 0
    assert file.again() == 0
    places = [line.rpartition(":") for line in (folder / "lines").read_text().splitlines()]
    return Counter((path, int(number)) for path, _, number in places)


def wrong_after(
    places: Iterable[tuple[str, int, int]], nursery: Nursery, server: Server, folder: Path
) -> dict[tuple[str, int, int], str]:
    """Return what was wrong after a kill at each place, where something was."""
    found = {place: _killed_at(place, nursery, server, folder) for place in places}
    return {place: what for place, what in found.items() if what}


def test_a_kill_at_any_line_leaves_nothing_wrong_and_costs_a_block(
    nursery: Nursery, server: Server, tmp_path: Path
) -> None:
    every = sorted(lines(nursery, server, tmp_path))
    assert len(every) > 150

    assert wrong_after(((*place, 1) for place in every[::STRIDE]), nursery, server, tmp_path) == {}


@pytest.mark.thorough
def test_a_kill_at_every_line_leaves_nothing_wrong_and_costs_a_block(
    nursery: Nursery, server: Server, tmp_path: Path
) -> None:
    every = sorted(lines(nursery, server, tmp_path))

    assert wrong_after(((*place, 1) for place in every), nursery, server, tmp_path) == {}


@pytest.mark.thorough
def test_a_kill_where_a_line_comes_later_leaves_nothing_wrong_and_costs_a_block(
    nursery: Nursery, server: Server, tmp_path: Path
) -> None:
    every = lines(nursery, server, tmp_path)
    later = [(*place, time) for place, times in every.items() for time in sorted({times // 2, times} - {0, 1})]

    assert wrong_after(later, nursery, server, tmp_path) == {}


def _killed_at(place: tuple[str, int, int], nursery: Nursery, server: Server, folder: Path) -> str:
    """Return what was wrong after a kill at a place, if anything was."""
    server.requests.clear()
    file = wanted(server, folder / "home", blocks=BLOCKS)
    ended = nursery.do("download", file.home, url=file.url, die_at=place)
    return wrong_with(file, ended, nursery)
