"""COCO: photos, and one JSON file with everything that is known about them.

    {"images": [{"id": 9, "file_name": "000000000009.jpg", "height": 480, ...}, ...],
     "annotations": [{"id": 1038967, "image_id": 9, "category_id": 51, "bbox": [x, y, width, height],
                      "segmentation": [[x, y, x, y, ...]], "area": 120057.1, "iscrowd": 0}, ...],
     "categories": [{"id": 1, "name": "person", "supercategory": "person"}, ...]}

An annotation may have a `caption` or `keypoints` instead. A segmentation is a list of polygons, or run lengths:
{"size": [height, width], "counts": ...}. The files with the names of the test images have no annotations.

Specified on https://cocodataset.org/#format-data, section "Data format".

Options: `images`, the folder of the photos; `annotations`, the file, or `annFile`, the one to take in its place: both
in the tree, or as an absolute path; `captions`, whether sentences alone are wanted.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

import msgspec

from hub.errors import FormatError, InvalidInput
from hub.readers import JsonTexts, Read
from hub.trees import join

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hub.readers import Options
    from hub.trees import Tree

    Id = int | str

VERSION = 1

T = TypeVar("T")


class Image(msgspec.Struct, frozen=True):
    """What is needed of a photo."""

    id: int | str
    file_name: str


class Category(msgspec.Struct, frozen=True):
    """What is needed of a kind of object."""

    id: int | str
    name: str = ""


class Content(msgspec.Struct, frozen=True):
    """A file. Annotations stay the bytes that they are: as Python objects those of COCO take gigabytes."""

    images: list[Image]
    annotations: list[msgspec.Raw] = []
    categories: list[Category] = []


class Key(msgspec.Struct, frozen=True):
    """Which annotation this is, and of which photo."""

    id: int | str
    image_id: int | str


class Caption(msgspec.Struct, frozen=True):
    """What is needed of an annotation that is a sentence."""

    caption: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """Photos by number, each with its annotations as JSON, in the order of the file."""

    images: Sequence[Image]
    annotations: Sequence[Sequence[msgspec.Raw]]
    categories: Sequence[Category]


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `annotations`, a list of dicts for each, or `captions`, a list of texts, by number of photo.

    Raises FormatError, naming file and place, if the JSON is not that of COCO.
    """
    name = str(options.get("annFile") or options["annotations"])
    if not name:
        raise InvalidInput("no annotations are named", expected='annFile="annotations.json"', found="nothing")
    found = parsed(tree.read(name), f"{name} in {tree}")
    images = tree.media(join(str(options["images"]), image.file_name) for image in found.images)
    numbers = {category.name: category.id for category in found.categories}
    about = {"ids": [image.id for image in found.images], **({"class_to_idx": numbers} if numbers else {})}
    if options.get("captions"):
        return Read({"image": images, "captions": _captions(found, f"{name} in {tree}")}, about=about)
    written = JsonTexts([_list(each, f"{name} in {tree}") for each in found.annotations])
    return Read({"image": images, "annotations": written}, tuple(numbers), about)


def parsed(json: bytes, name: str) -> Labelled:
    """Return what a file says, photos and categories in the order of their numbers. Raises FormatError if it is wrong.

    As in pycocotools, the last one counts where two photos or annotations have the same number.
    """
    try:
        content = msgspec.json.decode(json, type=Content)
        images = sorted({image.id: image for image in content.images}.values(), key=attrgetter("id"))
        categories = sorted({each.id: each for each in content.categories}.values(), key=attrgetter("id"))
    except (
        msgspec.DecodeError,
        TypeError,
        UnicodeDecodeError,
        RecursionError,
    ) as error:  # numbers and words have no order
        raise _wrong(name, str(error)) from error
    annotations = _by_image(content.annotations, name)
    return Labelled(images, [annotations.get(image.id, []) for image in images], categories)


def _by_image(annotations: Sequence[msgspec.Raw], name: str) -> Mapping[Id, Sequence[msgspec.Raw]]:
    last: dict[Id, msgspec.Raw] = {}
    numbers: dict[Id, list[Id]] = {}
    for key, annotation in zip(_decoded(annotations, Key, name), annotations, strict=True):
        last[key.id] = annotation
        numbers.setdefault(key.image_id, []).append(key.id)
    return {image: [last[number] for number in each] for image, each in numbers.items()}


def _list(annotations: Sequence[msgspec.Raw], name: str) -> str:
    try:
        return f"[{b','.join(annotations).decode()}]"
    except UnicodeDecodeError as error:
        raise _wrong(name, str(error)) from error


def _captions(found: Labelled, name: str) -> list[list[str]]:
    return [[each.caption for each in _decoded(annotations, Caption, name)] for annotations in found.annotations]


def _decoded(annotations: Sequence[msgspec.Raw], kind: type[T], name: str) -> Iterator[T]:
    decoder = msgspec.json.Decoder(kind)
    for annotation in annotations:
        try:
            yield decoder.decode(annotation)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _wrong(name, f"{error}: {bytes(annotation)[:60].decode(errors='replace')}") from error


def _wrong(name: str, found: str) -> FormatError:
    return FormatError(
        f"{name} is not as COCO's are", path=name, expected="JSON with images and annotations", found=found
    )
