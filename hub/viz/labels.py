"""Where to write names beside points so that they cover neither one another nor a point."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Point = tuple[float, float]

# Steps to the right and upwards -> how much further away another place may be and is still preferred, in gaps. The
# front of the best is the upper left edge of a cloud of points: above it and to its left there is room.
DIRECTIONS = {
    (-1, 1): 0.0,
    (-0.5, 1): 0.3,
    (0, 1): 0.5,
    (-1, 0): 0.5,
    (0.5, 1): 1.0,
    (1, 1): 1.5,
    (1, 0): 4.0,
    (1, -1): 5.0,
    (0.5, -1): 6.0,
    (0, -1): 6.0,
    (-1, -1): 7.0,
}

DISTANCES = (1, 2, 3, 4.5, 6, 8, 10, 12.5, 15, 18)
"""From a point to its text, in gaps."""

# From this distance on a line leads there.
FAR = 2

# More than this helps none of the pictures of torchvision's models.
ROUNDS = 8

PLACES = sorted(product(DISTANCES, DIRECTIONS), key=lambda place: place[0] + DIRECTIONS[place[1]])


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle whose sides are parallel to the axes; y grows upwards."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self) -> Point:
        """The point in the middle."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    @property
    def size(self) -> Point:
        """Width and height."""
        return self.right - self.left, self.top - self.bottom

    def nearest(self, point: Point) -> Point:
        """Return the point of it that is nearest to another."""
        return min(max(point[0], self.left), self.right), min(max(point[1], self.bottom), self.top)

    def meets(self, other: Box) -> bool:
        """Tell whether the two have an area in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.bottom < other.top and other.bottom < self.top

    def holds(self, other: Box) -> bool:
        """Tell whether all of the other lies inside."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.bottom <= other.bottom and other.top <= self.top


@dataclass(frozen=True, slots=True)
class Label:
    """Where a text goes, whether that is so far from its point that a line has to lead there, and how bad it is."""

    box: Box
    far: bool
    cost: float


Named = tuple[Point, Point]
"""A point, and the width and height of its text"""


def place(
    named: Sequence[Named], page: Box, marks: Sequence[Box], line: Iterable[Box], gap: float
) -> list[Label | None]:
    """Return where the text of each point goes, None if there is no room for it.

    Texts lie within `page`, and meet neither one another, nor `marks`, nor `line`; what leads to one meets no other
    text, and no mark but its own. Each gets the best place that earlier ones left; those that found none come first in
    the next round, and the best round counts. So the result is always the same.
    """
    obstacles = [*marks, *line]
    rounds: list[dict[int, Label]] = []
    for start in (list(range(len(named))), list(range(len(named)))[::-1]):
        order = start
        for _ in range(ROUNDS):
            found = _round(named, order, page, marks, obstacles, gap)
            rounds.append(found)
            order = sorted(order, key=lambda number: number in found)
    best = max(rounds, key=lambda found: (len(found), -sum(label.cost for label in found.values())))
    return [best.get(number) for number in range(len(named))]


def _round(
    named: Sequence[Named], order: Iterable[int], page: Box, marks: Sequence[Box], taken: Sequence[Box], gap: float
) -> dict[int, Label]:
    texts, occupied = list[Box](), list(taken)
    placed: dict[int, Label] = {}
    for number in order:
        point, size = named[number]
        in_the_way = [*texts, *(mark for mark in marks if not mark.meets(around(point, gap)))]
        for label in _around(point, size, gap):
            leader = _leader(point, label, gap)
            if page.holds(label.box) and _free([label.box], occupied) and _free(leader, in_the_way):
                placed[number] = label
                texts.append(label.box)
                occupied += [label.box, *leader]
                break
    return placed


def _leader(point: Point, label: Label, gap: float) -> list[Box]:
    return list(along([point, label.box.nearest(point)], gap / 2)) if label.far else []


def _free(boxes: Iterable[Box], obstacles: Sequence[Box]) -> bool:
    return not any(box.meets(obstacle) for box in boxes for obstacle in obstacles)


def _around(point: Point, size: Point, gap: float) -> Iterator[Label]:
    """Yield the places of a text around a point, the best first."""
    for distance, (across, up) in PLACES:
        x = point[0] + across * (gap * distance + size[0] / 2)
        y = point[1] + up * (gap * distance + size[1] / 2)
        box = Box(x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2)
        yield Label(box, distance >= FAR, distance + DIRECTIONS[across, up])


def along(line: Sequence[Point], width: float) -> Iterator[Box]:
    """Yield squares that cover a line of straight pieces."""
    for (x1, y1), (x2, y2) in pairwise(line):
        steps = int(max(abs(x2 - x1), abs(y2 - y1)) / width) + 1
        for step in range(steps + 1):
            yield around((x1 + (x2 - x1) * step / steps, y1 + (y2 - y1) * step / steps), width)


def around(point: Point, width: float) -> Box:
    """Return the square of a width whose middle is a point."""
    half = width / 2
    return Box(point[0] - half, point[1] - half, point[0] + half, point[1] + half)
