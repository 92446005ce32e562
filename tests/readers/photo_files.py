"""Tiny photos in folders, zips and tars, as collections are published."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Mapping


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
