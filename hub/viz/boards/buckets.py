"""How numbers are distributed, counted by what a float32 is made of.

The first 12 of its 32 bits are the sign, the exponent and three bits of the fraction. They are the number of a bucket:
eight between a power of two and the next, so that an edge is 6 to 12 % beyond the one before. All float32 have one:
PyTorch's own histogram loses numbers beyond 1e20, fails where all are, and takes NaN for the smallest and the largest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from hub.viz.boards import arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hub.viz.boards.board import Numbers

SHIFT = 20
HALF = 1 << 11  # buckets of one sign
FINITE = 0x7F8  # the first bucket of infinity and NaN

# Numbers at a time: what is made on the way stays in the processor's cache.
AT_ONCE = 1 << 18


@dataclass(frozen=True, slots=True)
class Counts:
    """How many numbers lie between edges: `counts[i]` from `edges[i]` up to `edges[i + 1]`."""

    edges: NDArray[np.float64]
    counts: NDArray[np.int64]
    low: float
    high: float
    total: float
    squares: float
    nan: int
    infinite: int

    @property
    def num(self) -> int:
        """How many numbers were counted."""
        return int(self.counts.sum())

    @property
    def left_out(self) -> str:
        """What is to be said of numbers that have no place; empty if all have one."""
        kinds = ((self.nan, "NaN"), (self.infinite, "infinite"))
        said = " and ".join(f"{count:,} {kind}" for count, kind in kinds if count)
        whole = self.num + self.nan + self.infinite
        return f"**{said}** of {whole:,} numbers, which the histogram leaves out" if said else ""

    @property
    def raw(self) -> tuple[float, float, int, float, float, list[float], list[int]]:
        """The arguments of `add_histogram_raw`: its first bucket is empty and ends where the numbers begin."""
        return (
            self.low,
            self.high,
            self.num,
            self.total,
            self.squares,
            self.edges.tolist(),
            [0, *self.counts.tolist()],
        )


def counted(values: Numbers) -> Counts:
    """Count numbers of any shape and type; float64 as float32, which is all that anybody sees of them."""
    flat = _flat(values)
    finite = flat[torch.isfinite(flat)] if flat.numel() and not bool(torch.isfinite(flat.sum())) else flat
    nan = int(torch.isnan(flat).sum()) if finite is not flat else 0
    counts = torch.zeros(2 * HALF, dtype=torch.int64)
    total = squares = 0.0
    for part in torch.split(finite, AT_ONCE):
        counts += torch.bincount((part.view(torch.int32) >> SHIFT) & (2 * HALF - 1), minlength=2 * HALF)
        total += float(part.sum(dtype=torch.float64))
        squares += float(part.double().square().sum())
    edges, kept = _trimmed(counts.numpy())
    low, high = (float(each) for each in finite.aminmax()) if finite.numel() else (0.0, 0.0)
    return Counts(edges, kept, low, high, total, squares, nan, flat.numel() - finite.numel() - nan)


def _flat(values: Numbers) -> torch.Tensor:
    if isinstance(values, torch.Tensor):
        values = values.detach()
        values = values.dequantize() if values.is_quantized else values
        values = values.abs() if values.is_complex() else values
        return values.to("cpu", torch.float32).contiguous().view(-1)
    return torch.from_numpy(np.ascontiguousarray(arrays.numbers(values), dtype=np.float32)).view(-1)


def _trimmed(counts: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return edges and counts from the lowest number to the highest, in rising order."""
    limits = np.arange(FINITE + 1, dtype=np.uint32) << SHIFT
    above = limits.view(np.float32).astype(np.float64)
    above[-1] = np.finfo(np.float32).max
    edges = np.concatenate([-above[:0:-1], above])
    rising = np.concatenate([counts[HALF : HALF + FINITE][::-1], counts[:FINITE]])
    used = np.flatnonzero(rising)
    if not len(used):
        return np.zeros(1), np.zeros(0, dtype=np.int64)
    edges, rising = edges[used[0] : used[-1] + 2], rising[used[0] : used[-1] + 1]
    # Empty buckets in a row, which lie around zero mostly, are one.
    wanted = np.flatnonzero(np.append((rising > 0) | np.roll(rising > 0, 1), True))
    return edges[wanted], np.add.reduceat(rising, wanted[:-1])
