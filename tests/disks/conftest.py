from __future__ import annotations

import subprocess
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from kills.nursery import Nursery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as living:
        yield living


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Mount a disk of so many MiB, in memory."""
    with ExitStack() as stack:

        def mounted(size_mb: int) -> Path:
            folder = tmp_path / "disk"
            folder.mkdir()
            command = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", str(folder)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                pytest.skip(f"only root may mount a disk: {done.stderr.strip()[:80]}")
            stack.callback(subprocess.run, ["umount", "-l", str(folder)], check=True)
            return folder

        yield mounted


def remounted(folder: Path, option: str) -> None:
    """Change an option of a mounted disk: "ro", "rw", "size=64m"."""
    subprocess.run(["mount", "-o", f"remount,{option}", str(folder)], check=True)
