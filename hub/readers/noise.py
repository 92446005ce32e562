"""Noise: rows that no file holds, each written as what its random numbers are drawn from.

    {"seed": 7, "shape": [3, 224, 224], "classes": 10}

`hub.decoders.noise` draws the picture and the label when they are asked for.

Options: `size`, the number of rows; `image_size`, as (channels, height, width); `num_classes`; `random_offset`, which
is the seed of the first row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hub.errors import InvalidInput
from hub.readers import JsonTexts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hub.readers import Column, File, Options

VERSION = 1

DIMENSIONS = 3


def read(files: Mapping[str, File], options: Options) -> Mapping[str, Column]:
    """Return `image` and `label`, the same words in both. Raises InvalidInput for sizes that are none."""
    del files
    size, classes, offset = (int(cast("int", options[name])) for name in ("size", "num_classes", "random_offset"))
    if size < 0 or classes < 1:
        found = f"size={size}, num_classes={classes}"
        raise InvalidInput("there is no such noise", expected="a size of 0 or more, 1 class or more", found=found)
    told = f'"shape": {_shape(options["image_size"])}, "classes": {classes}}}'
    rows = JsonTexts([f'{{"seed": {offset + number}, {told}' for number in range(size)])
    return {"image": rows, "label": rows}


def _shape(given: object) -> list[int]:
    sizes = [int(each) for each in cast("Sequence[int]", given)]
    if len(sizes) != DIMENSIONS or min(sizes) < 1:
        raise InvalidInput("there is no such image", expected="image_size=(channels, height, width)", found=given)
    return sizes
