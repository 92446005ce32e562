"""SIGKILL at random moments; bench/kills.py does the same a thousand times."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from kills import commands, moments
from kills.nursery import Nursery

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server import Server

TIMES, FEW = 16, 4
MOST = 8
"""Connections that a download takes at most."""


def chance() -> random.Random:
    return random.Random(7)  # noqa: S311  kills are to come again, not to be a secret


@pytest.mark.parametrize("hurry", [False, True], ids=["one connection", "several connections"])
def test_killed_downloads_leave_nothing_wrong_and_cost_a_block_a_connection(
    hurry: bool, nursery: Nursery, server: Server, tmp_path: Path
) -> None:
    server.rate = 80e6

    tally = moments.of_downloads(nursery, server, tmp_path, times=TIMES, chance=chance(), hurry=hurry)

    assert tally.faults == []
    assert tally.kills >= TIMES
    assert tally.most_again <= moments.most_blocks_a_kill(MOST if hurry else 1)


@pytest.fixture(scope="module")
def reading_nursery() -> Iterator[Nursery]:
    with Nursery(*commands.READING) as living:
        yield living


@pytest.mark.parametrize("killed", commands.KILLED)
def test_whatever_is_killed_leaves_nothing_wrong_and_comes_to_its_end_later(
    killed: str, reading_nursery: Nursery, server: Server, tmp_path: Path
) -> None:
    tally = commands.KILLED[killed](reading_nursery, server, tmp_path, times=FEW, chance=chance())

    assert tally.faults == []
    assert tally.kills >= FEW
