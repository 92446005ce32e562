"""Lookup: grey images through a chain of transforms in one pass, by a table of what it makes of each pair of bytes.

The table is made by the chain itself, from an image of one pixel for each byte, so it holds the same bits. Only chains
that change every pixel by itself, to float32, have one. Pairs, because numpy and torch take about as long to look up 8
bytes as 4: 46 us for 256 images of MNIST, where the chain's own four passes take 55 and single bytes 125.

Colours have none: their channels lie side by side, so a pair would mix two of them.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from hub.datasets import vectorize

if TYPE_CHECKING:
    from torch import Tensor

    from hub.datasets.render import Format
    from hub.datasets.vectorize import Transform

BYTES = 256


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a chain makes of bytes: float64 of shape (65536,), each the bits of two float32."""

    pairs: Tensor

    def __call__(self, pixels: Tensor) -> Tensor:
        """Return float32 for contiguous uint8 of the same shape, whose number must be even."""
        # perf: int32 indices; from uint16 itself numpy and torch would make int64, at twice the cost.
        places = pixels.numpy().reshape(-1).view(np.uint16).astype(np.int32)
        found = torch.index_select(self.pairs, 0, torch.from_numpy(places))
        return found.view(torch.float32).view(pixels.shape)


def find_lookup(transform: Transform | None, form: Format | None) -> Lookup | None:
    """Return the table of a chain that is given grey images in the format `form`; None if there is no such table."""
    made = _each_byte(transform, "pil" if form is None else "tensor")
    if made is None or made.dtype != torch.float32 or sys.byteorder != "little":
        return None
    single = made.numpy().reshape(BYTES)
    pairs = np.empty((BYTES, BYTES, 2), np.float32)
    # The first of two bytes is the low one of a little-endian number.
    pairs[:, :, 0], pairs[:, :, 1] = single[None, :], single[:, None]
    return Lookup(torch.from_numpy(pairs.view(np.float64).reshape(-1)))


def _each_byte(transform: Transform | None, form: vectorize.Form) -> Tensor | None:
    steps = vectorize.plan(transform)
    if steps is None or not vectorize.is_pixelwise(transform):
        return None
    pixels = torch.arange(BYTES, dtype=torch.uint8).reshape(BYTES, 1, 1, 1)
    made = vectorize.run(steps, vectorize.Images(pixels, form))
    return None if made is None else made.pixels
