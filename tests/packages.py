"""Packages named torch and torchvision that do as little as a test needs, or break as the real ones do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent

NO_OPERATOR = "raise RuntimeError('operator torchvision::nms does not exist')"
UNDEFINED = "raise ImportError('torchvision/_C.so: undefined symbol: _ZN3c1017RegisterOperatorsD1Ev')"
NO_CUDART = "raise OSError('libcudart.so.13: cannot open shared object file: No such file or directory')"
KILLED = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"

TORCH = """
from types import SimpleNamespace as _Space

from torch import version
from torch.version import __version__

class _Tensor(list):
    __add__ = lambda self, other: self
    tolist = lambda self: list(range(len(self)))

_DEVICES = {devices}
tensor = ones = lambda *args, device="cpu": _Tensor([1])
get_num_threads = lambda: 4
backends = _Space(mps=_Space(is_available=lambda: False))
cuda = _Space(
    is_available=lambda: bool(_DEVICES),
    device_count=lambda: len(_DEVICES),
    get_arch_list=lambda: {architectures},
    get_device_properties=lambda index: _Space(**_DEVICES[index]),
)
"""
TORCHVISION = """
import torch
from torchvision.version import __version__

class ops:
    nms = staticmethod(lambda boxes, scores, threshold: boxes)
"""


def write_torch(folder: Path, version: str = "2.15.0+cpu", init: str | None = None, **options: Any) -> None:
    """Write a torch: one that can be asked for its version and its devices, or with an `init` of another kind."""
    filled = TORCH.format(devices=options.get("devices", []), architectures=options.get("architectures", []))
    cuda = f"'{options['cuda']}'" if "cuda" in options else None
    _write(folder, "torch", version, filled if init is None else init)
    with (folder / "torch" / "version.py").open("a") as file:
        file.write(f"cuda = {cuda}\nhip = None\n")


def write_torchvision(folder: Path, version: str, init: str = TORCHVISION, *, requires: str = "") -> None:
    """Write a torchvision that requires a torch such as "==2.4.1"."""
    _write(folder, "torchvision", version, init, f"Requires-Dist: torch{requires}\n" if requires else "")


def _write(folder: Path, name: str, version: str, init: str, more: str = "") -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").write_text(init)
    (folder / name / "version.py").write_text(f"__version__ = '{version}'\n")
    record = folder / f"{name}-{version}.dist-info"
    record.mkdir()
    (record / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{more}")
    (record / "INSTALLER").write_text("pip\n")


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the packages in `folder` before all others, and hub."""
    path = os.pathsep.join(map(str, (folder, ROOT)))
    surroundings = {**os.environ, "PYTHONPATH": path, **environment}
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, env=surroundings, cwd=folder, check=False
    )
