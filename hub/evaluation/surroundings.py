"""What a measurement was made with: the machine, the versions, the commit."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from hub.version import __version__

if TYPE_CHECKING:
    import torch

CPU = Path("/proc/cpuinfo")
"""Where Linux says what the processor is called; `platform` knows only its kind there."""


def hardware(device: torch.device) -> str:
    """Return what a device is called: that of a GPU, or of the processor with the threads that computed."""
    import torch

    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    threads = torch.get_num_threads()
    return f"{_processor()}, {threads} thread{'s' * (threads != 1)}"


def _processor() -> str:
    if CPU.is_file():
        for line in CPU.read_text("utf-8", "replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return " ".join(value.split())
    return platform.processor() or platform.machine()


def software() -> str:
    """Return the versions of what computed."""
    return f"hub {__version__}, torch {version('torch')}, Python {platform.python_version()}"


def commit(folder: Path) -> str:
    """Return the commit of the project in a folder, with "+" behind it if files differ; "" if there is none."""
    try:
        head = _git(folder, "rev-parse", "HEAD")
        changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return ""
    return f"{head}{'+' * bool(changed)}"


def _git(folder: Path, *arguments: str) -> str:
    # Without locks, since others may be at work in the same folder.
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(  # noqa: S603  words of our own and a folder
        command, capture_output=True, text=True, check=True, timeout=30, env=environment
    )
    return done.stdout.strip()
