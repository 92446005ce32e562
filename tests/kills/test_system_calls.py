"""SIGKILL at every system call of a download that changes its store."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from kills import system_calls
from kills.aftermath import wanted, wrong_with

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from server import Server

    from kills.nursery import Nursery

BLOCKS = 2.5
# A call that comes hundreds of times, as writing does, is tried at this many places in a plain run.
OF_EACH = 6


@pytest.fixture(autouse=True)
def _strace() -> None:
    if reason := system_calls.why_not():
        pytest.skip(reason)


def places(nursery: Nursery, server: Server, folder: Path) -> dict[str, list[int]]:
    """Return at which numbers each call changes the store."""
    server.rate = 400e6
    file = wanted(server, folder / "first", blocks=BLOCKS)
    found = defaultdict(list)
    for name, number in system_calls.changes(nursery, file, folder):
        found[name].append(number)
    assert {"mkdir", "rename", "openat"} & set(found)
    return found


def spread(numbers: list[int], most: int) -> list[int]:
    """Return at most so many of the numbers, the first and the last among them."""
    if len(numbers) <= most:
        return numbers
    return sorted({numbers[round(step * (len(numbers) - 1) / (most - 1))] for step in range(most)})


def wrong_after(
    tried: Iterable[tuple[str, int]], nursery: Nursery, server: Server, folder: Path
) -> dict[tuple[str, int], str]:
    found = {place: _killed_at(*place, nursery, server, folder) for place in tried}
    return {place: what for place, what in found.items() if what}


def test_a_kill_at_a_system_call_leaves_nothing_wrong_and_costs_a_block(
    nursery: Nursery, server: Server, tmp_path: Path
) -> None:
    every = places(nursery, server, tmp_path)
    tried = [(name, number) for name, numbers in every.items() for number in spread(numbers, OF_EACH)]
    assert len(tried) > 15

    assert wrong_after(tried, nursery, server, tmp_path) == {}


@pytest.mark.thorough
def test_a_kill_at_every_system_call_leaves_nothing_wrong_and_costs_a_block(
    nursery: Nursery, server: Server, tmp_path: Path
) -> None:
    every = places(nursery, server, tmp_path)

    assert wrong_after(((n, number) for n in every for number in every[n]), nursery, server, tmp_path) == {}


def _killed_at(name: str, number: int, nursery: Nursery, server: Server, folder: Path) -> str:
    server.requests.clear()
    file = wanted(server, folder / "home", blocks=BLOCKS)
    ended = system_calls.killed_at(nursery, file, folder / "gate", name, number)
    return wrong_with(file, ended, nursery)
