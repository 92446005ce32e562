"""Tiny IDX files, written byte by byte."""

from __future__ import annotations

import gzip
import struct
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def idx_bytes(array: NDArray[np.generic]) -> bytes:
    kind = array.dtype.str[1:]
    header = bytes([0, 0, CODES[kind], array.ndim])
    shape = struct.pack(f">{array.ndim}I", *array.shape)
    return header + shape + array.astype(f">{kind}").tobytes()


def write_idx(path: Path, array: NDArray[np.generic], *, packed: bool = False) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = idx_bytes(array)
    path.write_bytes(gzip.compress(data) if packed else data)
    return path


def tiny_images(rows: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (rows, 28, 28), dtype=np.uint8)


def tiny_labels(rows: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 10, rows, dtype=np.uint8)


def write_mnist_like(raw: Path, *, train: int = 30, test: int = 12, packed: bool = False) -> None:
    """Write the four files of MNIST, Fashion-MNIST and KMNIST with that many rows."""
    suffix = ".gz" if packed else ""
    for seed, (name, rows) in enumerate({"train": train, "t10k": test}.items()):
        write_idx(raw / f"{name}-images-idx3-ubyte{suffix}", tiny_images(rows, seed), packed=packed)
        write_idx(raw / f"{name}-labels-idx1-ubyte{suffix}", tiny_labels(rows, seed), packed=packed)
