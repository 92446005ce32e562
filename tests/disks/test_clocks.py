"""Clocks that jump by a day, forth and back, while a store is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kills.aftermath import next_run_completes, wanted

if TYPE_CHECKING:
    from pathlib import Path

    from kills.nursery import Nursery
    from server import Server

DAY = 86400.0


@pytest.mark.parametrize("jump", [-DAY, DAY])
def test_a_clock_that_jumps_to_and_fro_disturbs_no_download(
    jump: float, nursery: Nursery, server: Server, tmp_path: Path
) -> None:
    server.rate = 40e6
    file = wanted(server, tmp_path / "home", blocks=4)

    assert nursery.do("download", file.home, url=file.url, jump=jump) == 0
    assert file.again() == 0


@pytest.mark.parametrize("jump", [-DAY, DAY])
def test_one_whose_clock_is_wrong_takes_nothing_from_one_that_lives(
    jump: float, nursery: Nursery, server: Server, tmp_path: Path
) -> None:
    server.rate = 10e6
    file = wanted(server, tmp_path / "home", blocks=4)
    first = nursery.start("download", file.home, url=file.url, elections=False)
    file.wait_for(0.5)

    second = nursery.do("download", file.home, url=file.url, elections=False, clock=jump)

    assert (nursery.wait(first), second) == (0, 0)
    assert file.faults() == []


@pytest.mark.parametrize("clock", [-DAY, DAY, -40 * DAY])
def test_what_was_left_at_another_time_is_still_of_use(
    clock: float, nursery: Nursery, server: Server, tmp_path: Path
) -> None:
    file = wanted(server, tmp_path / "home", blocks=4.5, fault="truncate-once")
    assert nursery.do("download", file.home, url=file.url, most=2 << 20, clock=clock) == 6

    assert next_run_completes(nursery, file)
