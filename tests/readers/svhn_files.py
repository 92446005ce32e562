"""Tiny files of SVHN, in upstream's layout."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from scipy.io import savemat

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def mat(*, packed: bool = True, **matrices: NDArray[np.generic]) -> bytes:
    buffer = io.BytesIO()
    savemat(buffer, matrices, do_compression=packed)
    return buffer.getvalue()


def svhn_images(rows: int, seed: int = 0) -> NDArray[np.uint8]:
    """As in the files: (height, width, channels, rows)."""
    return np.random.default_rng(seed).integers(0, 256, (32, 32, 3, rows), dtype=np.uint8)


def svhn_labels(rows: int) -> NDArray[np.uint8]:
    """As in the files: 10 stands for the digit 0."""
    return (np.arange(rows, dtype=np.uint8)[:, None] + 7) % 10 + 1


def write_svhn(root: Path, rows: int = 9) -> None:
    root.mkdir(parents=True)
    for seed, split in enumerate(["train", "test", "extra"]):
        data = mat(X=svhn_images(rows, seed), y=svhn_labels(rows))
        (root / f"{split}_32x32.mat").write_bytes(data)
