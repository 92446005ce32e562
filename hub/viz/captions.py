"""Names on pictures, in letters that can be read on a photo, and in any script that there is a font for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageDraw

from hub.viz import fonts
from hub.viz.class_colours import ink_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.viz.class_colours import Colour

# The height of letters as a share of the picture's shorter side, and its bounds in pixels.
SHARE, SMALLEST, LARGEST = 1 / 28, 11, 72

PAPER, INK = (255, 255, 255), (31, 35, 40)


class Caption(NamedTuple):
    """A text, its colour, and the point whose upper left it wants to be at: that of a box."""

    text: str
    colour: Colour
    at: tuple[float, float]


class Entry(NamedTuple):
    """A line of a legend."""

    text: str
    colour: Colour


class _Rectangle(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: _Rectangle) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def letter_size(size: tuple[int, int]) -> int:
    """Return how high letters are on a picture of (width, height), in pixels.

    >>> letter_size((4000, 3000)), letter_size((640, 480)), letter_size((64, 64))
    (72, 17, 11)
    """
    return round(min(max(min(size) * SHARE, SMALLEST), LARGEST))


def write(image: Image.Image, captions: Sequence[Caption]) -> None:
    """Write captions on a picture: above their points, or below where there is no room, none on another."""
    draw = ImageDraw.Draw(image)
    letters = letter_size(image.size)
    margin = max(2, letters // 5)
    height = fonts.height(letters) + margin
    taken: list[_Rectangle] = []
    for caption in captions:
        width = fonts.length(caption.text, letters) + 2 * margin
        place = _place(caption.at, (width, height), image.size, taken)
        taken.append(place)
        draw.rectangle(place, fill=caption.colour)
        middle = place.left + margin, (place.top + place.bottom) / 2
        fonts.write(draw, middle, caption.text, ink_on(caption.colour), letters)


def _place(
    at: tuple[float, float], extent: tuple[float, float], size: tuple[int, int], taken: Sequence[_Rectangle]
) -> _Rectangle:
    """Return where a caption goes: above the point if that lies in the picture, then ever further below it."""
    width, height = extent
    left = max(0.0, min(at[0], size[0] - width))
    tops = [at[1] - height, *(at[1] + step * height for step in range(len(taken) + 1))]
    places = [_Rectangle(left, top, left + width, top + height) for top in tops]
    inside = [place for place in places if place.top >= 0 and place.bottom <= size[1]]
    free = (place for place in inside if not any(place.overlaps(other) for other in taken))
    return next(free, inside[0] if inside else places[1])


def with_legend(image: Image.Image, entries: Sequence[Entry]) -> Image.Image:
    """Return the picture above a legend, which is as wide as the picture and as high as it has to be."""
    letters = letter_size(image.size)
    lines = _lines([_extent(entry, letters) for entry in entries], image.width - letters)
    step = round(letters * 1.7)
    legend = Image.new("RGB", (image.width, step * len(lines) + letters), PAPER)
    draw = ImageDraw.Draw(legend)
    for row, line in enumerate(lines):
        across = letters
        for number in line:
            entry, top = entries[number], letters // 2 + row * step
            _swatch(draw, (across, top), letters, entry.colour)
            fonts.write(draw, (across + letters * 1.5, top + letters / 2), entry.text, INK, letters)
            across += _extent(entry, letters)
    whole = Image.new("RGB", (image.width, image.height + legend.height))
    whole.paste(image, (0, 0))
    whole.paste(legend, (0, image.height))
    return whole


def _swatch(draw: ImageDraw.ImageDraw, at: tuple[int, int], side: int, colour: Colour) -> None:
    draw.rectangle((*at, at[0] + side, at[1] + side), fill=colour)


def _extent(entry: Entry, letters: int) -> int:
    """Return how many pixels an entry takes: its square, its text, and the gap behind it."""
    return round(fonts.length(entry.text, letters) + letters * 3)


def _lines(extents: Sequence[int], width: int) -> list[list[int]]:
    """Return which entries stand in which line: as many as fit, at least one."""
    lines: list[list[int]] = []
    room = 0
    for number, extent in enumerate(extents):
        if not lines or extent > room:
            lines.append([])
            room = width
        lines[-1].append(number)
        room -= extent
    return lines
