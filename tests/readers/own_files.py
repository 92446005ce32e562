"""Tiny data of a user's own, as name -> bytes: folders of classes, tables, COCO, VOC and YOLO."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from readers.photo_files import photo

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SIZE = (20, 10)
"""Width and height of photos with boxes."""

Files = dict[str, bytes]


def photos(*names: str) -> Files:
    return {name: photo(seed, SIZE) for seed, name in enumerate(names)}


def numbered(count: int, folder: str = "") -> Files:
    return photos(*(f"{folder}{number}.png" for number in range(count)))


def table(name: str, *lines: str) -> Files:
    return {name: "".join(f"{line}\n" for line in lines).encode()}


def below(folder: str, files: Files) -> Files:
    return {f"{folder}/{name}": data for name, data in files.items()}


def coco(names: Sequence[str], *objects: tuple[int, int], **more: Any) -> bytes:
    """Return annotations of photos, with an object in each (photo, category), all in the same place."""
    annotations = [
        {"id": number, "image_id": image, "category_id": category, "bbox": [2.0, 1.0, 10.0, 5.0], "iscrowd": 0}
        for number, (image, category) in enumerate(objects)
    ]
    return json.dumps(
        {
            "images": [{"id": number, "file_name": name} for number, name in enumerate(names)],
            "annotations": annotations,
            "categories": [{"id": 7, "name": "dog"}, {"id": 3, "name": "cat"}],
            **more,
        }
    ).encode()


def voc(*names: str, filename: str = "") -> bytes:
    """Return an annotation with an object of each name, in the place of those of `coco`."""
    objects = "".join(
        f"<object><name>{name}</name><difficult>1</difficult><bndbox>"
        "<xmin>3</xmin><ymin>2</ymin><xmax>12</xmax><ymax>6</ymax></bndbox></object>"
        for name in names
    )
    return f"<annotation><filename>{filename}</filename>{objects}</annotation>".encode()


def yolo(*classes: int) -> bytes:
    """Return a line for an object of each class, in the place of those of `coco`."""
    return "".join(f"{number} 0.35 0.35 0.5 0.5\n" for number in classes).encode()


def coco_files(splits: Iterable[str]) -> Files:
    files: Files = {}
    for split in splits:
        files |= below(split, numbered(2))
        files[f"annotations/instances_{split}.json"] = coco(["0.png", "1.png"], (0, 7), (0, 3))
    return files


def voc_files(splits: Iterable[str]) -> Files:
    files: Files = {}
    for split in splits:
        files |= below(split, {**numbered(2), "0.xml": voc("dog", "cat"), "1.xml": voc()})
    return files


def yolo_files(splits: Iterable[str]) -> Files:
    files: Files = {"data.yaml": b"nc: 2\nnames: [cat, dog]\n"}
    for split in splits:
        files |= below(f"images/{split}", numbered(2)) | {f"labels/{split}/0.txt": yolo(1, 0)}
    return files


BOXES = {"coco": coco_files, "voc": voc_files, "yolo": yolo_files}
