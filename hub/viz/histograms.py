"""Counts as bars on a picture, drawn by Pillow: as many columns as there is room for, so that every name is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from hub.viz import fonts
from hub.viz.captions import INK, PAPER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.viz.counting import Counts

LETTERS = 13
LINE = 19
"""Pixels from one bar to the next."""

COLUMN = 300
"""Pixels that a name, its bar and its count take at least."""

WIDEST = 620
"""Pixels of counts in a single column at most."""

GAP = 24
MARGIN = 12
IN_A_COLUMN = 24
"""Bars that stand below one another before there is a second column."""

NAME = 0.5
"""The share of a column that a name takes at most."""

BAR, TRACK, QUIET = (9, 105, 218), (238, 241, 245), (89, 99, 110)


def bars(counts: Counts, width: int) -> Image.Image:
    """Return counts as bars, RGB on white, so wide: name, bar and number, in the order of the counts.

    More than fit below one another stand in several columns, read downwards.
    """
    most = max(1, (width - 2 * MARGIN + GAP) // (COLUMN + GAP))
    columns = min(most, -(-len(counts) // IN_A_COLUMN))
    rows = -(-len(counts) // columns)
    across = (width - 2 * MARGIN - GAP * (columns - 1)) // columns
    head = fonts.height(LETTERS + 2) + 6
    picture = Image.new("RGB", (width, head + rows * LINE + 2 * MARGIN), PAPER)
    draw = ImageDraw.Draw(picture)
    title = fonts.shortened(counts.title, LETTERS + 2, width - 2 * MARGIN)
    fonts.write(draw, (MARGIN, MARGIN + head / 2 - 4), title, INK, LETTERS + 2)
    room = min(max(fonts.length(name, LETTERS) for name in counts.names), across * NAME)
    for place, (name, count) in enumerate(zip(counts.names, counts.counts, strict=True)):
        column, row = divmod(place, rows)
        at = MARGIN + column * (across + GAP), MARGIN + head + row * LINE
        _bar(draw, at, (across, room), name, count, counts.most)
    return picture


def _bar(
    draw: ImageDraw.ImageDraw, at: tuple[int, int], extent: tuple[int, float], name: str, count: int, most: int
) -> None:
    """Draw one line whose upper left corner is given; a count that is not 0 has a bar that can be seen."""
    (left, top), (width, room) = at, extent
    middle = top + LINE / 2
    fonts.write(draw, (left, middle), fonts.shortened(name, LETTERS, room), INK, LETTERS)
    said = f"{count:,}"
    start = left + room + 8
    stop = left + width - max(fonts.length(f"{most:,}", LETTERS), 24) - 8
    draw.rectangle((start, top + 4, stop, top + LINE - 5), fill=TRACK)
    if count:
        filled = max(start + 2, start + (stop - start) * count / max(most, 1))
        draw.rectangle((start, top + 4, filled, top + LINE - 5), fill=BAR)
    fonts.write(draw, (stop + 8, middle), said, QUIET, LETTERS)


def least_width(several: Sequence[Counts]) -> int:
    """Return the width of a picture on which all of these are read well."""
    return WIDEST * min(2, sum(-(-len(counts) // IN_A_COLUMN) for counts in several))


def all_bars(several: Sequence[Counts], width: int) -> Image.Image:
    """Return counts beside one another where each needs a column alone, else below one another; RGB, so wide."""
    if all(len(counts) <= IN_A_COLUMN for counts in several):
        whole = [bars(counts, min(WIDEST, width // len(several))) for counts in several]
        sheet = Image.new("RGB", (width, max(each.height for each in whole)), PAPER)
        for place, each in enumerate(whole):
            sheet.paste(each, (sum(before.width for before in whole[:place]), 0))
        return sheet
    return below([bars(counts, width if len(counts) > IN_A_COLUMN else min(WIDEST, width)) for counts in several])


def below(pictures: Sequence[Image.Image]) -> Image.Image:
    """Return pictures below one another, RGB on white."""
    whole = Image.new("RGB", (max(each.width for each in pictures), sum(each.height for each in pictures)), PAPER)
    top = 0
    for each in pictures:
        whole.paste(each, (0, top))
        top += each.height
    return whole
