"""YOLO: a text file for each image, with a line for each object, in shares of the image's size.

    class x y width height           x and y are the middle of the box
    class x1 y1 x2 y2 x3 y3 ...      or the corners of a polygon, which becomes `segmentation` as in COCO

    images/train/1.jpg     labels/train/1.txt     data.yaml, or classes.txt
    train/images/1.jpg     train/labels/1.txt
    1.jpg                  1.txt

An image without a text file has no objects. Boxes come in pixels, for which the beginning of each image is read. Names
of classes are those of `names:` in a YAML file, or the lines of classes.txt or of a file ending in .names; without
any they are the numbers.

Described on https://docs.ultralytics.com/datasets/detect/, section "Ultralytics YOLO format".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.errors import FormatError
from hub.formats import texts
from hub.readers import Read
from hub.readers.own.names import yaml_names
from hub.trees import base, join, parent, stem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hub.readers import Column, Options, Survey
    from hub.readers.own.look import Look

    Line = tuple[int, Sequence[float]]
    """A class and the values behind it."""

IMAGES, LABELS = "images", "labels"
"""Folders that stand side by side."""

BOX = 5
"""Values of a line with a box."""
POLYGON = 7
"""The fewest of a line with a polygon, which are odd in number."""

# Labels are rounded, and boxes at the edge then end a little outside.
BEYOND = 0.01


@dataclass(frozen=True, slots=True)
class Yolo:
    """Split -> image -> its text file, "" where it has none."""

    look: Look
    splits: Mapping[str, Mapping[str, str]]
    names: Sequence[str]

    @property
    def columns(self) -> Survey:
        """Split -> column -> kind of field."""
        both = {"image": "image", "annotations": "annotation"}
        return {split: both if any(files.values()) else {"image": "image"} for split, files in self.splits.items()}

    def read(self, split: str) -> Read:
        """Return `image` and `annotations`, in the order of the images' names."""
        files = self.splits[split]
        columns: dict[str, Column] = {"image": self.look.tree.media(files)}
        if any(files.values()):
            columns["annotations"] = [self._objects(image, file) for image, file in files.items()]
        return Read(columns, tuple(self.names or self._numbers()))

    def _objects(self, image: str, file: str) -> list[dict[str, object]]:
        found = lines(self.look, file) if file else []
        size = self.look.size(image) if found else (0, 0)
        for number, (category, _) in enumerate(found, 1):
            if self.names and category >= len(self.names):
                raise _wrong(self.look, file, number, f"a class from 0 to {len(self.names) - 1}", str(category))
        return [_object(category, values, size) for category, values in found]

    def _numbers(self) -> Sequence[str]:
        """Return numbers for names, up to the highest that any split has."""
        files = [file for each in self.splits.values() for file in each.values() if file]
        highest = max((category for file in files for category, _ in lines(self.look, file)), default=-1)
        return [str(number) for number in range(highest + 1)]


def find(look: Look, options: Options) -> Yolo | None:
    """Return images with text files, or None if there are none of YOLO."""
    files = {image: _label_file(look, image) for image in look.pictures}
    labels = [file for file in files.values() if file]
    sure = options["format"] == "yolo" or any(LABELS in parent(file).split("/") for file in labels)
    if not labels or not (sure or _is_yolo(look, labels)):
        return None
    images = [image for image, file in files.items() if file or IMAGES in parent(image).split("/")]
    splits = {split: {image: files[image] for image in members} for split, members in look.by_split(images).items()}
    return Yolo(look, splits, _names(look))


def lines(look: Look, file: str) -> list[Line]:
    """Return the objects of a text file. Raises FormatError, naming the line, if it is none of YOLO."""
    return [_line(look, file, number, line) for number, line in enumerate(texts.names(look.tree, file), 1)]


def _label_file(look: Look, image: str) -> str:
    """Return the text file of an image: in the folder `labels` that stands beside `images`, or beside the image."""
    folders = parent(image).split("/")
    name = f"{stem(image)}.txt"
    beside = join(parent(image), name)
    if IMAGES not in folders:
        return beside if beside in look.names else ""
    last = len(folders) - 1 - folders[::-1].index(IMAGES)
    folders[last] = LABELS
    return next((each for each in ("/".join([*folders, name]), beside) if each in look.names), "")


def _is_yolo(look: Look, files: Sequence[str]) -> bool:
    """Tell by the first file that is not empty; captions of images are often kept in the same way."""
    try:
        return any(lines(look, file) for file in files)
    except FormatError:
        return False


def _line(look: Look, file: str, number: int, line: str) -> Line:
    words = line.split()
    whole = len(words) == BOX or (len(words) >= POLYGON and len(words) % 2 == 1)
    try:
        category, values = int(words[0]), [float(word) for word in words[1:]]
    except ValueError:
        category, values = -1, []
    if not whole or category < 0 or not all(-BEYOND <= value <= 1 + BEYOND for value in values):
        raise _wrong(look, file, number, "class x y width height, the latter four from 0 to 1", line[:60])
    return category, values


def _object(category: int, values: Sequence[float], size: tuple[int, int]) -> dict[str, object]:
    width, height = size
    if len(values) == BOX - 1:
        x, y, w, h = values
        return {"bbox": [(x - w / 2) * width, (y - h / 2) * height, w * width, h * height], "category": category}
    xs, ys = [x * width for x in values[::2]], [y * height for y in values[1::2]]
    box = [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]
    polygon = [place for pair in zip(xs, ys, strict=True) for place in pair]
    return {"bbox": box, "category": category, "segmentation": [polygon]}


def _names(look: Look) -> Sequence[str]:
    """Return the names of the classes; none if no file tells."""
    for name in look.ending(".yaml", ".yml", depth=1):
        found = yaml_names(look.tree.text(name, "utf-8-sig"), f"{name} in {look.tree}")
        if found:
            return found
    lists = [name for name in look.ending(".txt", ".names") if base(name) == "classes.txt" or name.endswith(".names")]
    return texts.names(look.tree, lists[0]) if lists else ()


def _wrong(look: Look, file: str, number: int, expected: str, found: str) -> FormatError:
    what = f"line {number} of {file} in {look.tree} is none of YOLO"
    return FormatError(what, path=file, expected=expected, found=found, hint="mend the file")
