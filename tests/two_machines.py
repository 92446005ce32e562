"""Two machines that share a bucket, as two stores of one test."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from hub import registry
from hub.datasets.loading import load_dataset
from hub.store.layout import Layout

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from hub.datasets.dataset import Dataset

FOUND = "lab/hub"
"""What all tests find in the bucket."""

STORE = f"s3://data/{FOUND}"


class World:
    """Two machines: the one that has prepared everything and sent it to the bucket, and a fresh one without sources."""

    def __init__(self, first: Path, bare: tuple[Path, Path], second: Path, patch: pytest.MonkeyPatch) -> None:
        self.layout = Layout(second)
        self._first, self._patch = first, patch
        cards, home = bare
        patch.setattr(registry, "cards_folder", lambda: cards)
        shutil.copytree(home, second)
        self.on_second()

    def on_first(self) -> Layout:
        self._patch.setenv("HUB_HOME", str(self._first))
        self._patch.delenv("HUB_SHARED", raising=False)
        return Layout(self._first)

    def on_second(self) -> None:
        self._patch.setenv("HUB_HOME", str(self.layout.home))
        self._patch.setenv("HUB_SHARED", STORE)

    def local(self, name: str, split: str) -> Dataset:
        """Return a dataset as the first machine has it."""
        self.on_first()
        found = load_dataset(name, split=split, progress=False)
        self.on_second()
        return found
