"""Bars and heat maps, drawn by Pillow: small charts with names, for boards and pages that show pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from hub.errors import InvalidInput
from hub.viz import fonts
from hub.viz.captions import INK, PAPER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

FAINT, QUIET, FILL = (209, 217, 224), (89, 99, 110), (0, 114, 178)
"""As in `hub.viz.style`: lines, what is said of numbers, and the first of the colours that everybody can tell apart."""

LETTERS = 13
ROW = 22
MARGIN = 14
WIDTH = 760
LONGEST = 260  # pixels of a name before it is cut

NAMED = 40
"""So many bars have a row with their name each. Of more, all are drawn as one outline, and the ends are named."""
OUTLINE = 150  # its height

CELL, SMALLEST_CELL, LARGEST_MAP = 26, 2, 1400
"""The side of a cell of a heat map in pixels: as large as the whole stays below the last number."""
WITH_NUMBERS = 20  # cells of fewer pixels have no room for one
DARK = 0.55  # from this share on white is read better than black


def bars(values: Mapping[str, float]) -> Image.Image:
    """Return numbers from 0 as bars beside their names, in the order given, RGB.

    Of more than `NAMED` it is an outline of all of them, above the largest and the smallest. Raises InvalidInput if
    there is none.
    """
    if not values:
        raise InvalidInput("there is nothing to draw", expected="at least one bar", found="none")
    if len(values) <= NAMED:
        return _rows(list(values.items()), max(values.values()))
    ranked = sorted(values.items(), key=lambda each: -each[1])
    half = NAMED // 2
    between = f"… {len(values) - NAMED:,} more between {ranked[half - 1][1]:,g} and {ranked[-half][1]:,g}"
    named = _rows([*ranked[:half], (between, -1), *ranked[-half:]], ranked[0][1])
    return _above(_outline(np.asarray(list(values.values()), dtype=float)), named)


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


def _rows(named: Sequence[tuple[str, float]], largest: float) -> Image.Image:
    """Draw a bar a row; a value below zero stands for a remark."""
    left = MARGIN + _widest([name for name, value in named if value >= 0]) + 10
    right = MARGIN + round(max(fonts.length(f"{value:,g}", LETTERS) for _, value in named)) + 8
    image = Image.new("RGB", (WIDTH, ROW * len(named) + 2 * MARGIN), PAPER)
    draw = ImageDraw.Draw(image)
    for number, (name, value) in enumerate(named):
        middle = MARGIN + ROW * number + ROW // 2
        if value < 0:
            fonts.write(draw, (left, middle), name, QUIET, LETTERS)
            continue
        end = left + round((WIDTH - left - right) * value / largest) if largest > 0 else left
        _write_left_of(draw, (left - 10, middle), name)
        draw.rectangle((left, middle - 7, max(end, left + 1), middle + 7), FILL)
        fonts.write(draw, (max(end, left + 1) + 6, middle), f"{value:,g}", QUIET, LETTERS)
    return image


def _outline(values: NDArray[np.float64]) -> Image.Image:
    """Draw all bars as columns side by side, as many of them in a pixel as must be: the highest of these is seen."""
    width = WIDTH - 2 * MARGIN
    image = Image.new("RGB", (WIDTH, OUTLINE + 2 * MARGIN + ROW), PAPER)
    draw = ImageDraw.Draw(image)
    bottom = MARGIN + ROW + OUTLINE
    edges = np.linspace(0, len(values), width + 1)
    largest = max(float(values.max()), 1e-300)
    for column in range(width):
        part = values[int(edges[column]) : max(int(np.ceil(edges[column + 1])), int(edges[column]) + 1)]
        height = round(OUTLINE * float(part.max()) / largest)
        draw.line((MARGIN + column, bottom - height, MARGIN + column, bottom), FILL)
    said = f"{len(values):,} in their order, the highest {largest:,g}, {np.median(values):,g} in the middle"
    fonts.write(draw, (MARGIN, MARGIN + LETTERS / 2), said, QUIET, LETTERS)
    draw.line((MARGIN, bottom, WIDTH - MARGIN, bottom), FAINT)
    return image


def _above(upper: Image.Image, lower: Image.Image) -> Image.Image:
    both = Image.new("RGB", (upper.width, upper.height + lower.height), PAPER)
    both.paste(upper, (0, 0))
    both.paste(lower, (0, upper.height))
    return both


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
