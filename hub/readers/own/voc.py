"""PASCAL VOC: an XML file for each photo, of the same name, beside it or anywhere else.

    Annotations/000005.xml     JPEGImages/000005.jpg     ImageSets/Main/train.txt
    train/000005.xml           train/000005.jpg

Splits are the lists in ImageSets/Main that are named like one, or else folders. An object has what its element has,
texts but for the flags, and `bbox` and `category`: VOC counts pixels from 1 and includes the last one, COCO counts
places between pixels from 0. Classes are all names of objects, sorted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from hub.errors import FormatError
from hub.formats import texts
from hub.readers import Read, voc
from hub.readers.own.look import Near, is_split
from hub.trees import parent, stem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hub.readers import Options, Survey
    from hub.readers.own.look import Look

OPENING = b"<annotation"
LISTS = "ImageSets/Main"
FLAGS = ("difficult", "occluded", "truncated")
CORNERS = ("xmin", "ymin", "xmax", "ymax")

Objects = list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class Voc:
    """Split -> XML files."""

    look: Look
    splits: Mapping[str, Sequence[str]]

    @property
    def columns(self) -> Survey:
        """Split -> column -> kind of field."""
        return {split: {"image": "image", "annotations": "annotation"} for split in self.splits}

    def read(self, split: str) -> Read:
        """Return `image` and `annotations`, in the order of the split's list or of the names."""
        found = {name: self._objects(name) for name in dict.fromkeys(self._all())}
        classes = tuple(sorted({str(each["name"]) for _, objects in found.values() for each in objects}))
        numbers = {name: number for number, name in enumerate(classes)}
        own = [found[name] for name in self.splits[split]]
        pictures = [self._picture(name, found[name][0], split) for name in self.splits[split]]
        objects = [[_with_category(each, numbers) for each in objects] for _, objects in own]
        return Read({"image": self.look.tree.media(pictures), "annotations": objects}, classes)

    def _all(self) -> Sequence[str]:
        return [name for names in self.splits.values() for name in names if name in self.look.names]

    def _objects(self, name: str) -> tuple[str, Objects]:
        """Return the name of the photo as its file has it, and the objects in it."""
        where = f"{name} in {self.look.tree}"
        content = voc.parsed(self.look.tree.read(name), where).get("annotation")
        if not isinstance(content, dict):
            raise _wrong(where, "<annotation>", "something else")
        return str(content.get("filename") or ""), [_object(each, where) for each in content["object"]]

    def _picture(self, name: str, told: str, split: str) -> str:
        """Return the photo of an XML file: that of the same name, since many files tell an older one."""
        text = stem(name) if self.look.index.with_stem(name.removesuffix(".xml")) else told
        return self.look.index.the_one(text, Near(parent(name), split), f"{name} in {self.look.tree}")


def find(look: Look, options: Options) -> Voc | None:
    """Return the XML files by split, or None if there are none of VOC."""
    del options
    files = look.ending(".xml")
    if not files or OPENING not in look.tree.read(files[0]):
        return None
    return Voc(look, _lists(look, files) or look.by_split(files))


def _lists(look: Look, files: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Return split -> XML files as lists say; a list of one class, such as "cat_train", is none of a split."""
    lists = [each for each in look.ending(".txt") if parent(each).endswith(LISTS) and is_split(stem(each))]
    lists = [each for each in lists if look.split_by_stem(each) == stem(each)]
    by_stem = {stem(name): name for name in files}
    listed = {stem(each): [line.split()[0] for line in texts.names(look.tree, each)] for each in lists}
    folder = parent(files[0])
    return {split: [by_stem.get(name, f"{folder}/{name}.xml") for name in names] for split, names in listed.items()}


def _object(element: object, where: str) -> dict[str, object]:
    """Return an object with its box, and flags as numbers."""
    found = cast("dict[str, object]", element) if isinstance(element, dict) else {}
    corners = found.get("bndbox")
    if not isinstance(corners, dict) or not found.get("name"):
        raise _wrong(where, "objects with <name> and <bndbox>", ", ".join(found) or "an empty one")
    flags = {name: int(found[name] == "1") for name in FLAGS if name in found}
    return {"bbox": _box(corners, where), **found, **flags}


def _box(corners: Mapping[str, object], where: str) -> list[float]:
    try:
        left, top, right, bottom = (float(str(corners[name])) for name in CORNERS)
    except (KeyError, ValueError) as error:
        raise _wrong(where, "numbers for " + ", ".join(CORNERS), str(dict(corners))) from error
    x, y = max(left - 1, 0.0), max(top - 1, 0.0)  # some programs count from 0 all the same
    return [x, y, right - x, bottom - y]


def _with_category(found: dict[str, object], numbers: Mapping[str, int]) -> dict[str, object]:
    return {"bbox": found["bbox"], "category": numbers[str(found["name"])], **found}


def _wrong(where: str, expected: str, found: str) -> FormatError:
    return FormatError(
        f"{where} is no annotation of VOC", path=where, expected=expected, found=found, hint="mend the file"
    )
