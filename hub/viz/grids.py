"""Many pictures on one sheet, each with its caption below it."""

from __future__ import annotations

from itertools import zip_longest
from math import ceil, sqrt
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from hub.errors import InvalidInput
from hub.viz import fonts
from hub.viz.captions import INK, PAPER

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = 12
"""Pixels between pictures, and around all of them."""

LETTERS = 13
"""The height of captions in pixels."""

LINES = 2
"""Of captions; what is longer ends in "…"."""

NARROWEST = 88
"""Pixels that a caption has at least, so that it can be read below a small picture."""


def grid(
    pictures: Sequence[Image.Image],
    captions: Sequence[str] = (),
    *,
    columns: int | None = None,
    title: str = "",
    letters: int = LETTERS,
) -> Image.Image:
    """Return pictures in rows, RGB on white, each with its caption below it, in the order given.

    Without `columns` the sheet is about as wide as high. Columns are as wide as the widest picture, rows as high as
    their highest. Raises InvalidInput if there is no picture, or there are more captions than pictures.
    """
    if not pictures or len(captions) > len(pictures) or (columns is not None and columns < 1):
        raise InvalidInput(
            "these make no sheet",
            expected="pictures, a caption for each at most, and a column at least",
            found=f"{len(pictures)} pictures, {len(captions)} captions, columns={columns}",
        )
    width = max(NARROWEST if any(captions) else 1, *(picture.width for picture in pictures))
    across = min(columns or _columns(pictures, width), len(pictures))
    cells = [
        cell(picture, fonts.in_lines(caption, letters, width, LINES), width, letters)
        for picture, caption in zip_longest(pictures, captions, fillvalue="")
        if not isinstance(picture, str)
    ]
    return _sheet(cells, across, width, fonts.in_lines(title, letters + 4, across * (width + GAP) - GAP, 1), letters)


def _columns(pictures: Sequence[Image.Image], width: int) -> int:
    """Return how many columns make a sheet that is a little wider than high."""
    height = sum(picture.height for picture in pictures) / len(pictures) + LINES * LETTERS
    return max(1, ceil(sqrt(len(pictures) * 1.4 * height / width)))


def cell(picture: Image.Image, lines: Sequence[str], width: int, letters: int) -> Image.Image:
    """Return a picture above the lines of its caption, in RGB on white."""
    step = fonts.height(letters)
    whole = Image.new("RGB", (width, picture.height + (step * len(lines) + 4 if lines else 0)), PAPER)
    whole.paste(picture.convert("RGB"), (0, 0))
    draw = ImageDraw.Draw(whole)
    for number, line in enumerate(lines):
        fonts.write(draw, (0, picture.height + 4 + step * (number + 0.5)), line, INK, letters)
    return whole


def _sheet(cells: Sequence[Image.Image], across: int, width: int, title: Sequence[str], letters: int) -> Image.Image:
    rows = [cells[start : start + across] for start in range(0, len(cells), across)]
    heights = [max(each.height for each in row) for row in rows]
    head = fonts.height(letters + 4) + GAP // 2 if title else 0
    whole = Image.new("RGB", (across * (width + GAP) + GAP, head + sum(heights) + GAP * (len(rows) + 1)), PAPER)
    for line in title:
        fonts.write(ImageDraw.Draw(whole), (GAP, GAP + head / 2 - GAP // 4), line, INK, letters + 4)
    top = head + GAP
    for row, height in zip(rows, heights, strict=True):
        for place, each in enumerate(row):
            whole.paste(each, (GAP + place * (width + GAP), top))
        top += height + GAP
    return whole
