"""Small pictures side by side on nothing, so that a page's own colour shows between them: for the website."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageOps

if TYPE_CHECKING:
    from collections.abc import Sequence

COUNT = 10
"""Pictures on a sheet."""
SMALL = 48
"""Pixels up to which pictures are shown twice as large, all in one row."""
CELL = 96
"""The side of a larger picture on a sheet, of which five are in a row."""
GAP = 4


def sheet(pictures: Sequence[Image.Image]) -> Image.Image:
    """Return up to `COUNT` pictures in RGBA: small ones in one row, the middles of larger ones in two."""
    small = max(max(picture.size) for picture in pictures) <= SMALL
    cells = [_doubled(picture) if small else ImageOps.fit(picture, (CELL, CELL)) for picture in pictures]
    across = COUNT if small else COUNT // 2
    width, height = max(cell.width for cell in cells) + GAP, max(cell.height for cell in cells) + GAP
    down = -(-len(cells) // across)
    whole = Image.new("RGBA", (width * min(across, len(cells)) - GAP, height * down - GAP))
    for number, cell in enumerate(cells):
        whole.paste(cell, (number % across * width, number // across * height))
    return whole


def _doubled(picture: Image.Image) -> Image.Image:
    return picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.NEAREST)
