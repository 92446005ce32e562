"""Tiny photos, and archives of them in place of folders."""

from __future__ import annotations

import shutil
import tarfile
import zipfile
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


def write_photo(path: Path, mode: str = "RGB") -> None:
    """Write 8 x 8 pixels that depend on the name, in the format of the suffix."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shape = (8, 8, 3) if mode == "RGB" else (8, 8)
    pixels = np.random.default_rng(crc32(path.name.encode())).integers(0, 256, shape, dtype=np.uint8)
    Image.fromarray(pixels).save(path)


def write_photos(folder: Path, names: Iterable[str]) -> None:
    """Write a photo under each name, every third in grey."""
    for number, name in enumerate(names):
        write_photo(folder / name, "L" if number % 3 == 2 else "RGB")


def write_lines(path: Path, lines: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def pack(archive: Path, folder: Path, members: Sequence[str]) -> None:
    """Put what lies in a folder into an archive of the suffix's kind, in place of it."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    if archive.suffix == ".zip":
        _zip(archive, folder, members)
    else:
        with tarfile.open(archive, "w" if archive.suffix == ".tar" else "w:gz") as tar:
            for name in members:
                tar.add(folder / name, name)
    for name in members:
        shutil.rmtree(folder / name) if (folder / name).is_dir() else (folder / name).unlink()


def _zip(archive: Path, folder: Path, members: Sequence[str]) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in members:
            top = folder / name
            for path in [top, *sorted(top.rglob("*"))]:
                packed.write(path, path.relative_to(folder))
