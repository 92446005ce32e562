"""How much disk the store takes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from hub.store.layout import Layout


def sizes(layout: Layout) -> dict[str, int]:
    """Return folder name -> bytes of the files in it, for every folder of the store, sorted by name."""
    if not layout.root.is_dir():
        return {}
    return {folder.name: _size(folder) for folder in sorted(layout.root.iterdir()) if folder.is_dir()}


def _size(folder: Path) -> int:
    total = 0
    for place, _, files in os.walk(folder):
        for name in files:
            try:
                total += os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118  a store has many files
            except FileNotFoundError:
                continue  # another process tidied up meanwhile
    return total
