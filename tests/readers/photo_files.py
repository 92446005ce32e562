"""Tiny photos in folders, zips and tars, as collections are published."""

from __future__ import annotations

import io
import tarfile
import zipfile
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def photo(number: int, size: tuple[int, int] = (9, 8), kind: str = "PNG", mode: str = "RGB") -> bytes:
    """Return an encoded image of (width, height), other pixels for each number."""
    channels = {"RGB": (3,), "L": ()}[mode]
    pixels = np.random.default_rng(number).integers(0, 256, (size[1], size[0], *channels), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind)
    return buffer.getvalue()


def class_folders(classes: Mapping[str, int], top: str = "") -> dict[str, bytes]:
    """Return name -> bytes of as many photos of each class as asked for."""
    names = [f"{top}{name}/{number}.png" for name, count in classes.items() for number in range(count)]
    return {name: photo(seed) for seed, name in enumerate(names)}


def write_folder(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def write_zip(path: Path, files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def write_tar(path: Path, files: Mapping[str, bytes]) -> Path:
    """Write a tar, compressed as the suffix says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    suffix = path.suffix.lstrip(".")
    packing = {"tar": "", "tgz": "gz"}.get(suffix, suffix)
    with tarfile.open(path, f"w:{packing}") as archive:  # type: ignore[call-overload]  # the mode is put together here
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path
