"""KITTI object detection: photos out of a car, and for each a text file with an object a line.

    training/image_2/<name>.png
    training/label_2/<name>.txt
    testing/image_2/<name>.png

    Pedestrian 0.00 0 -0.20 712.40 143.00 810.73 307.92 1.89 0.48 1.20 1.84 1.47 8.41 0.01

    type        Car, Van, Truck, Pedestrian, Person_sitting, Cyclist, Tram, Misc or DontCare
    truncated   how much of it is beyond the edge of the image, 0 to 1
    occluded    0 to be seen, 1 partly hidden, 2 mostly hidden, 3 unknown
    alpha       the angle under which it is seen, -pi to pi
    bbox        left, top, right, bottom in pixels
    dimensions  height, width, length in metres
    location    x, y, z in metres, as the camera sees them
    rotation_y  its turn about the vertical, -pi to pi

Specified in readme.txt of "object development kit". Results have a score at the end of a line, which is not read.

Option: `split`, which is training or testing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.formats.texts import lines, wrong_line
from hub.readers import Read
from hub.trees import base

if TYPE_CHECKING:
    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

VALUES = 15


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `objects`, a list of dicts, or None for images without labels, by name.

    Raises FormatError, naming file and line, if a label is not as above.
    """
    split = options["split"]
    images = tree.files(f"{split}/image_2")
    if not images:
        raise tree.missing(f"{split}/image_2/000000.png")
    if split == "testing":
        return Read({"image": tree.media(images), "objects": None})
    names = (f"{split}/label_2/{base(image).partition('.')[0]}.txt" for image in images)
    return Read({"image": tree.media(images), "objects": [_objects(tree, name) for name in names]})


def _objects(tree: Tree, name: str) -> list[dict[str, object]]:
    found = enumerate(lines(tree, name), 1)
    return [_object(tree, name, number, line) for number, line in found if line.strip()]


def _object(tree: Tree, name: str, number: int, line: str) -> dict[str, object]:
    kind, *values = line.split()
    try:
        truncated, _, *others = map(float, values[: VALUES - 1])
        occluded = int(values[1])
    except (ValueError, IndexError):
        others = []
    if len(others) != VALUES - 3:
        raise wrong_line(tree, name, number, f"{VALUES} values of an object", line)
    return {
        "type": kind,
        "truncated": truncated,
        "occluded": occluded,
        "alpha": others[0],
        "bbox": others[1:5],
        "dimensions": others[5:8],
        "location": others[8:11],
        "rotation_y": others[11],
    }
