"""A store that cannot be written, one that vanishes, and one on a disk of its own."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from disks.conftest import remounted
from kills.aftermath import next_run_completes, wanted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kills.nursery import Nursery
    from server import Server

STORE_ERROR = 6


def test_a_read_only_disk_is_told(nursery: Nursery, server: Server, disk: Callable[[int], Path]) -> None:
    folder = disk(40)
    file = wanted(server, folder / "home", blocks=1)
    remounted(folder, "ro")

    assert nursery.do("download", file.home, url=file.url) == STORE_ERROR
    assert server.requests == []


def test_what_is_on_a_read_only_disk_can_be_used(nursery: Nursery, server: Server, disk: Callable[[int], Path]) -> None:
    folder = disk(40)
    file = wanted(server, folder / "home", blocks=1)
    assert nursery.do("download", file.home, url=file.url) == 0
    remounted(folder, "ro")

    assert nursery.do("download", file.home, url=file.url) == 0
    assert server.sent == file.size


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_a_store_that_vanishes_midway_is_told_or_made_anew(
    share: float, nursery: Nursery, server: Server, tmp_path: Path
) -> None:
    server.rate = 20e6
    file = wanted(server, tmp_path / "home", blocks=4)
    pid = nursery.start("download", file.home, url=file.url)
    file.wait_for(share)
    shutil.rmtree(file.home, ignore_errors=True)

    assert nursery.wait(pid) in (0, STORE_ERROR)
    assert file.faults() == []
    assert next_run_completes(nursery, file)


def test_a_store_on_another_disk_than_temporary_files_is_as_good(
    nursery: Nursery, server: Server, disk: Callable[[int], Path], tmp_path: Path
) -> None:
    file = wanted(server, disk(40) / "home", blocks=2)
    out = tmp_path / "out"

    code = nursery.do("command", file.home, words=["download", file.url, "--to", str(out), "--quiet"])

    assert code == 0
    assert (out / "a.bin").read_bytes() == file.blob.read_bytes()
