"""COCO: a JSON file for each split, named like it or in its folder, and photos anywhere.

    annotations/instances_train2017.json     train2017/000000000009.jpg
    train/_annotations.coco.json             train/000000000009.jpg
    annotations.json                         images/000000000009.jpg

An object has what its annotation has, and `category`: categories are numbered anew, in the order of their ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import msgspec

from hub.errors import FormatError, InvalidInput
from hub.readers import Read, coco
from hub.readers.own.look import Near
from hub.trees import base, parent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hub.readers import Options, Survey
    from hub.readers.coco import Category
    from hub.readers.own.look import Look

DEPTH = 2
MAIN = "instances_"
"""How the file of COCO begins that has boxes of everything, where there are others of persons or stuff."""


class Keys(msgspec.Struct, frozen=True):
    """What tells that a file is COCO's: categories, and annotations with boxes."""

    images: msgspec.Raw
    categories: list[coco.Category]
    annotations: list[msgspec.Raw] = []

    @property
    def boxes(self) -> bool:
        """Whether the first annotation has a box; a file without annotations may have them."""
        return not self.annotations or b'"bbox"' in bytes(self.annotations[0])


@dataclass(frozen=True, slots=True)
class Coco:
    """Split -> file, and its categories."""

    look: Look
    splits: Mapping[str, tuple[str, Sequence[Category]]]

    @property
    def columns(self) -> Survey:
        """Split -> column -> kind of field."""
        return {split: {"image": "image", "annotations": "annotation"} for split in self.splits}

    def read(self, split: str) -> Read:
        """Return `image` and `annotations`, by number of image."""
        name, categories = self.splits[split]
        classes = tuple(dict.fromkeys(each.name for _, found in self.splits.values() for each in _ordered(found)))
        numbers = {each.id: classes.index(each.name) for each in categories}
        where = f"{name} in {self.look.tree}"
        found = coco.parsed(self.look.tree.read(name), where)
        near = Near(parent(name), split)
        names = [image.file_name for image in found.images]
        pictures = self.look.index.all_of(names, near, [where] * len(names))
        objects = [[_object(each, numbers, where) for each in annotations] for annotations in found.annotations]
        return Read({"image": self.look.tree.media(pictures), "annotations": objects}, classes)


def find(look: Look, options: Options) -> Coco | None:
    """Return the files of COCO, or None if there are none. Raises InvalidInput if a split has several."""
    pattern = str(options["annotations"])
    splits: dict[str, list[tuple[str, Sequence[Category]]]] = {}
    for name in look.ending(".json", depth=DEPTH):
        asked = not pattern or fnmatchcase(look.below(name), pattern) or base(name) == pattern
        keys = _keys(look.tree.read(name), f"{name} in {look.tree}") if asked else None
        if keys is not None:
            split = look.split_of(name) or look.split_by_stem(name) or "all"
            splits.setdefault(split, []).append((name, keys.categories))
    return Coco(look, {split: _main(look, found) for split, found in splits.items()}) if splits else None


def _keys(json: bytes, where: str) -> Keys | None:
    """Return the keys of a file of COCO, None for another. Raises FormatError if it once was one."""
    try:
        keys = msgspec.json.decode(json, type=Keys)
    except msgspec.ValidationError:  # something else
        return None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if b'"images"' in json and b'"file_name"' in json:
            raise FormatError(f"{where} is damaged: {error}", path=where, hint="get the file anew") from error
        return None
    return keys if keys.boxes and keys.categories else None


def _main(look: Look, files: Sequence[tuple[str, Sequence[Category]]]) -> tuple[str, Sequence[Category]]:
    main = [file for file in files if base(file[0]).startswith(MAIN)]
    found = main if len(main) == 1 else files
    if len(found) > 1:
        names = [look.below(name) for name, _ in found]
        raise InvalidInput(
            f"{look.tree} has several files of COCO for the same split",
            expected=" or ".join(f'annotations="{name}"' for name in names),
            found=", ".join(names),
            hint='a pattern picks one for each split: annotations="*/person_keypoints_*.json"',
        )
    return found[0]


def _ordered(categories: Sequence[Category]) -> Iterator[Category]:
    yield from sorted(categories, key=lambda each: (isinstance(each.id, str), each.id))


def _object(annotation: msgspec.Raw, numbers: Mapping[int | str, int], where: str) -> dict[str, object]:
    """Return an annotation with the number of its class."""
    try:
        found: dict[str, object] = msgspec.json.decode(annotation)
    except (msgspec.DecodeError, RecursionError) as error:  # a number beyond all, which nobody has looked at before
        raise FormatError(f"{where} is damaged: {error}", path=where, hint="get the file anew") from error
    category = found.get("category_id")
    if not isinstance(category, int | str) or category not in numbers:
        raise _wrong(where, found, "a category_id of the categories", category)
    if "bbox" not in found:
        raise _wrong(where, found, "a bbox", "none")
    return {"bbox": found["bbox"], "category": numbers[category], **found}


def _wrong(where: str, annotation: Mapping[str, object], expected: str, found: object) -> FormatError:
    what = f"annotation {annotation.get('id')} of {where} is not right"
    return FormatError(what, path=where, expected=expected, found=str(found), hint="mend the file")
