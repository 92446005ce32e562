"""Things in a picture, drawn on it: boxes, areas and points, each in the colour of its class, with their names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from hub.viz.captions import Caption, letter_size, write
from hub.viz.class_colours import colour_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from hub.viz.class_colours import Colour

# Which points of a body are joined by a line, by their names in COCO.
LIMBS = (
    ("nose", "left_eye"), ("nose", "right_eye"), ("left_eye", "left_ear"), ("right_eye", "right_ear"),
    ("left_shoulder", "right_shoulder"), ("left_hip", "right_hip"),
    ("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist"),
    ("right_shoulder", "right_elbow"), ("right_elbow", "right_wrist"),
    ("left_shoulder", "left_hip"), ("right_shoulder", "right_hip"),
    ("left_hip", "left_knee"), ("left_knee", "left_ankle"),
    ("right_hip", "right_knee"), ("right_knee", "right_ankle"),
)  # fmt: skip

# How much of the colour covers the picture: objects are to be seen through it.
OF_AREAS = 0.45

OF_POINTS = (255, 0, 0)

# Names on more things than this hide the picture; the largest have them.
NAMED = 12

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)  # arrays have no single answer to ==
class Mark:
    """One thing in a picture, in its pixels; `name` is written beside it, and `number` is that of its class.

    `box` is left, top, right and bottom. Its area is `mask`, bool of the picture's shape (height, width), or polygons,
    each of shape (points, 2). `points` is of shape (k, 3): x, y and whether it is seen; `point_names` are the k names.
    """

    name: str
    number: int
    box: Box | None = None
    polygons: tuple[NDArray[np.float64], ...] = ()
    mask: NDArray[np.bool_] | None = None
    points: NDArray[np.float64] | None = None
    point_names: tuple[str, ...] = ()

    @property
    def colour(self) -> Colour:
        """The colour of its class."""
        return colour_of(self.number)

    @property
    def corner(self) -> tuple[float, float] | None:
        """The upper left corner of what is known of it; None if it has no place."""
        if self.box is not None:
            return self.box[0], self.box[1]
        if self.polygons:
            left, top = np.concatenate(self.polygons).min(axis=0).tolist()
            return left, top
        return None

    @property
    def extent(self) -> float:
        """Its size in pixels, by which things are ranked: the area of the box around it."""
        if self.box is not None:
            return abs((self.box[2] - self.box[0]) * (self.box[3] - self.box[1]))
        if self.polygons:
            width, height = np.ptp(np.concatenate(self.polygons), axis=0).tolist()
            return float(width * height)
        return 0.0

    def scaled(self, across: float, down: float) -> Mark:
        """Return the same thing in a picture that is so many times as wide and as high; a mask stays as it is."""
        box = self.box
        return replace(
            self,
            box=None if box is None else (box[0] * across, box[1] * down, box[2] * across, box[3] * down),
            polygons=tuple(each * (across, down) for each in self.polygons),
            points=None if self.points is None else self.points * (across, down, 1),
        )


def drawn(image: Image.Image, marks: Sequence[Mark], *, named: int = NAMED) -> Image.Image:
    """Return a picture in RGB with things drawn on it: the first above the others, `named` of them with their names."""
    picture = _with_areas(image.convert("RGB"), marks)
    line = max(2, letter_size(image.size) // 7)
    draw = ImageDraw.Draw(picture)
    for mark in reversed(marks):
        if mark.box is not None:
            _outline(draw, mark.box, mark.colour, line)
    for mark in marks:
        if mark.points is not None:
            _draw_points(draw, mark.points, mark.point_names, line)
    largest = sorted(marks, key=lambda mark: mark.extent, reverse=True)[:named]
    kept = [mark for mark in marks if mark.name and any(mark is each for each in largest)]
    write(picture, [Caption(mark.name, mark.colour, mark.corner) for mark in kept if mark.corner is not None])
    return picture


def tinted(
    picture: Image.Image, numbers: NDArray[np.integer], colours: Mapping[int, Colour], share: float
) -> Image.Image:
    """Return a picture in RGB on whose pixels the colours of their numbers lie, `share` of them; others stay.

    `numbers` is of the picture's shape (height, width).
    """
    if not colours:
        return picture
    known = np.array(sorted(colours))
    places = np.searchsorted(known, numbers).clip(max=len(known) - 1)
    there = known[places] == numbers
    pixels = np.asarray(picture)
    mixed = pixels * (1 - share) + np.array([colours[number] for number in known.tolist()])[places] * share
    return Image.fromarray(np.where(there[..., None], mixed.round(), pixels).astype(np.uint8))


def _with_areas(picture: Image.Image, marks: Sequence[Mark]) -> Image.Image:
    """Colour areas; where several overlap a pixel belongs to the first that has it."""
    numbers = np.zeros((picture.height, picture.width), np.int64)
    colours = {}
    for place, mark in enumerate(marks, 1):
        area = _area(mark, picture.size)
        if area is not None:
            numbers[area & (numbers == 0)] = place
            colours[place] = mark.colour
    return tinted(picture, numbers, colours, OF_AREAS)


def _area(mark: Mark, size: tuple[int, int]) -> NDArray[np.bool_] | None:
    """Return the pixels of a thing in a picture of (width, height), None if only its place is known."""
    if mark.mask is not None:
        if mark.mask.shape == size[::-1]:
            return mark.mask
        return np.asarray(Image.fromarray(mark.mask).resize(size, Image.Resampling.NEAREST))
    if not mark.polygons:
        return None
    canvas = Image.new("1", size)
    draw = ImageDraw.Draw(canvas)
    for polygon in mark.polygons:
        if len(polygon) > 1:
            draw.polygon([(x, y) for x, y in polygon.tolist()], fill=1)
    return np.asarray(canvas)


def _outline(draw: ImageDraw.ImageDraw, box: Box, colour: Colour, line: int) -> None:
    left, right = sorted((box[0], box[2]))
    top, bottom = sorted((box[1], box[3]))
    draw.rectangle((left, top, right, bottom), outline=colour, width=line)


def _draw_points(draw: ImageDraw.ImageDraw, points: NDArray[np.float64], names: Sequence[str], line: int) -> None:
    places = {name: number for number, name in enumerate(names)}
    seen = points[:, 2] > 0
    for one, other in LIMBS:
        if one in places and other in places and seen[places[one]] and seen[places[other]]:
            ends = [(x, y) for x, y in points[[places[one], places[other]], :2].tolist()]
            draw.line(ends, fill=OF_POINTS, width=line)
    for x, y in points[seen, :2].tolist():
        draw.ellipse((x - 2 * line, y - 2 * line, x + 2 * line, y + 2 * line), fill=OF_POINTS)
