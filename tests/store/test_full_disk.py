"""A disk that is full: said before the first byte where that can be known, nothing half otherwise, and gc still works.

These tests mount a small file system, which takes a superuser; elsewhere they are skipped.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
import pytest
from store_contents import blob, collected, digest_of

from hub import fetch
from hub.cards import Artifact, Source
from hub.datasets import writing
from hub.errors import StoreError
from hub.progress import Silent, human_bytes
from hub.settings import Settings
from hub.store import files, leases, units
from hub.store.files import publish_file, require_space
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server import Server

MB = 1 << 20
SIZE = 40 * MB
"""More than twice what is always left free."""


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Layout]:
    """A store on a disk of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    if sys.platform != "linux" or os.getuid() != 0:
        pytest.skip("only a superuser of Linux may mount")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield Layout(place / "home")
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(layout: Layout, leave: int = 0) -> Path:
    """Leave only so many bytes free."""
    path = layout.home.parent / "filling"
    free = os.statvfs(path.parent)
    with path.open("wb", buffering=0) as file, suppress(OSError):
        for _ in range((free.f_bavail * free.f_frsize - leave) // 4096 + (not leave)):
            file.write(bytes(4096))
    return path


def fetched(layout: Layout, server: Server, fault: str, data: bytes, size: int | None) -> Path:
    artifact = Artifact(
        name="a", size=size, sha256=server.add("a", data), sources=(Source(url=server.url(fault, "a")),)
    )
    found = fetch.fetch("dataset/a/1.0.0", [artifact], settings=Settings(layout.home), progress=Silent())
    return found["a"].path


def visible(layout: Layout) -> list[str]:
    """What lies in the store under a final name."""
    found = (path.relative_to(layout.root) for path in layout.root.rglob("*") if path.is_file())
    return sorted(str(path) for path in found if path.parts[0] in ("blobs", "prepared", "weights", "refs"))


def test_room_is_asked_for_before_the_first_byte(small: Layout, server: Server) -> None:
    with pytest.raises(StoreError, match="not enough room") as caught:
        fetched(small, server, "ok", bytes(30 * MB), 30 * MB)

    assert caught.value.expected == f"{human_bytes(30 * MB + files.RESERVE)} free"
    assert not visible(small)
    assert sum(path.stat().st_size for path in small.partials.rglob("data")) == 0


def test_room_that_the_superuser_alone_may_use_is_none(small: Layout) -> None:
    free = os.statvfs(small.home.parent)

    require_space(small.home.parent, free.f_bavail * free.f_frsize - files.RESERVE - MB)
    with pytest.raises(StoreError, match="not enough room"):
        require_space(small.home.parent, free.f_bavail * free.f_frsize - files.RESERVE + MB)


def test_a_transfer_that_runs_out_in_the_middle_goes_on_once_there_is_room(small: Layout, server: Server) -> None:
    data = os.urandom(26 * MB)
    filling = fill(small, leave=20 * MB)

    with pytest.raises(StoreError) as caught:
        fetched(small, server, "chunked", data, None)
    assert not visible(small)
    assert caught.value.exit_code == 6

    filling.unlink()
    path = fetched(small, server, "chunked", data, None)
    assert path.read_bytes() == data


def test_what_is_prepared_runs_out_of_room_before_it_is_written(small: Layout) -> None:
    columns = {"image": np.zeros((30, MB), np.uint8)}

    def write(path: Path) -> None:
        writing.write(path, columns, {}, small.prepared("a"))

    with pytest.raises(StoreError, match="not enough room") as caught:
        publish_file(write, small.prepared("a") / "train.arrow", small)

    assert caught.value.expected == f"{human_bytes(30 * MB + files.RESERVE)} free"
    assert not visible(small)


def test_what_is_prepared_and_runs_out_in_the_middle_leaves_nothing_and_says_how_far_it_came(small: Layout) -> None:
    def write(path: Path) -> None:
        with path.open("wb") as file:
            for _ in range(100):
                file.write(os.urandom(MB))

    with pytest.raises(StoreError) as caught:
        publish_file(write, small.weights("a"), small)

    assert "room for a.safetensors, of which 4" in str(caught.value.expected)
    assert not visible(small)
    assert list(small.tmp.iterdir()) == []


def test_a_full_disk_can_be_emptied(small: Layout) -> None:
    path = blob(small, b"a" * MB, owner="dataset/a/1.0.0")
    fill(small)

    leases.hold(small, [digest_of(b"nothing")])
    done = collected(small, 0)

    assert len(done.gone) == 1
    assert not path.exists()
    assert not list(units.every(small, 0))
