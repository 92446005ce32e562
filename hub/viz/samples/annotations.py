"""Boxes, polygons, points and sentences, out of the forms in which datasets have them.

    COCO         [{"bbox": [x, y, width, height], "category_id": 18, "segmentation": ..., "keypoints": ...}, ...]
    captions     ["A dog on a bench", ...]
    KITTI        [{"type": "Car", "bbox": [left, top, right, bottom], ...}, ...]
    PASCAL VOC   {"annotation": {"object": [{"name": "dog", "bndbox": {"xmin": "1", ...}}, ...], ...}}
    Cityscapes   {"objects": [{"label": "car", "polygon": [[x, y], ...]}, ...], ...}
    WIDER FACE   {"bbox": tensor of shape (n, 4), as COCO's, ...}
    one's own    as COCO's, with "category" in place of "category_id"

What is none of these, or damaged, is no thing to draw: a preview shows what it can, and the rest in words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from hub.viz.marks import Mark
from hub.viz.samples.run_lengths import decoded
from hub.viz.samples.values import as_array

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from hub.cards import Field
    from hub.viz.marks import Box
    from hub.viz.samples.values import Names

DAMAGE = (AttributeError, KeyError, TypeError, ValueError, IndexError)
"""What a value raises that is not of the form that it seems to be of."""

COCO_BODY = 17
"""Points of a body in COCO."""

CORNERS = ("xmin", "ymin", "xmax", "ymax")


def marks_of(value: object, field: Field, names: Names) -> list[Mark]:
    """Return the things that an annotation tells of, in its order; none of one that tells of none."""
    found = _things(value)
    marks = [_one(thing, make, field, names) for make, things in found for thing in things]
    return [mark for mark in marks if mark is not None]


def sentences_of(value: object) -> list[str]:
    """Return an annotation that is a list of texts."""
    return list(value) if isinstance(value, list) and value and all(isinstance(each, str) for each in value) else []


def points_of(value: object) -> NDArray[np.float64]:
    """Return x, y, x, y ... as points that are all seen, of shape (k, 3)."""
    places = as_array(value).astype(np.float64).reshape(-1, 2)
    return np.hstack([places, np.ones((len(places), 1))])


Make = "Callable[[Any, Field, Names], Mark]"


def _things(value: object) -> list[tuple[Callable[[Any, Field, Names], Mark], Sequence[object]]]:
    """Return the things in a value, and what makes a mark of one."""
    try:
        match value:
            case [Mapping(), *_]:
                things = cast("Sequence[Mapping[str, object]]", value)
                return [(_of_kitti if "type" in things[0] else _of_coco, things)]
            case {"annotation": {"object": Mapping() as only}}:
                return [(_of_voc, [only])]
            case {"annotation": {"object": [*things]}}:
                return [(_of_voc, things)]
            case {"objects": [*things]}:
                return [(_of_cityscapes, things)]
            case {"bbox": boxes}:
                return [(_of_face, as_array(boxes).tolist())]
    except DAMAGE:
        pass
    return []


def _one(thing: object, make: Callable[[Any, Field, Names], Mark], field: Field, names: Names) -> Mark | None:
    try:
        return make(thing, field, names)
    except DAMAGE:
        return None


def _of_coco(thing: Mapping[str, Any], field: Field, names: Names) -> Mark:
    number = int(thing.get("category", thing.get("category_id", 0)))
    points = thing.get("keypoints")
    polygons, mask = _segmentation(thing.get("segmentation"))
    return Mark(
        names.of(field, number),
        number,
        _with_size(thing["bbox"]) if "bbox" in thing else None,
        polygons,
        mask,
        None if not points else np.array(points, np.float64).reshape(-1, 3),
        _of_body(len(points) // 3) if points else (),
    )


def _segmentation(found: object) -> tuple[tuple[NDArray[np.float64], ...], NDArray[np.bool_] | None]:
    if isinstance(found, Mapping):
        return (), decoded(cast("Mapping[str, Any]", found))
    polygons = cast("Sequence[Sequence[float]]", found or ())
    return tuple(np.array(polygon, np.float64).reshape(-1, 2) for polygon in polygons), None


def _of_body(count: int) -> tuple[str, ...]:
    from hub.models import categories

    return categories.names("coco-keypoints") if count == COCO_BODY else ()


def _of_kitti(thing: Mapping[str, Any], field: Field, names: Names) -> Mark:
    return Mark(str(thing["type"]), _number(str(thing["type"]), field, names), _box(thing["bbox"]))


def _of_voc(thing: Mapping[str, Any], field: Field, names: Names) -> Mark:
    name = str(thing["name"])
    return Mark(name, _number(name, field, names), _box([thing["bndbox"][corner] for corner in CORNERS]))


def _of_cityscapes(thing: Mapping[str, Any], field: Field, names: Names) -> Mark:
    polygon = np.array(thing["polygon"], np.float64).reshape(-1, 2)
    return Mark(str(thing["label"]), _number(str(thing["label"]), field, names), polygons=(polygon,))


def _of_face(box: Sequence[float], field: Field, names: Names) -> Mark:
    del field, names
    return Mark("", 0, _with_size(box))


def _number(name: str, field: Field, names: Names) -> int:
    """Return the number of a class by its name; of one that nobody has counted one that its letters give."""
    if name in field.classes:
        return field.classes.index(name)
    known = {each: number for number, each in names.classes.items()}
    return known.get(name, sum(name.encode()))


def _with_size(box: Sequence[float]) -> Box:
    left, top, width, height = (float(side) for side in box)
    return left, top, left + width, top + height


def _box(sides: Sequence[Any]) -> Box:
    left, top, right, bottom = (float(side) for side in sides)
    return left, top, right, bottom
