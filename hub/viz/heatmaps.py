"""A matrix as colours with the names of its rows and columns, drawn by Pillow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from hub.errors import InvalidInput
from hub.viz import fonts
from hub.viz.captions import INK, PAPER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FILL = (0, 114, 178)
"""The colour of the largest cell: the first of `hub.viz.style`, which everybody can tell apart."""

LETTERS = 13
MARGIN = 14
LONGEST = 260  # pixels of a name before it is cut

CELL, SMALLEST_CELL, LARGEST_MAP = 26, 2, 1400
"""The side of a cell of a heat map in pixels: as large as the whole stays below the last number."""
WITH_NUMBERS = 20  # cells of fewer pixels have no room for one
DARK = 0.55  # from this share on white is read better than black


def heatmap(cells: NDArray[np.generic], rows: Sequence[str], columns: Sequence[str]) -> Image.Image:
    """Return a matrix of numbers from 0, (rows, columns), as colours with the names of its rows and columns, RGB.

    Each cell of a small one has its number. Names for which cells are too small are left out. Raises InvalidInput if
    the names do not fit the matrix.
    """
    if cells.shape != (len(rows), len(columns)) or not cells.size:
        raise InvalidInput(
            "names do not fit a matrix", expected=f"a matrix of {(len(rows), len(columns))}", found=cells.shape
        )
    side = max(SMALLEST_CELL, min(CELL, LARGEST_MAP // max(cells.shape)))
    left = _margin(rows, side)
    top = _margin(columns, side)
    image = Image.new("RGB", (left + side * len(columns) + MARGIN, top + side * len(rows) + MARGIN), PAPER)
    image.paste(_coloured(cells, side), (left, top))
    _name_rows(image, rows, (left, top), side)
    # Names of columns stand upright: they are written on the picture when it lies on its side.
    lying = image.transpose(Image.Transpose.ROTATE_270)
    _name_columns(lying, columns, (left, top), side)
    image = lying.transpose(Image.Transpose.ROTATE_90)
    if side >= WITH_NUMBERS:
        _number(image, cells, (left, top), side)
    return image


def _write_left_of(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str) -> None:
    said = fonts.shortened(text, LETTERS, LONGEST)
    fonts.write(draw, (at[0] - fonts.length(said, LETTERS), at[1]), said, INK, LETTERS)


def _widest(names: Sequence[str]) -> int:
    return round(min(LONGEST, max(fonts.length(name, LETTERS) for name in names)))


def _margin(names: Sequence[str], side: int) -> int:
    return MARGIN + (_widest(names) + 8 if side >= LETTERS else 0)


def _coloured(cells: NDArray[np.generic], side: int) -> Image.Image:
    share = _shares(cells)[..., None]
    colours = np.asarray(PAPER) * (1 - share) + np.asarray(FILL) * share
    picture = Image.fromarray(colours.round().astype(np.uint8))
    return picture.resize((picture.width * side, picture.height * side), Image.Resampling.NEAREST)


def _shares(cells: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return cells as shares of the largest one, from 0 to 1; few are seen beside many because the root is taken."""
    values = np.nan_to_num(cells.astype(np.float64)).clip(0)
    roots: NDArray[np.float64] = np.sqrt(values / max(float(values.max()), 1e-300))
    return roots


def _name_rows(image: Image.Image, names: Sequence[str], corner: tuple[int, int], side: int) -> None:
    if side < LETTERS:
        return
    draw = ImageDraw.Draw(image)
    for number, name in enumerate(names):
        _write_left_of(draw, (corner[0] - 8, corner[1] + side * number + side / 2), name)


def _name_columns(lying: Image.Image, names: Sequence[str], corner: tuple[int, int], side: int) -> None:
    """Write on a picture that was turned clockwise: its right edge was the top, and its rows were the columns."""
    if side < LETTERS:
        return
    draw = ImageDraw.Draw(lying)
    for number, name in enumerate(names):
        at = (lying.width - corner[1] + 8, corner[0] + side * number + side / 2)
        fonts.write(draw, at, fonts.shortened(name, LETTERS, LONGEST), INK, LETTERS)


def _number(image: Image.Image, cells: NDArray[np.generic], corner: tuple[int, int], side: int) -> None:
    draw = ImageDraw.Draw(image)
    shares = _shares(cells)
    for (row, column), value in np.ndenumerate(cells):
        if not shares[row, column]:
            continue
        said = f"{value:g}" if isinstance(value, (float, np.floating)) else str(value)
        size = 10 if len(said) <= 3 else 8  # noqa: PLR2004  what fits a cell
        left = corner[0] + side * (column + 0.5) - fonts.length(said, size) / 2
        ink = PAPER if shares[row, column] > DARK else INK
        fonts.write(draw, (left, corner[1] + side * (row + 0.5)), said, ink, size)
