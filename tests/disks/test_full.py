"""A disk that fills up, a quota, and a limit on the size of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from disks.conftest import remounted
from kills.aftermath import next_run_completes, wanted

from hub.store.files import RESERVE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kills.aftermath import Wanted
    from kills.nursery import Nursery
    from server import Server

STORE_ERROR = 6
MIB = 1 << 20
RESERVED = RESERVE // MIB


def test_a_file_that_would_not_fit_is_refused_before_it_is_fetched(
    nursery: Nursery, server: Server, disk: Callable[[int], Path]
) -> None:
    file = wanted(server, disk(RESERVED + 4) / "home", blocks=8)

    assert nursery.do("download", file.home, url=file.url) == STORE_ERROR
    assert server.sent < MIB


def test_a_disk_that_fills_up_midway_is_told_and_keeps_what_it_can(
    nursery: Nursery, server: Server, disk: Callable[[int], Path]
) -> None:
    folder = disk(RESERVED + 2)
    file = wanted(server, folder / "home", blocks=RESERVED + 6, fault="chunked")  # nobody knows how large it will be

    assert nursery.do("download", file.home, url=file.url) == STORE_ERROR
    assert file.faults() == []

    remounted(folder, f"size={3 * RESERVED + 12}m")
    assert next_run_completes(nursery, file)


@pytest.mark.parametrize("left_mb", [0, 1, 3])
def test_a_disk_that_somebody_else_fills_is_told(
    left_mb: int, nursery: Nursery, server: Server, disk: Callable[[int], Path]
) -> None:
    folder = disk(RESERVED + 10)
    server.rate = 10e6
    file = wanted(server, folder / "home", blocks=8)
    pid = nursery.start("download", file.home, url=file.url)
    file.wait_for(0.125)
    _fill(folder / "somebody's", left_mb)

    assert nursery.wait(pid) == STORE_ERROR
    assert file.faults() == []
    (folder / "somebody's").unlink()
    assert next_run_completes(nursery, file)


@pytest.mark.parametrize("most", [0, 1, 1000, MIB, 3 * MIB])
def test_a_limit_on_the_size_of_files_is_told(most: int, nursery: Nursery, server: Server, tmp_path: Path) -> None:
    file = wanted(server, tmp_path / "home", blocks=4.5)

    assert nursery.do("download", file.home, url=file.url, most=most) == STORE_ERROR
    assert file.faults() == []
    assert next_run_completes(nursery, file)
    assert _fetched_again(file) <= MIB


def _fetched_again(file: Wanted) -> int:
    """Bytes that were sent in vain, but for those that could not be written."""
    return max(0, file.again() - MIB)


def _fill(path: Path, left_mb: int) -> None:
    with path.open("wb", buffering=0) as out:
        try:
            while out.write(bytes(1 << 16)):
                pass
        except OSError:
            out.truncate(max(0, out.tell() - left_mb * MIB))
