"""Processes that want one artifact at once make one download; if all are elected, none publishes a wrong one."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from kills.aftermath import wanted
from kills.nursery import Nursery

from hub.store.layout import Layout
from races import together

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server import Server

PROCESSES = 8
ROUNDS = 5


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as living:
        yield living


def test_with_elections_there_is_one_download(nursery: Nursery, server: Server, tmp_path: Path) -> None:
    tally = together.for_one_artifact(nursery, server, tmp_path, processes=PROCESSES, rounds=ROUNDS, elections=True)

    assert tally.faults == []
    assert tally.downloads == [1.0] * ROUNDS


def test_without_elections_every_process_ends_with_the_right_file(
    nursery: Nursery, server: Server, tmp_path: Path
) -> None:
    tally = together.for_one_artifact(nursery, server, tmp_path, processes=PROCESSES, rounds=ROUNDS, elections=False)

    assert tally.faults == []
    assert max(tally.downloads) <= PROCESSES


def test_without_elections_what_a_killed_process_left_is_taken_over_by_one(
    nursery: Nursery, server: Server, tmp_path: Path
) -> None:
    server.rate = 20e6
    file = wanted(server, tmp_path / "home", blocks=4.5)
    pid = nursery.start("download", file.home, url=file.url)
    file.wait_for(0.5)
    os.kill(pid, 9)
    nursery.wait(pid)

    ended = together.at_once(nursery, file.home, [("download", {"url": file.url, "elections": False})] * 4)

    assert ended == [0] * 4
    assert file.faults() == []


def test_children_that_were_forked_after_a_download_get_their_own(
    nursery: Nursery, server: Server, tmp_path: Path
) -> None:
    file = wanted(server, tmp_path / "home", blocks=1)
    names = [f"{number}.bin" for number in range(4)]
    others = [f"{server.url('ok', name)}#sha256={server.add(name, name.encode() * 1000)}" for name in names]

    assert nursery.do("fork after use", file.home, url=file.url, others=others) == 0
    assert together.wrong_with(Layout(file.home)) == []
    assert [len(server.asked(f"/ok/{name}")) for name in names] == [1] * 4


def test_fresh_processes_make_one_download_too(server: Server, tmp_path: Path) -> None:
    server.rate = 4e6
    file = wanted(server, tmp_path / "home", blocks=1)
    environment = dict(os.environ, HUB_HOME=str(file.home), OMP_NUM_THREADS="1")
    command = [sys.executable, "-m", "hub", "download", file.url, "--quiet"]

    children = [subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) for _ in range(4)]

    assert [child.wait(together.PATIENCE) for child in children] == [0] * 4
    assert server.sent == file.size
