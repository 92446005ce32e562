"""Texts on a picture, one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from hub.viz import fonts
from hub.viz.captions import INK, PAPER

if TYPE_CHECKING:
    from collections.abc import Sequence

LETTERS = 14
LINES = 4
"""Of a longer text as many lines are shown."""

MARGIN, GAP = 12, 10
QUIET, FAINT = (89, 99, 110), (216, 222, 228)


def text_sheet(texts: Sequence[tuple[str, str]], *, width: int, title: str = "") -> Image.Image:
    """Return (heading, text) below one another, RGB on white and so wide; headings are grey, "" is none."""
    room = width - 2 * MARGIN
    blocks = [
        (fonts.in_lines(heading, LETTERS - 1, room, 1), fonts.in_lines(text, LETTERS, room, LINES))
        for heading, text in texts
    ]
    step = fonts.height(LETTERS)
    head = fonts.height(LETTERS + 3) + GAP if title else 0
    height = sum((len(top) + len(lines)) * step + GAP for top, lines in blocks) + head + 2 * MARGIN
    picture = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(picture)
    if title:
        fonts.write(draw, (MARGIN, MARGIN + head / 2 - GAP / 2), title, INK, LETTERS + 3)
    at = MARGIN + head
    for top, lines in blocks:
        for line, ink, size in [
            *((line, QUIET, LETTERS - 1) for line in top),
            *((line, INK, LETTERS) for line in lines),
        ]:
            fonts.write(draw, (MARGIN, at + step / 2), line, ink, size)
            at += step
        draw.line((MARGIN, at + GAP // 2, width - MARGIN, at + GAP // 2), fill=FAINT)
        at += GAP
    return picture
