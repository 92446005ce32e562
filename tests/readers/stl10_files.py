"""Tiny files of STL-10, in upstream's layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

CLASSES = ["airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck"]


def columns_of_pixels(rows: int, seed: int = 0) -> bytes:
    return np.random.default_rng(seed).bytes(rows * 3 * 96 * 96)


def write_stl10(root: Path, rows: int = 4, unlabelled: int = 3) -> None:
    folder = root / "stl10_binary"
    folder.mkdir(parents=True)
    for seed, split in enumerate(["train", "test"]):
        (folder / f"{split}_X.bin").write_bytes(columns_of_pixels(rows, seed))
        (folder / f"{split}_y.bin").write_bytes(bytes((row * 3 + seed) % 10 + 1 for row in range(rows)))
    (folder / "unlabeled_X.bin").write_bytes(columns_of_pixels(unlabelled, 9))
    (folder / "fold_indices.txt").write_text("".join(f"{fold % rows} {(fold + 2) % rows} \n" for fold in range(10)))
    (folder / "class_names.txt").write_text("\n".join(CLASSES))
