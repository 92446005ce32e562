"""Ranks that load one dataset fetch and prepare it once a store, also when the one that does it is killed."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest
from kills.aftermath import UNDER_WAY
from kills.nursery import Nursery
from races.together import wrong_with

from hub.store import elections
from hub.store.journal import BLOCK
from hub.store.layout import Layout
from ranks import launch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server import Server

RANKS = 8


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery(*launch.MODULES) as living:
        yield living


@pytest.mark.parametrize("stores", [2, 1], ids=["a store on each node", "one store for both nodes"])
def test_two_nodes_of_eight_ranks_fetch_and_prepare_once_a_store(
    stores: int, nursery: Nursery, server: Server, indexed: Path, tmp_path: Path
) -> None:
    server.rate = 8e6
    made = launch.world(server, tmp_path)
    homes = [launch.copy_of(indexed, tmp_path / f"home{number}") for number in range(stores)]

    codes = launch.ended(nursery, launch.start(nursery, made, (homes * 2)[:2], ranks=RANKS))

    assert codes == [0] * 2 * RANKS
    assert (made.fetches, made.preparations) == (stores, stores)
    assert made.asked_for_the_registry == 3 * stores  # the index, the list of datasets, the card
    assert [wrong_with(Layout(home)) for home in homes] == [[]] * stores
    assert [list(Layout(home).elections.iterdir()) for home in homes] == [[]] * stores


def test_a_killed_rank_is_replaced_at_once_by_one_on_its_machine(
    nursery: Nursery, server: Server, indexed: Path, tmp_path: Path
) -> None:
    server.rate = 2e6
    made, home = launch.world(server, tmp_path), launch.copy_of(indexed, tmp_path / "home")
    pids = launch.start(nursery, made, [home], ranks=RANKS)
    made.wait_for(0.5)
    killed = launch.elected(home, pids)

    os.kill(killed, signal.SIGKILL)
    began = time.monotonic()
    codes = dict(zip(pids, launch.ended(nursery, pids), strict=True))

    assert codes == {pid: 0 if pid != killed else -signal.SIGKILL for pid in pids}
    assert time.monotonic() - began < 10
    assert made.fetches * made.size <= made.size + BLOCK + UNDER_WAY
    assert made.preparations == 1


def test_a_killed_rank_of_another_machine_is_replaced_when_it_has_been_silent(
    nursery: Nursery, server: Server, indexed: Path, tmp_path: Path
) -> None:
    server.rate = 2e6
    made, home = launch.world(server, tmp_path), launch.copy_of(indexed, tmp_path / "home")
    (first,) = launch.start(nursery, made, [home], ranks=1, host="elsewhere")
    made.wait_for(0.3)
    others = launch.start(nursery, made, [home], ranks=RANKS, skip=1, silence=2.0)
    made.wait_for(0.6)

    os.kill(first, signal.SIGKILL)
    began = time.monotonic()

    assert launch.ended(nursery, others) == [0] * (RANKS - 1)
    assert 1.0 < time.monotonic() - began < 2.0 + 10
    assert made.fetches * made.size <= made.size + BLOCK + UNDER_WAY
    assert made.preparations == 1
    assert elections.SILENCE == 10.0  # what users wait


def test_ranks_that_are_all_elected_end_well(nursery: Nursery, server: Server, indexed: Path, tmp_path: Path) -> None:
    server.rate = 40e6
    made, home = launch.world(server, tmp_path), launch.copy_of(indexed, tmp_path / "home")

    codes = launch.ended(nursery, launch.start(nursery, made, [home], ranks=RANKS, elections=False))

    assert codes == [0] * RANKS
    assert wrong_with(Layout(home)) == []
