"""Masks of COCO: how many pixels are outside, how many inside, outside again, and so on; down the first column first.

The counts are a list, or a string in which each is written in groups of 5 bits, lowest first, from the character "0"
on, with 32 added where another group follows. From the third on they are differences to the last but one.

As in `rleFrString` of https://github.com/cocodataset/cocoapi/blob/master/common/maskApi.c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

BITS, MORE, NEGATIVE = 5, 0x20, 0x10
ZERO = ord("0")


def decoded(segmentation: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Return a mask, bool of shape (height, width), of {"size": [height, width], "counts": ...}.

    Raises ValueError if the counts are not those of such a picture.
    """
    height, width = (int(side) for side in segmentation["size"])
    counts = segmentation["counts"]
    runs = numbers(counts) if isinstance(counts, str) else cast("Sequence[int]", counts)
    if sum(runs) != height * width or min(runs, default=0) < 0:
        raise ValueError(f"{sum(runs)} pixels in a mask of {height} x {width}")
    inside = np.arange(len(runs)) % 2 == 1
    return np.repeat(inside, runs).reshape(width, height).T


def numbers(text: str) -> list[int]:
    """Return the counts that a string stands for.

    >>> numbers("52203")
    [5, 2, 2, 2, 5]
    """
    found: list[int] = []
    value = shift = 0
    for char in text:
        group = ord(char) - ZERO
        value |= (group & (MORE - 1)) << shift
        shift += BITS
        if group & MORE:
            continue
        if group & NEGATIVE:
            value -= 1 << shift
        found.append(value + (found[-2] if len(found) > 2 else 0))  # noqa: PLR2004  see above
        value = shift = 0
    return found
