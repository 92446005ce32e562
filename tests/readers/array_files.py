"""Tiny files of datasets that are arrays, in upstream's layout."""

from __future__ import annotations

import csv
import gzip
import zipfile
from typing import TYPE_CHECKING

import h5py
import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

PCAM_PARTS = {"train": "train", "val": "valid", "test": "test"}


def noise(*shape: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def write_moving_mnist(root: Path, clips: int = 5) -> None:
    folder = root / "MovingMNIST"
    folder.mkdir(parents=True)
    np.save(folder / "mnist_test_seq.npy", noise(20, clips, 64, 64))


def semeion_line(row: int) -> str:
    pixels = " ".join(f"{(row * pixel) % 5 / 4:.4f}" for pixel in range(256))
    return f"{pixels} {' '.join('01'[row % 10 == column] for column in range(10))} \n"


def write_semeion(root: Path, rows: int = 12) -> None:
    root.mkdir(parents=True)
    (root / "semeion.data").write_text("".join(map(semeion_line, range(rows))))


def write_pcam(root: Path, split: str, rows: int = 4, *, packed: bool = False) -> None:
    folder = root / "pcam"
    folder.mkdir(parents=True, exist_ok=True)
    columns = {"x": noise(rows, 6, 6, 3), "y": noise(rows, 1, 1, 1) % 2}
    for name, values in columns.items():
        path = folder / f"camelyonpatch_level_2_split_{PCAM_PARTS[split]}_{name}.h5"
        with h5py.File(path, "w") as file:
            file[name] = values
        if packed:
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes()))
            path.unlink()


FER_FILES = {
    "fer2013.csv": ("emotion", "pixels", "Usage"),
    "icml_face_data.csv": ("emotion", " Usage", " pixels"),
    "train.csv": ("emotion", "pixels"),
    "test.csv": ("pixels",),
}
USAGES = ("Training", "PublicTest", "Training", "PrivateTest")


def write_fer2013(root: Path, *names: str, rows: int = 6) -> None:
    folder = root / "fer2013"
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        with (folder / name).open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(FER_FILES[name])
            for row in range(rows):
                values = {"emotion": row % 7, "Usage": USAGES[row % 4], "pixels": " ".join(map(str, face(row)))}
                writer.writerow([values[column.strip()] for column in FER_FILES[name]])


def face(row: int) -> list[int]:
    return [int(pixel) for pixel in noise(48 * 48, seed=row)]


def write_phototour(root: Path, name: str, patches: int = 7, *, packed: bool = False) -> None:
    folder = root / name
    folder.mkdir(parents=True)
    for sheet in range(2):
        Image.fromarray(noise(128, 128, seed=sheet)).save(folder / f"patches{sheet:04}.bmp")
    (folder / "info.txt").write_text("".join(f"{patch // 2} 0\n" for patch in range(patches)))
    pairs = [(first, second) for first in range(patches) for second in range(first)]
    lines = (f"{first} {first // 2} 0 {second} {second // 2} 0\n" for first, second in pairs)
    (folder / "m50_100000_100000_0.txt").write_text("".join(lines))
    if packed:
        with zipfile.ZipFile(root / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.iterdir()):
                archive.write(path, path.name)
                path.unlink()
        folder.rmdir()
