"""Scatter plots as SVG that is a part of its page.

Not drawn by matplotlib (as `hub list --plot` is), because here every point is a link with a name, text is text, and
colours are the stylesheet's, so that a plot turns dark with the page; and a page needs neither library nor script.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import groupby, product
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from hub.viz import labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Point = tuple[float, float]

LEFT, RIGHT, TOP, BOTTOM = 46, 20, 36, 46
LETTER = 6.6
"""Width of a letter of a name, in pixels: more than any usual font needs at this size."""
LINE = 15
GAP = 5
LEADER = 56
"""From a name that would be further away nobody finds the point."""
AXIS_LABEL = 330
"""Room in the upper left corner for what the axis upwards shows, in any language."""
TICKS = 8
STOPS = 24
"""So many points may be stops for the Tab key."""
LOOKS = ("hub-other", "", "hub-ahead hub-other", "hub-ahead")
"""Classes of the stylesheet, from the bottom to the top."""
"""About as many lines across are easy to read."""

UNKNOWN_SPREAD = 1.6
"""The axis reaches so many times further than points that all are equally large."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A point with a name, a longer text that is shown when it is pointed at, and an address."""

    x: float
    y: float
    name: str
    said: str
    href: str
    look: str = ""
    """One of LOOKS."""


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis shows; `written` writes a number beside it."""

    label: str
    written: Callable[[float], str]


@dataclass(frozen=True)
class Plot:
    """Spots over others that are mere dots, on a logarithmic axis across; the better is always above.

    `own` are dots that stand out. `named` are the numbers of the spots whose names are written beside them, as far as
    there is room; a line joins `line`.
    """

    title: str
    x: Axis
    y: Axis
    spots: Sequence[Spot]
    dots: Sequence[Point] = ()
    own: Sequence[Point] = ()
    line: Sequence[Point] = ()
    named: Sequence[int] = ()
    less_is_better: bool = False
    width: int = 960
    height: int = 500

    @cached_property
    def points(self) -> list[Point]:
        """Where all spots and dots are, in units of the axes."""
        return [*((spot.x, spot.y) for spot in self.spots), *self.dots, *self.own]

    @cached_property
    def across(self) -> Point:
        """Logarithms of the ends of the axis across."""
        logs = [math.log10(x) for x, _ in self.points]
        return _widened(min(logs), max(logs), math.log10(UNKNOWN_SPREAD))

    @cached_property
    def upwards(self) -> Point:
        """Ends of the axis upwards."""
        values = [y for _, y in self.points]
        return _widened(min(values), max(values), abs(values[0]) * 0.05 or 1)

    def at(self, point: Point) -> Point:
        """Return where a point is, in pixels from the upper left corner."""
        (low, high), (bottom, top) = self.across, self.upwards
        x = (math.log10(point[0]) - low) / (high - low)
        y = (point[1] - bottom) / (top - bottom)
        up = 1 - y if self.less_is_better else y
        return LEFT + x * (self.width - LEFT - RIGHT), self.height - BOTTOM - up * (self.height - TOP - BOTTOM)


def _widened(low: float, high: float, least: float) -> Point:
    margin = (high - low) * 0.05 or least
    return low - margin, high + margin


def front(points: Sequence[Point], *, less_is_better: bool = False) -> list[int]:
    """Return the numbers of the points that are better than every other one that is not larger, smallest first.

    >>> front([(10, 70), (20, 60), (20, 80), (5, 50)])
    [3, 0, 2]
    """
    sign = 1 if less_is_better else -1
    best: list[int] = []
    for number in sorted(range(len(points)), key=lambda each: (points[each][0], sign * points[each][1])):
        if not best or sign * points[number][1] < sign * points[best[-1]][1]:
            best.append(number)
    return best


def draw(plot: Plot) -> Markup:
    """Return a plot as SVG; with links in it, it is a group to those who cannot see it, and no image."""
    about = f'role="group" aria-label="{escape(plot.title)}"'
    parts = [
        f'<svg class="hub-plot" viewBox="0 0 {plot.width} {plot.height}" {about}>',
        *_grid(plot),
        _dots(plot, plot.dots, "hub-dots"),
        _line(plot),
        _dots(plot, plot.own, "hub-dots hub-own"),
        *_spots(plot),
        *_names(plot),
        "</svg>",
    ]
    return Markup("".join(parts))  # noqa: S704  every value was escaped


def thumbnail(points: Sequence[Point], line: Sequence[Point], *, less_is_better: bool = False) -> Markup:
    """Return the same points as a picture without words, for beside a link that says what it is."""
    empty = Axis("", str)
    plot = Plot("", empty, empty, (), points, line=line, less_is_better=less_is_better, width=320, height=180)
    view = f"{LEFT - 8} {TOP - 8} {plot.width - LEFT - RIGHT + 16} {plot.height - TOP - BOTTOM + 16}"
    drawn = f"{_dots(plot, points, 'hub-dots')}{_line(plot)}"
    return Markup(f'<svg class="hub-plot" viewBox="{view}" aria-hidden="true">{drawn}</svg>')  # noqa: S704  numbers


def _grid(plot: Plot) -> Iterator[str]:
    right, floor = plot.width - RIGHT, plot.height - BOTTOM
    ups = {value: _number(plot.at((10 ** plot.across[0], value))[1]) for value in _steps(*plot.upwards)}
    acrosses = {value: _number(plot.at((value, plot.upwards[0]))[0]) for value in _round_numbers(*plot.across)}
    lines = [f"M{LEFT} {y}H{right}" for y in ups.values()] + [f"M{x} {floor}v5" for x in acrosses.values()]
    yield f'<path class="hub-grid" d="{"".join(lines)}"/>'
    yield '<g class="hub-scale hub-scale--up">'
    yield from (f'<text x="{LEFT - 8}" y="{y}">{plot.y.written(value)}</text>' for value, y in ups.items())
    yield '</g><g class="hub-scale">'
    yield from (f'<text x="{x}" y="{floor + 15}">{plot.x.written(value)}</text>' for value, x in acrosses.items())
    yield "</g>"
    yield f'<text class="hub-axis" x="{right}" y="{plot.height - 6}" text-anchor="end">{escape(plot.x.label)}</text>'
    yield f'<text class="hub-axis" x="0" y="14">{escape(plot.y.label)}</text>'


def _steps(low: float, high: float) -> list[float]:
    """Return round numbers between two, about as many as TICKS.

    >>> _steps(54.2, 89.9)
    [55.0, 60.0, 65.0, 70.0, 75.0, 80.0, 85.0]
    """
    rough = (high - low) / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in (1, 2, 2.5, 5, 10) if each * power >= rough)
    return [round(number * step, 10) for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _round_numbers(low: float, high: float) -> list[float]:
    """Return 1, 2, 5, 10, 20 ... between two powers of ten; of a long axis the powers alone.

    >>> _round_numbers(5.9, 7.4)
    [1000000.0, 2000000.0, 5000000.0, 10000000.0, 20000000.0]
    """
    powers = range(math.floor(low), math.ceil(high) + 1)
    digits = (1, 2, 5) if high - low < 4 else (1,)  # noqa: PLR2004  there is room for a dozen numbers
    return [
        number
        for power, digit in product(powers, digits)
        if low <= math.log10(number := float(f"{digit}e{power}")) <= high
    ]


def _dots(plot: Plot, points: Sequence[Point], look: str) -> str:
    """Return dots as one path: lines of no length, whose round ends are what is seen."""
    if not points:
        return ""
    return f'<path class="{look}" d="{"".join(f"M{_pair(plot.at(point))}h0" for point in points)}"/>'


def _line(plot: Plot) -> str:
    if len(plot.line) < 2:  # noqa: PLR2004
        return ""
    return f'<path class="hub-front" d="M{"L".join(_pair(plot.at(point)) for point in plot.line)}"/>'


def _spots(plot: Plot) -> Iterator[str]:
    """Yield all spots, those of a look together, the last look on top."""
    for look, spots in groupby(sorted(plot.spots, key=lambda spot: LOOKS.index(spot.look)), lambda spot: spot.look):
        yield f'<g class="{look}">'
        yield from (_spot(plot, spot) for spot in spots)
        yield "</g>"


def _spot(plot: Plot, spot: Spot) -> str:
    x, y = plot.at((spot.x, spot.y))
    # Hundreds of stops for the Tab key would be in the way; the table beside the plot has the same links.
    stop = ' tabindex="-1"' if len(plot.spots) > STOPS else ""
    return (
        f'<a href="{escape(spot.href)}"{stop}><title>{escape(spot.said)}</title>'
        f'<circle cx="{_number(x)}" cy="{_number(y)}" r="5"/></a>'
    )


def _names(plot: Plot) -> Iterator[str]:
    """Yield the names of some spots where they cover nothing; the same plot has the same places."""
    spots = [plot.spots[number] for number in plot.named]
    places = [_flipped(plot.at((spot.x, spot.y))) for spot in spots]
    sized = [(place, (len(spot.name) * LETTER + GAP, LINE)) for place, spot in zip(places, spots, strict=True)]
    axis = labels.Box(0, -20, AXIS_LABEL, 0)
    page = labels.Box(LEFT, BOTTOM - plot.height, plot.width - 4, -4)
    marks = [axis, *(labels.around(_flipped(plot.at(point)), 11) for point in plot.points)]
    line = labels.along([_flipped(plot.at(point)) for point in plot.line], 4)
    found = zip(spots, places, _placed(tuple(sized), page, tuple(marks), tuple(line)), strict=True)
    near = [(spot, place, label) for spot, place, label in found if label and _is_near(place, label)]
    yield f'<path class="hub-lead-line" d="{"".join(_leader(place, label) for _, place, label in near if label.far)}"/>'
    # A point is the link; a second one of the same name would only be in the way.
    yield '<g class="hub-name">'
    yield from (_name(spot, label) for spot, _, label in near)
    yield "</g>"


@cache
def _placed(
    named: tuple[labels.Named, ...], page: labels.Box, marks: tuple[labels.Box, ...], line: tuple[labels.Box, ...]
) -> list[labels.Label | None]:
    # perf: the same in every language, and what takes longest on a page.
    return labels.place(named, page, marks, line, GAP)


def _is_near(place: Point, label: labels.Label) -> bool:
    return math.dist(place, label.box.nearest(place)) < LEADER


def _leader(place: Point, label: labels.Label) -> str:
    return f"M{_pair(_flipped(place))}L{_pair(_flipped(label.box.nearest(place)))}"


def _name(spot: Spot, label: labels.Label) -> str:
    x, y = _flipped(label.box.middle)
    return f'<text x="{_number(x)}" y="{_number(y)}">{escape(spot.name)}</text>'


def _flipped(point: Point) -> Point:
    """Names are placed where y grows upwards, as on paper; in SVG it grows downwards."""
    return point[0], -point[1]


def _pair(point: Point) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
