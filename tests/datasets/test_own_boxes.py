"""Data of one's own: COCO, VOC and YOLO, all in one shape."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from readers.own_files import (
    BOXES,
    below,
    coco,
    coco_files,
    numbered,
    photos,
    voc,
    yolo,
    yolo_files,
)

from hub.errors import FormatError, HubError, InvalidInput, MissingFile

if TYPE_CHECKING:
    from datasets.conftest import Own  # type: ignore[import-not-found,unused-ignore]

WHERE = [2.0, 1.0, 10.0, 5.0]


@pytest.mark.parametrize("kind", BOXES)
def test_every_format_gives_boxes_in_pixels_and_numbers_of_classes(own: Own, kind: str) -> None:
    found = own(BOXES[kind](["train", "val"]))

    assert list(found) == ["train", "val"]
    for dataset in found.values():
        assert dataset.classes == ["cat", "dog"]
        assert [len(sample.annotations) for sample in dataset] == [2, 0]
        assert [each["category"] for each in dataset[0].annotations] == [1, 0]
        assert all(each["bbox"] == pytest.approx(WHERE) for each in dataset[0].annotations)
        assert dataset[0].image.size == (20, 10)


LAYOUTS = {
    "coco, years": coco_files(["train2017", "val2017"]),
    "coco, of a web service": below("train", {**numbered(2), "_annotations.coco.json": coco(["0.png"], (0, 7))})
    | below("valid", {**numbered(2), "_annotations.coco.json": coco(["1.png"], (0, 7))}),
    "coco, one file": {"annotations.json": coco(["0.png", "more/0.png"])} | photos("images/0.png", "images/more/0.png"),
    "voc, with folders": {"Annotations/0.xml": voc("cat"), **photos("JPEGImages/0.png", "JPEGImages/1.png")},
    "voc, as published": below(
        "VOCdevkit/VOC2012",
        {
            "Annotations/0.xml": voc("cat"),
            "Annotations/1.xml": voc("dog"),
            "ImageSets/Main/train.txt": b"1\n",
            "ImageSets/Main/val.txt": b"0\n",
            "ImageSets/Main/cat_train.txt": b"1 -1\n",
            **numbered(2, "JPEGImages/"),
        },
    ),
    "yolo, splits inside": yolo_files(["train", "val"]),
    "yolo, splits outside": below("train", {**numbered(2, "images/"), "labels/1.txt": yolo(0)})
    | below("test", numbered(1, "images/")),
    "yolo, side by side": {**numbered(2), "0.txt": yolo(0), "1.txt": yolo(0)},
}
EXPECTED = {
    "coco, years": {"train2017": [2, 0], "val2017": [2, 0]},
    "coco, of a web service": {"train": [1], "valid": [1]},
    "coco, one file": {"all": [0, 0]},
    "voc, with folders": {"all": [1]},
    "voc, as published": {"train": [1], "val": [1]},
    "yolo, splits inside": {"train": [2, 0], "val": [2, 0]},
    "yolo, splits outside": {"train": [0, 1], "test": [None]},
    "yolo, side by side": {"all": [1, 1]},
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_many_layouts_are_understood(own: Own, name: str) -> None:
    found = own(LAYOUTS[name])

    counts = {split: [count(sample) for sample in dataset] for split, dataset in found.items()}
    assert counts == EXPECTED[name]


def count(sample: Any) -> int | None:
    return len(sample.annotations) if "annotations" in sample._fields else None


def test_coco_keeps_what_annotations_have(own: Own) -> None:
    found = own(coco_files(["train"]), "train")[0].annotations[0]

    assert found == {"bbox": WHERE, "category": 1, "id": 0, "image_id": 0, "category_id": 7, "iscrowd": 0}


def test_voc_keeps_what_objects_have_and_makes_flags_numbers(own: Own) -> None:
    found = own(BOXES["voc"](["train"]), "train")[0].annotations[0]

    assert (found["name"], found["difficult"], found["bndbox"]["xmin"]) == ("dog", 1, "3")


def test_yolo_polygons_become_boxes_and_segmentations(own: Own) -> None:
    files = numbered(1) | {"0.txt": b"0 0 0 0.5 0 0.5 1\n"}

    (found,) = own(files, "all")[0].annotations

    assert found == {"bbox": [0, 0, 10, 10], "category": 0, "segmentation": [[0, 0, 10, 0, 10, 10]]}


NAMES = {
    "a list": ("data.yaml", "names: [cat, 'big dog', \"co\\u00efn\"]  # three\nnc: 3\n"),
    "a list on several lines": ("data.yaml", "nc: 3\nnames: [\n  cat,\n  'big dog',\n  coïn,\n]\n"),
    "a block": ("data.yml", "names:\n- cat  # purrs\n\n- big dog\n- 'coïn'\nnc: 3\n"),
    "a map": ("data.yaml", "path: x\nnames:\n  2: coïn\n  0: cat\n  1: big dog\ntrain: y\n"),
    "a map in braces": ("data.yaml", "names: {0: cat, 1: big dog, 2: coïn}\n"),
    "classes.txt": ("classes.txt", "cat\nbig dog\ncoïn\n"),
    "obj.names": ("obj.names", "cat\nbig dog\ncoïn\n"),
}


@pytest.mark.parametrize(("file", "text"), NAMES.values(), ids=NAMES.keys())
def test_names_of_yolo_are_found_where_they_are_written(own: Own, file: str, text: str) -> None:
    files = numbered(1, "images/") | {"labels/0.txt": yolo(2), file: text.encode()}

    assert own(files, "all").classes == ["cat", "big dog", "coïn"]


def test_without_names_classes_are_numbers(own: Own) -> None:
    files = numbered(2, "images/train/") | numbered(1, "images/val/")
    files |= {"labels/train/0.txt": yolo(0), "labels/val/0.txt": yolo(2)}

    assert own(files, "train").classes == ["0", "1", "2"]


@pytest.mark.parametrize("names", ["names: cats.txt", "names: [cat, dog", "names:\n  0: cat\n  2: dog\n"])
def test_names_that_cannot_be_read_are_refused(own: Own, names: str) -> None:
    files = numbered(1, "images/") | {"labels/0.txt": yolo(0), "data.yaml": names.encode()}

    with pytest.raises(FormatError, match=r"names of classes in data.yaml"):
        own(files)


def test_other_files_of_coco_are_asked_for_by_a_pattern(own: Own) -> None:
    files = coco_files(["train", "val"]) | {
        f"annotations/person_keypoints_{split}.json": coco(["0.png"], (0, 3)) for split in ("train", "val")
    }
    files["annotations/captions_train.json"] = json.dumps({"images": [], "annotations": [{"id": 0}]}).encode()

    assert len(own(files, "train")) == 2
    assert len(own(files, "train", annotations="*/person_keypoints_*.json")) == 1


def test_two_files_of_coco_for_one_split_are_ambiguous(own: Own) -> None:
    files = numbered(1) | {"a.json": coco(["0.png"]), "b.json": coco(["0.png"])}

    with pytest.raises(InvalidInput, match=r'annotations="a.json" or annotations="b.json"'):
        own(files)


FAULTS: dict[str, tuple[dict[str, bytes], type[HubError], str]] = {
    "coco, a photo that is not there": (
        {**numbered(1), "a.json": coco(["0.png", "9.png"])}, MissingFile, "a.json",
    ),
    "coco, cut": ({**numbered(1, "images/"), "a.json": coco(["0.png"], (0, 7))[:-9]}, FormatError, "a.json"),
    "coco, an unknown category": (
        {**numbered(1), "a.json": coco(["0.png"], (0, 8))}, FormatError, "annotation 0 of a.json",
    ),
    "voc, cut": ({**numbered(1, "images/"), "xml/0.xml": voc("cat")[:-5]}, FormatError, "xml/0.xml"),
    "voc, a box without a corner": (
        {**numbered(1), "0.xml": voc("cat").replace(b"<xmin>3</xmin>", b"")}, FormatError, "0.xml",
    ),
    "voc, a photo that is not there": ({**numbered(1), "5.xml": voc(filename="5.jpg")}, MissingFile, "5.xml"),
    "voc, a document type": ({**numbered(1), "0.xml": b"<!DOCTYPE x>" + voc("cat")}, FormatError, "0.xml"),
    "yolo, too few values": ({**numbered(1, "images/"), "labels/0.txt": b"0 0.1 0.1\n"}, FormatError, "line 1 of"),
    "yolo, pixels": (
        {**numbered(1, "images/"), "labels/0.txt": yolo(0) + b"0 10 10 4 4\n"}, FormatError, "line 2 of labels/0.txt",
    ),
    "yolo, a class without a name": (
        {**numbered(1, "images/"), "labels/0.txt": yolo(5), "classes.txt": b"cat\n"}, FormatError, "from 0 to 0",
    ),
    "yolo, a damaged photo": (
        {"images/0.png": b"\x89PNG", "labels/0.txt": yolo(0)}, FormatError, "images/0.png",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "error", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_names_its_file(own: Own, files: dict[str, bytes], error: type[HubError], message: str) -> None:
    with pytest.raises(error) as caught:
        own(files)

    assert message in str(caught.value)


def test_captions_beside_photos_are_no_boxes(own: Own) -> None:
    with pytest.raises(MissingFile, match="holds nothing to read"):
        own({**numbered(1), "0.txt": b"a cat on a mat\n"})
