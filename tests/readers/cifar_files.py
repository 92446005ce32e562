"""Tiny files of CIFAR: pickles as Python 2 and its numpy wrote them, written opcode by opcode, in upstream's layout."""

from __future__ import annotations

import io
import pickle
import struct
import tarfile
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FINE = ["apple", "aquarium_fish", "baby", "bear"]


def text(value: bytes) -> bytes:
    """Python 2's str: SHORT_BINSTRING or BINSTRING."""
    return b"U" + bytes([len(value)]) + value if len(value) < 256 else b"T" + struct.pack("<i", len(value)) + value


def number(value: int) -> bytes:
    return b"K" + bytes([value]) if value < 256 else b"M" + struct.pack("<H", value)


def old_array(rows: NDArray[np.generic]) -> bytes:
    """What numpy of 2009 wrote for an array: _reconstruct(ndarray, (0,), "b"), then its state."""
    shape = b"".join(number(size) for size in rows.shape)
    dtype = b"cnumpy\ndtype\n(U\x02u1K\x00K\x01tR(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    start = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00tU\x01btR"
    return start + b"(K\x01(" + shape + b"t" + dtype + b"\x89" + text(rows.tobytes()) + b"tb"


def old_batch(images: NDArray[np.uint8], **labels: list[int]) -> bytes:
    """A batch with images of shape (rows, 3072) and any lists of labels."""
    pairs = text(b"data") + old_array(images)
    for name, values in labels.items():
        pairs += text(name.encode()) + b"](" + b"".join(number(value) for value in values) + b"e"
    return b"\x80\x02}(" + pairs + b"u."


def planes(rows: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (rows, 3072), dtype=np.uint8)


def numbers(rows: int, below: int, seed: int = 0) -> list[int]:
    found: list[int] = np.random.default_rng(seed).integers(0, below, rows).tolist()
    return found


def write_cifar10(root: Path, rows: int = 6) -> None:
    folder = root / "cifar-10-batches-py"
    folder.mkdir(parents=True)
    for seed, name in enumerate([*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]):
        (folder / name).write_bytes(old_batch(planes(rows, seed), labels=numbers(rows, 10, seed)))
    names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    (folder / "batches.meta").write_bytes(pickle.dumps({"label_names": names}))


def write_cifar100(root: Path, rows: int = 6) -> None:
    folder = root / "cifar-100-python"
    folder.mkdir(parents=True)
    for seed, name in enumerate(["train", "test"]):
        labels = {"fine_labels": numbers(rows, 100, seed), "coarse_labels": numbers(rows, 20, seed)}
        (folder / name).write_bytes(old_batch(planes(rows, seed), **labels))
    (folder / "meta").write_bytes(pickle.dumps({"fine_label_names": FINE}))


def pack(folder: Path, archive: Path) -> None:
    """Pack a folder as the publishers do, and remove it."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive, "w:gz") as packed:
        for path in sorted(folder.iterdir()):
            info = tarfile.TarInfo(f"{folder.name}/{path.name}")
            info.size = path.stat().st_size
            packed.addfile(info, io.BytesIO(path.read_bytes()))
            path.unlink()
    folder.rmdir()
