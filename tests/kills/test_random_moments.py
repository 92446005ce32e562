"""SIGKILL at random moments; bench/kills.py does the same a thousand times."""

from __future__ import annotations

import hashlib
import random
import shutil
from typing import TYPE_CHECKING

import pytest
from readers.idx_files import tiny_images, write_mnist_like

from kills import moments
from kills.nursery import Nursery

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server import Server

TIMES = 30
MOST = 8
"""Connections that a download takes at most."""


def chance() -> random.Random:
    return random.Random(7)  # noqa: S311  kills are to come again, not to be a secret


@pytest.mark.parametrize("hurry", [False, True], ids=["one connection", "several connections"])
def test_killed_downloads_leave_nothing_wrong_and_cost_a_block_a_connection(
    hurry: bool, nursery: Nursery, server: Server, tmp_path: Path
) -> None:
    server.rate = 50e6

    tally = moments.of_downloads(nursery, server, tmp_path, times=TIMES, chance=chance(), hurry=hurry)

    assert tally.faults == []
    assert tally.kills >= TIMES
    assert tally.most_again <= moments.most_blocks_a_kill(MOST if hurry else 1)


@pytest.fixture(scope="module")
def reading_nursery() -> Iterator[Nursery]:
    """A nursery that has imported what preparing a dataset needs."""
    with Nursery("hub.datasets.loading", "hub.datasets.dataset", "hub.readers.idx") as living:
        yield living


def test_a_killed_preparation_leaves_nothing_wrong(reading_nursery: Nursery, indexed: Path, tmp_path: Path) -> None:
    write_mnist_like(tmp_path / "data" / "MNIST" / "raw", train=2000)
    digest = hashlib.sha256(tiny_images(2000).tobytes()).hexdigest()

    tally = moments.of_task(
        reading_nursery,
        "prepare",
        tmp_path / "home",
        times=10,
        chance=chance(),
        prepared=lambda home: shutil.copytree(indexed, home),
        folder=str(tmp_path / "data"),
        images=digest,
    )

    assert tally.faults == []
