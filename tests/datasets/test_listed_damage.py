"""Copies of labelled photos that are damaged or lack something: refused, with the name of what is wrong."""

from __future__ import annotations

import io
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from readers.listed_files import WRITERS
from scipy.io import savemat

from hub.datasets.loading import load_dataset
from hub.errors import FormatError, InvalidInput, MissingFile
from hub.registry import find_dataset

if TYPE_CHECKING:
    from pathlib import Path

    from hub.datasets.dataset import Dataset


def load(name: str, root: Path, split: str = "all", **options: Any) -> Dataset:
    return load_dataset(name, split=split, data_dir=root, verify=False, progress=False, **options)


def write(name: str, root: Path) -> None:
    """Write the copy of a card."""
    WRITERS[find_dataset(name).card.upstream.name](root)


def mat(**matrices: object) -> bytes:
    buffer = io.BytesIO()
    savemat(buffer, matrices)
    return buffer.getvalue()


def cars(label: object, kind: type | str = "u1") -> bytes:
    return mat(annotations=np.array([(label, "00001.jpg")], [("class", kind), ("fname", object)]))


SCENES = ("clevr", "val", "clevr/CLEVR_v1.0/scenes/CLEVR_val_scenes.json")
TEXTURES = ("dtd", "train", "dtd/dtd/labels/train1.txt")
AIRCRAFT = ("fgvc_aircraft", "val", "fgvc-aircraft-2013b/data/images_variant_val.txt")
VARIANTS = ("fgvc_aircraft", "val", "fgvc-aircraft-2013b/data/variants.txt")
SETS = ("flowers102", "val", "flowers-102/setid.mat")
FLOWERS = ("flowers102", "val", "flowers-102/imagelabels.mat")
DISHES = ("food101", "train", "food-101/meta/train.json")
SIGNS = ("gtsrb", "test", "gtsrb/GT-final_test.csv")
CARS = ("stanford_cars", "train", "stanford_cars/devkit/cars_train_annos.mat")
MAKES = ("stanford_cars", "train", "stanford_cars/devkit/cars_meta.mat")

MISSING = [
    *(SCENES, TEXTURES, AIRCRAFT, VARIANTS, SETS, FLOWERS, DISHES, SIGNS, CARS, MAKES),
    ("caltech101", "all", "caltech101/101_ObjectCategories"),
    ("caltech101", "all", "caltech101/Annotations/Faces_2/annotation_0002.mat"),
    ("caltech256", "all", "caltech256/256_ObjectCategories"),
    ("clevr", "test", "clevr/CLEVR_v1.0/images/test"),
    ("dtd", "train", "dtd/dtd/images/dotted/dotted_0001.jpg"),
    ("eurosat", "all", "eurosat/2750"),
    ("flowers102", "train", "flowers-102/jpg/image_00002.jpg"),
    ("rendered_sst2", "val", "rendered-sst2/valid/negative"),
    ("sun397", "all", "SUN397/ClassName.txt"),
]


@pytest.mark.parametrize(("name", "split", "path"), MISSING, ids=[path for _, _, path in MISSING])
def test_what_is_missing_is_named(tmp_path: Path, name: str, split: str, path: str) -> None:
    write(name, tmp_path)
    gone = tmp_path / path
    shutil.rmtree(gone) if gone.is_dir() else gone.unlink()

    with pytest.raises(MissingFile, match=gone.name):
        load(name, tmp_path, split)


DAMAGED = {
    "scenes that are cut": (SCENES, b'{"scenes": [', "CLEVR_val_scenes.json .* is no JSON as expected"),
    "JSON without scenes": (SCENES, b"{}", "CLEVR_val_scenes.json .* is no JSON as expected"),
    "a render without a scene": (("clevr", "train", "clevr/CLEVR_v1.0/images/train/a.png"), b"", "a.png has no scene"),
    "a texture without a folder": (TEXTURES, b"a/b.jpg\nodd.jpg\n", "line 2 of dtd/labels/train1.txt"),
    "an aircraft without a class": (AIRCRAFT, b"1001\n", "line 1 of fgvc-aircraft-2013b/data/images_variant_val.txt"),
    "an aircraft of no known class": (AIRCRAFT, b"1001 Zeppelin NT\n", "line 1 of .* is not right"),
    "a list in another encoding": (VARIANTS, b"\xff\xfe", "variants.txt .* is no text"),
    "sets that are cut": (SETS, mat(valid=np.array([[1]]))[:150], "setid.mat"),
    "sets without the one": (SETS, mat(trnid=np.array([[1]])), "setid.mat .* lacks a matrix"),
    "a flower without a label": (SETS, mat(valid=np.array([[10]])), "setid.mat .* have no label"),
    "flowers that are counted from 0": (SETS, mat(valid=np.array([[0, 1]])), "setid.mat .* have no label"),
    "labels of flowers in words": (FLOWERS, mat(labels=["rose"]), "imagelabels.mat .* lacks its numbers"),
    "an empty file of MATLAB": (FLOWERS, b"", "imagelabels.mat .* no file of MATLAB 5"),
    "dishes that are cut": (DISHES, b'{"sushi": [', "train.json .* is no JSON"),
    "a dish without a list": (DISHES, b'{"sushi": 3}', "meta/train.json"),
    "dishes in a list": (DISHES, b'["sushi"]', "meta/train.json"),
    "signs without labels": (SIGNS, b"Filename;Width\n00000.ppm;3\n", "GT-final_test.csv .* lacks a column"),
    "a sign whose label is a word": (SIGNS, b"Filename;ClassId\n00000.ppm;stop\n", "stop"),
    "a row of signs that is cut": (SIGNS, b"Filename;ClassId\n00000.ppm\n", "line 2 of GT-final_test.csv"),
    "a folder of no class": (("imagenette", "val", "imagenette2/val/n00000000/1.JPEG"), b"", "val/n00000000"),
    "a car whose label is too high": (CARS, cars(4), "labels without a class"),
    "a car whose label is 0": (CARS, cars(0), "labels without a class"),
    "a car whose label is a word": (CARS, cars("van", object), "cars_train_annos.mat is not right"),
    "cars without names": (CARS, mat(annotations=np.array([(1,)], [("class", "u1")])), "lacks a field"),
    "cars without annotations": (CARS, mat(other=[1]), "cars_train_annos.mat .* lacks a matrix"),
    "makes that are numbers": (MAKES, mat(class_names=[1, 2]), "cars_meta.mat is not right"),
}


@pytest.mark.parametrize(("place", "data", "says"), DAMAGED.values(), ids=DAMAGED)
def test_what_is_damaged_is_named(tmp_path: Path, place: tuple[str, str, str], data: bytes, says: str) -> None:
    name, split, path = place
    write(name, tmp_path)
    (tmp_path / path).parent.mkdir(exist_ok=True, parents=True)
    (tmp_path / path).write_bytes(data)

    with pytest.raises(FormatError, match=says):
        load(name, tmp_path, split)


def test_a_list_of_scenes_without_any_image_is_not_enough(tmp_path: Path) -> None:
    write("sun397", tmp_path)
    for folder in ("a", "c"):
        shutil.rmtree(tmp_path / "SUN397" / folder)

    with pytest.raises(MissingFile, match="no image in SUN397"):
        load("sun397", tmp_path)


@pytest.mark.parametrize("partition", [0, 11])
def test_a_partition_that_does_not_exist_makes_no_sense(tmp_path: Path, partition: int) -> None:
    write("dtd", tmp_path)

    with pytest.raises(InvalidInput, match=f"no partition {partition}"):
        load("dtd", tmp_path, "train", partition=partition)


def test_a_level_that_does_not_exist_makes_no_sense(tmp_path: Path) -> None:
    write("fgvc_aircraft", tmp_path)

    with pytest.raises(InvalidInput, match="no annotation level 'wings'"):
        load("fgvc_aircraft", tmp_path, "train", annotation_level="wings")


def test_a_photo_that_is_cut_is_named_when_it_is_read(tmp_path: Path) -> None:
    write("food101", tmp_path)
    path = tmp_path / "food-101" / "images" / "sushi" / "7.jpg"
    path.write_bytes(path.read_bytes()[:100])
    dataset = load("food101", tmp_path, "train")

    with pytest.raises(FormatError, match=r"images/sushi/7\.jpg"):
        dataset[0]


@pytest.mark.parametrize("length", [0, 100, 150, -1])
def test_an_outline_that_is_cut_is_named_when_it_is_read(tmp_path: Path, length: int) -> None:
    write("caltech101", tmp_path)
    path = tmp_path / "caltech101" / "Annotations" / "Faces_2" / "annotation_0001.mat"
    path.write_bytes(path.read_bytes()[:length])
    dataset = load("caltech101", tmp_path, target_type="annotation")

    with pytest.raises(FormatError, match=r"Annotations/Faces_2/annotation_0001\.mat"):
        dataset[0]


def test_a_file_without_an_outline_is_named(tmp_path: Path) -> None:
    write("caltech101", tmp_path)
    (tmp_path / "caltech101" / "Annotations" / "Faces_2" / "annotation_0001.mat").write_bytes(mat(other=[1]))
    dataset = load("caltech101", tmp_path, target_type="annotation")

    with pytest.raises(FormatError, match="holds no outline"):
        dataset[0]


def test_a_copy_without_outlines_has_labels_and_says_which_outline_it_lacks(tmp_path: Path) -> None:
    write("caltech101", tmp_path)
    shutil.rmtree(tmp_path / "caltech101" / "Annotations")

    labels = load("caltech101", tmp_path)
    outlines = load("caltech101", tmp_path, target_type="annotation")

    assert labels[0].label == 0
    with pytest.raises(MissingFile, match=r"Annotations/Faces_2/annotation_0001\.mat"):
        outlines[0]
