"""A copy of the package beside cards of a test's own, run as people run it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

ROOT = Path(__file__).parent.parent


class Checkout:
    """A checkout in `folder`, without cards at first; its store is empty."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT / "hub", folder / "hub", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", folder)
        for cards in ("datasets", "models"):
            (folder / cards).mkdir()

    def with_dataset(self, name: str, card: str) -> Self:
        """Add a card, or replace it."""
        (self.folder / "datasets" / f"{name}.toml").write_text(card, "utf-8")
        return self

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `hub` with these arguments."""
        environment = dict(os.environ, HUB_HOME=str(self.folder / "home"), PYTHONPATH=str(self.folder))
        command = [sys.executable, "-m", "hub", *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=self.folder, env=environment, check=False)
