"""PhotoTour: square patches on sheets, which of them show the same point, and pairs to tell apart.

    patches0000.bmp         16 x 16 patches of 64 x 64 grey pixels, row by row; the last sheet ends with empty ones
    patches0001.bmp ...
    info.txt                one line a patch: the number of the point that it shows, and one that means nothing
    m50_100000_100000_0.txt one line a pair: patch, its point, 0, another patch, its point, 0

Specified in "Multi-view Stereo Correspondence Dataset", http://matthewalunbrown.com/patchdata/patchdata.html.

Options: `folder`; `part`, "patches" or "pairs"; `mean` and `std` of the pixels, from 0 to 1, for users to ask for.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from hub.errors import FormatError
from hub.formats.pillow import DAMAGE
from hub.formats.texts import lines, whole_number, wrong_line
from hub.readers import Read
from hub.readers.blocks import Blocks
from hub.trees import base, join

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from hub.readers import Column, Options
    from hub.trees import Tree

VERSION = 1

SIDE = 64
INFO = "info.txt"
PAIRS = "m50_100000_100000_0.txt"
PAIR_COLUMNS = (0, 1, 3, 4)
"""Of a line of pairs: patch, point, the other patch, its point."""


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `patch`, uint8 of shape (rows, 64, 64); or `first` and `second` alike with `match`, 0 or 1.

    Raises FormatError if a sheet is damaged, or sheets hold fewer patches than info.txt has lines.
    """
    folder = str(options["folder"])
    points = _numbers(tree, join(folder, INFO), (0,))[:, 0]
    whole = options["part"] == "patches"
    columns = {"patch": _patches(tree, folder, len(points))} if whole else _pairs(tree, folder, len(points))
    return Read(columns, about={name: options[name] for name in ("mean", "std") if name in options})


def _patches(tree: Tree, folder: str, count: int) -> Blocks:
    return Blocks(join(folder, "*.bmp"), (count, SIDE, SIDE), np.dtype(np.uint8), lambda: _sheets(tree, folder, count))


def _pairs(tree: Tree, folder: str, count: int) -> Mapping[str, Column]:
    """Return the pairs; all patches that occur in one are in memory at once, 800 MB for 100,000 pairs."""
    name = join(folder, PAIRS)
    rows = _numbers(tree, name, PAIR_COLUMNS)
    places = rows[:, [0, 2]]
    if rows.size and (places.min() < 0 or places.max() >= count):
        raise FormatError(
            f"{name} names patches that are not there",
            path=name,
            expected=f"0 to {count - 1}",
            found=f"{places.min()} to {places.max()}",
        )
    needed, numbers = np.unique(places, return_inverse=True)
    patches = _picked(_sheets(tree, folder, count), needed)
    first, second = numbers.reshape(places.shape).T
    match = (rows[:, 1] == rows[:, 3]).astype(np.int64)
    return {"first": _chosen(patches, first, name), "second": _chosen(patches, second, name), "match": match}


def _chosen(patches: NDArray[np.uint8], order: NDArray[np.intp], name: str) -> Blocks:
    step = 1 << 14
    return Blocks(
        name,
        (len(order), SIDE, SIDE),
        patches.dtype,
        lambda: (patches[order[start : start + step]] for start in range(0, len(order), step)),
    )


def _picked(sheets: Iterator[NDArray[np.uint8]], needed: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return the patches of these numbers, which ascend, out of all."""
    picked = np.empty((len(needed), SIDE, SIDE), np.uint8)
    first = 0
    for sheet in sheets:
        start, stop = np.searchsorted(needed, [first, first + len(sheet)])
        picked[start:stop] = sheet[needed[start:stop] - first]
        first += len(sheet)
    return picked


def _sheets(tree: Tree, folder: str, count: int) -> Iterator[NDArray[np.uint8]]:
    """Yield the patches of each sheet, `count` in all."""
    left = count
    for name in tree.files(folder):
        if base(name).endswith("bmp") and left:
            sheet = _sheet(tree.read(name), f"{name} in {tree}")[:left]
            left -= len(sheet)
            yield sheet
    if left:
        raise FormatError(
            f"the sheets in {tree} do not hold all patches",
            path=join(folder, INFO),
            expected=f"{count} patches, a line of {INFO} each",
            found=f"{count - left} patches",
        )


def _sheet(data: bytes, name: str) -> NDArray[np.uint8]:
    try:
        pixels = np.asarray(Image.open(io.BytesIO(data)))
    except DAMAGE as error:
        raise FormatError(f"{name} is damaged: {error}", path=name, expected="a sheet", found="none") from error
    height, width = (size // SIDE for size in pixels.shape[:2])
    if pixels.dtype != np.uint8 or pixels.shape != (height * SIDE, width * SIDE) or not pixels.size:
        expected, found = f"grey pixels, multiples of {SIDE}", f"{pixels.dtype} {pixels.shape}"
        raise FormatError(f"{name} is no sheet of patches", path=name, expected=expected, found=found)
    return pixels.reshape(height, SIDE, width, SIDE).swapaxes(1, 2).reshape(-1, SIDE, SIDE)


def _numbers(tree: Tree, name: str, columns: tuple[int, ...]) -> NDArray[np.int64]:
    """Return these columns of a text of numbers, of shape (lines, columns)."""
    rows = [line.split() for line in lines(tree, name)]
    short = next((number for number, row in enumerate(rows, 1) if len(row) <= max(columns)), None)
    if short is not None:
        raise wrong_line(tree, name, short, f"{max(columns) + 1} numbers or more", " ".join(rows[short - 1]))
    found = [
        [whole_number(row[column], f"line {number} of {name}") for column in columns]
        for number, row in enumerate(rows, 1)
    ]
    return np.array(found, np.int64).reshape(-1, len(columns))
