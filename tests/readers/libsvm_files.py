"""Tiny files of USPS, in upstream's layout."""

from __future__ import annotations

import bz2
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path


def line(label: int, values: list[str]) -> str:
    return " ".join([str(label), *(f"{place}:{value}" for place, value in enumerate(values, 1))]) + " \n"


def drawn(rows: int, seed: int = 0) -> bytes:
    """Lines whose values have the six decimals of the published ones, both ends among them."""
    values = np.random.default_rng(seed).uniform(-1, 1, (rows, 256)).round(6)
    values[0, :3] = [-1, 1, 0]
    written = (line(row % 10 + 1, [f"{value:g}" for value in each]) for row, each in enumerate(values))
    return "".join(written).encode()


def write_usps(root: Path, rows: int = 12) -> None:
    root.mkdir(parents=True)
    for seed, name in enumerate(["usps.bz2", "usps.t.bz2"]):
        (root / name).write_bytes(bz2.compress(drawn(rows, seed)))
