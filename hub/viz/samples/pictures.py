"""A picture of each kind of value, and of a sample: several of them side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, sqrt
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from hub.errors import InvalidInput
from hub.viz import fonts
from hub.viz.captions import INK, PAPER, Entry, letter_size, with_legend
from hub.viz.class_colours import colour_of
from hub.viz.flows import in_colours, in_heat
from hub.viz.marks import Mark, drawn, tinted
from hub.viz.samples.annotations import marks_of, points_of
from hub.viz.samples.pixels import as_picture, flat
from hub.viz.samples.values import as_array, as_names, values_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from hub.cards import Field
    from hub.viz.samples.values import Names, Values

SEEN = ("image", "patch", "video", "audio", "mask", "flow", "disparity", "contour")
"""Kinds of fields that a picture is made of; others are drawn on it, or said in words."""

SIDE = 320
"""Pixels of the longer side of one value's picture, unless more or less are asked for."""

SMALL = 64
"""Pixels up to which pictures are enlarged, each pixel to a square, up to `ENLARGED`."""
ENLARGED = 128

FRAMES = 6
"""Of a video as many frames are shown, from the first to the last."""

OF_MASK = 0.6
"""How much of a mask's colours covers the picture."""

VOID = 255
"""The number of pixels that masks leave out; it is shown in white."""
WHITE = (255, 255, 255)

LINE = (9, 105, 218)
"""The colour of waves and outlines."""

GAP = 4
LEGEND = 8
"""Classes that a legend below a mask has at most: those with most pixels."""

LANDMARKS = "landmarks"
"""The name of a tensor that holds points in the picture: x, y, x, y ..."""

IN_A_ROW = 3
"""Up to as many values stand side by side; more make a square."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The picture of one value."""

    name: str
    picture: Image.Image
    entries: tuple[Entry, ...] = ()


def has_picture(fields: Sequence[Field]) -> bool:
    """Tell whether samples of these fields can be seen."""
    return any(field.kind in SEEN for field in fields)


def picture_of(
    sample: object,
    fields: Sequence[Field],
    names: Names | Sequence[str] = (),
    *,
    side: int | None = SIDE,
    letters: bool = True,
) -> Image.Image:
    """Return a picture of a sample in RGB: its images with what is known of them drawn on, other values beside them.

    Boxes, polygons and points lie on the image, a mask on a copy of it. Flow and disparity are in colours, a video is
    a strip of frames, sound a wave. The longer side of each value's picture has `side` pixels at most, small ones are
    enlarged; with None each has its own pixels. Without `letters` nothing is written: `legend_of` says the same.

    Raises InvalidInput if there is nothing to see (see `has_picture`).
    """
    panels = panels_of(values_of(sample, fields), fields, as_names(names), side, letters=letters)
    if not panels:
        raise InvalidInput(
            "there is nothing to see in this sample",
            expected=f"one of {', '.join(SEEN)}",
            found=", ".join(field.kind for field in fields) or "no fields",
        )
    return _beside(panels, letters=letters)


def legend_of(sample: object, fields: Sequence[Field], names: Names | Sequence[str] = ()) -> list[Entry]:
    """Return what the colours in a sample's picture stand for: each class once, in the order of its things."""
    values, known = values_of(sample, fields), as_names(names)
    marks = [mark for field in fields for mark in _marks(values, field, known)]
    entries = [Entry(mark.name, mark.colour) for mark in marks if mark.name]
    for field in fields:
        if field.kind == "mask" and values.get(field.name) is not None:
            entries += _entries(_numbers(values[field.name]), field, known)
    return list(dict.fromkeys(entries))


def panels_of(values: Values, fields: Sequence[Field], names: Names, side: int | None, *, letters: bool) -> list[Panel]:
    """Return the pictures of all values that can be seen, in the order of the fields."""
    panels: list[Panel] = []
    marks = [mark for field in fields for mark in _marks(values, field, names)]
    base = next((values[field.name] for field in fields if field.kind == "image" and _is_there(values, field)), None)
    validity = [
        as_array(values[field.name]) for field in fields if field.kind == "validity" and _is_there(values, field)
    ]
    for field in fields:
        if field.kind not in SEEN or not _is_there(values, field):
            continue
        value = values[field.name]
        if field.kind == "mask":
            panels.append(_mask_panel(field, value, base, names, side))
            continue
        picture, across, down = _sized(_made(field, value, validity, side), side)
        if value is base and marks:
            scaled = [mark.scaled(across, down) for mark in marks]
            picture = drawn(picture, scaled if letters else [_nameless(mark) for mark in scaled])
        panels.append(Panel(field.name, picture))
    return panels


def _is_there(values: Values, field: Field) -> bool:
    return values.get(field.name) is not None


def _nameless(mark: Mark) -> Mark:
    return replace(mark, name="")


def _marks(values: Values, field: Field, names: Names) -> list[Mark]:
    if not _is_there(values, field):
        return []
    if field.kind in ("annotation", "tensors"):
        return marks_of(values[field.name], field, names)
    if field.kind == "tensor" and field.name == LANDMARKS:
        return [Mark("", 0, points=points_of(values[field.name]))]
    return []


def _made(field: Field, value: object, validity: Sequence[NDArray[np.generic]], side: int | None) -> Image.Image:
    """Return the picture of a value of its own size."""
    if field.kind in ("flow", "disparity"):
        numbers = as_array(value)
        valid = next((each.astype(bool) for each in validity if each.shape == numbers.shape[-2:]), None)
        return in_colours(numbers.astype(np.float32), valid) if field.kind == "flow" else in_heat(numbers[0], valid)
    return MADE[field.kind](value, side or SIDE)


def _filmstrip(value: object, side: int) -> Image.Image:
    """Return frames of a video, (T, H, W, C) or (T, C, H, W), in a row, or two of them."""
    frames = as_array(value)
    if frames.shape[-1] not in (1, 3, 4):
        frames = frames.transpose(0, 2, 3, 1)
    chosen = np.linspace(0, len(frames) - 1, min(FRAMES, len(frames))).round().astype(int)
    pictures = [_sized(as_picture(np.ascontiguousarray(frames[place])), side // 2)[0] for place in chosen]
    across = ceil(len(pictures) / 2) if len(pictures) > IN_A_ROW else len(pictures)
    return _tiled(pictures, across)


def _wave(value: object, side: int) -> Image.Image:
    """Return sound, (channels, samples), as how far it goes up and down from moment to moment."""
    samples = as_array(value).astype(np.float64)
    samples = samples.mean(axis=0) if samples.ndim > 1 else samples
    width, height = side, max(side // 4, 24)
    picture = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(picture)
    draw.line((0, height // 2, width, height // 2), fill=(209, 217, 224))
    if not samples.size:
        return picture
    loudest = max(float(np.abs(samples).max()), 1e-9)
    for x, part in enumerate(np.array_split(samples, min(width, len(samples)))):
        top, bottom = ((1 - edge / loudest) * (height - 1) / 2 for edge in (part.max(), part.min()))
        draw.line((x, top, x, bottom), fill=LINE)
    return picture


def _outline(value: object, side: int) -> Image.Image:
    """Return an outline, (2, points), on paper."""
    points = as_array(value).astype(np.float64).T
    low, span = points.min(axis=0), max(float(np.ptp(points, axis=0).max()), 1.0)
    places = (points - low) / span * (side - 2 * GAP) + GAP
    right, bottom = places.max(axis=0).tolist()
    picture = Image.new("RGB", (round(right) + GAP, round(bottom) + GAP), PAPER)
    corners = [(x, y) for x, y in places.tolist()]
    ImageDraw.Draw(picture).polygon(corners, fill=(222, 234, 247), outline=LINE, width=2)
    return picture


MADE: Mapping[str, Callable[[object, int], Image.Image]] = {
    "image": lambda value, _: as_picture(value),
    "patch": lambda value, _: as_picture(value),
    "video": _filmstrip,
    "audio": _wave,
    "contour": _outline,
}


def _mask_panel(field: Field, value: object, base: object, names: Names, side: int | None) -> Panel:
    """Return a mask on the image that it is of, or in its own colours where it has some."""
    if isinstance(value, Image.Image) and value.mode in ("RGB", "RGBA"):
        return Panel(field.name, _sized(flat(value), side)[0])
    numbers = _numbers(value)
    size = numbers.shape[1], numbers.shape[0]
    below = as_picture(base) if base is not None else Image.new("RGB", size, PAPER)
    picture, _, _ = _sized(below, side)
    near = np.asarray(Image.fromarray(numbers.astype(np.int32)).resize(picture.size, Image.Resampling.NEAREST))
    colours = {number: WHITE if number == VOID else colour_of(number) for number in np.unique(near).tolist() if number}
    return Panel(field.name, tinted(picture, near, colours, OF_MASK), tuple(_entries(numbers, field, names)[:LEGEND]))


def _numbers(value: object) -> NDArray[np.integer]:
    """Return the class of every pixel; of a plane for each class, the last that is not 0."""
    numbers = as_array(value)
    if numbers.ndim == 3 and len(numbers) == 1:  # noqa: PLR2004  a tensor with one channel
        only: NDArray[np.integer] = numbers[0].astype(np.int64)
        return only
    if numbers.ndim == 3:  # noqa: PLR2004  a plane for each class
        counted = (numbers != 0) * np.arange(1, len(numbers) + 1)[:, None, None]
        last: NDArray[np.integer] = counted.max(axis=0)
        return last
    return numbers.astype(np.int64)


def _entries(numbers: NDArray[np.integer], field: Field, names: Names) -> list[Entry]:
    """Return the classes of pixels that have names, that with most pixels first."""
    if not field.classes:
        return []
    found, counts = np.unique(numbers, return_counts=True)
    ranked = sorted(zip(counts.tolist(), found.tolist(), strict=True), reverse=True)
    return [
        Entry(names.of(field, number), colour_of(number)) for _, number in ranked if 0 < number < len(field.classes)
    ]


def _sized(picture: Image.Image, side: int | None) -> tuple[Image.Image, float, float]:
    """Return a picture as large as it is shown, and how many times as wide and as high that is."""
    longest = max(picture.size)
    if side is None or longest == 0:
        return picture, 1.0, 1.0
    times = min(ENLARGED, side) // longest if longest <= SMALL else 0
    if times > 1:
        grown = picture.resize((picture.width * times, picture.height * times), Image.Resampling.NEAREST)
        return grown, float(times), float(times)
    if longest <= side:
        return picture, 1.0, 1.0
    size = max(1, round(picture.width * side / longest)), max(1, round(picture.height * side / longest))
    return picture.resize(size, Image.Resampling.LANCZOS), size[0] / picture.width, size[1] / picture.height


def _beside(panels: Sequence[Panel], *, letters: bool) -> Image.Image:
    """Return panels side by side, several with their names."""
    if len(panels) == 1 and not (letters and panels[0].entries):
        return panels[0].picture
    pictures = [_labelled(panel, several=len(panels) > 1) if letters else panel.picture for panel in panels]
    across = len(pictures) if len(pictures) <= IN_A_ROW else ceil(sqrt(len(pictures)))
    return _tiled(pictures, across)


def _labelled(panel: Panel, *, several: bool) -> Image.Image:
    picture = with_legend(panel.picture, panel.entries) if panel.entries else panel.picture
    if not several:
        return picture
    letters = letter_size(panel.picture.size)
    head = fonts.height(letters)
    whole = Image.new("RGB", (picture.width, picture.height + head), PAPER)
    whole.paste(picture, (0, head))
    name = fonts.shortened(panel.name.replace("_", " "), letters, picture.width)
    fonts.write(ImageDraw.Draw(whole), (0, head / 2), name, INK, letters)
    return whole


def _tiled(pictures: Sequence[Image.Image], across: int) -> Image.Image:
    """Return pictures in rows, each row as high as the highest in it."""
    rows = [pictures[start : start + across] for start in range(0, len(pictures), across)]
    width = max(sum(each.width for each in row) + GAP * (len(row) - 1) for row in rows)
    heights = [max(each.height for each in row) for row in rows]
    whole = Image.new("RGB", (width, sum(heights) + GAP * (len(rows) - 1)), PAPER)
    top = 0
    for row, height in zip(rows, heights, strict=True):
        left = 0
        for each in row:
            whole.paste(each, (left, top))
            left += each.width + GAP
        top += height + GAP
    return whole
