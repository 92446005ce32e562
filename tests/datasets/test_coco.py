"""COCO beside pycocotools, where that is installed, and beside the files themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import torchvision
from readers.scene_files import coco_content, pack, write, write_coco

from hub.datasets.loading import load_dataset
from hub.errors import InvalidInput, MissingFile, NotFound

if TYPE_CHECKING:
    from pathlib import Path

    from hub.datasets.dataset import Dataset


@pytest.fixture
def known(tmp_path: Path) -> Path:
    return tmp_path / "known" / "about.json"


@pytest.fixture
def photos(tmp_path: Path, known: Path) -> Path:
    """A folder of three photos."""
    write_coco(tmp_path / "photos", known)
    return tmp_path / "photos"


def load(name: str, folder: Path, split: str = "all", **options: Any) -> Dataset:
    return load_dataset(name, split=split, data_dir=folder, verify=False, progress=False, **options)


@pytest.mark.parametrize("name", ["CocoDetection", "CocoCaptions"])
def test_coco_is_that_of_torchvision(photos: Path, known: Path, name: str) -> None:
    pytest.importorskip("pycocotools")
    theirs = getattr(torchvision.datasets, name)(photos, str(known))

    ours = load(name, photos, variant="own", annFile=str(known))

    assert ours.ids == theirs.ids
    for our, (image, target) in zip(ours, theirs, strict=True):
        assert our[0].tobytes() == image.tobytes()
        assert our[1] == target


def test_photos_come_by_number_with_their_annotations_in_the_order_of_the_file(photos: Path, known: Path) -> None:
    each: Any = coco_content()["annotations"]

    ours = load("coco_detection", photos, variant="own", annFile=str(known))

    assert ours.ids == [3, 9, 25]
    assert [sample.annotations for sample in ours] == [[each[1], each[3]], [each[0], each[2]], []]
    assert {sample.image.mode for sample in ours} == {"RGB"}


def test_categories_are_named_with_the_numbers_that_they_have(photos: Path, known: Path) -> None:
    ours = load("coco_detection", photos, variant="own", annFile=str(known))

    assert ours.classes == ["person", "dog"]
    assert ours.class_to_idx == {"person": 1, "dog": 3}


def test_captions_are_lists_of_sentences(photos: Path, known: Path) -> None:
    ours = load("coco_captions", photos, variant="own", annFile=str(known))

    assert [sample.captions for sample in ours] == [["Né 6", "Né 4"], ["Né 7", "Né 5"], []]


@pytest.mark.parametrize("year", ["2014", "2017"])
def test_the_published_zips_are_read_where_they_are(tmp_path: Path, year: str) -> None:
    folder = tmp_path / "coco"
    for kind in ("instances", "captions"):
        write_coco(folder / f"val{year}", folder / "annotations" / f"{kind}_val{year}.json")
    unpacked = [sample.annotations for sample in load("coco_detection", folder, "val", variant=year)]
    pack(folder, folder / f"val{year}.zip", f"val{year}")
    pack(folder, folder / f"annotations_trainval{year}.zip", "annotations")

    packed = load("coco_detection", folder, "val", variant=year)

    assert [sample.annotations for sample in packed] == unpacked
    assert load("coco_captions", folder, "val", variant=year)[0].captions == ["Né 6", "Né 4"]


def test_another_published_file_may_take_the_place_of_the_usual_one(tmp_path: Path) -> None:
    write_coco(tmp_path / "val2017", tmp_path / "annotations" / "person_keypoints_val2017.json")

    ours = load("coco_detection", tmp_path, "val", annFile="annotations/person_keypoints_val2017.json")

    assert len(ours) == 3


def test_test_images_have_no_annotations(tmp_path: Path) -> None:
    write_coco(tmp_path / "test2017", tmp_path / "unused.json")
    content = {"images": coco_content()["images"], "categories": []}
    write(tmp_path / "annotations" / "image_info_test2017.json", json.dumps(content))

    ours = load("coco_detection", tmp_path, "test")

    assert [sample.annotations for sample in ours] == [[], [], []]


def test_a_changed_file_of_annotations_is_read_again(photos: Path, known: Path) -> None:
    assert len(load("coco_detection", photos, variant="own", annFile=str(known))) == 3
    write(known, json.dumps(coco_content([3, 9])))

    assert len(load("coco_detection", photos, variant="own", annFile=str(known))) == 2


def test_photos_of_ones_own_need_a_file_of_annotations(photos: Path) -> None:
    with pytest.raises(InvalidInput, match="no annotations are named"):
        load("coco_detection", photos, variant="own")
    with pytest.raises(MissingFile, match=r"nothing\.json"):
        load("coco_detection", photos, variant="own", annFile="nothing.json")
    with pytest.raises(NotFound, match="annFile"):
        load("coco_detection", photos, variant="own", ann_file="nothing.json")
