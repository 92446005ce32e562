"""Tiny copies of datasets of labelled photos, in the layout of torchvision, and packed as they are published."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
from readers.tiny_photos import pack, write_lines, write_photos
from scipy.io import savemat

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def write_country211(root: Path) -> None:
    for count, split in enumerate(("train", "valid", "test"), 2):
        write_photos(
            root / "country211" / split, [f"{code}/{n}.jpg" for code in ("AD", "BS", "GR") for n in range(count)]
        )


def write_clevr(root: Path) -> None:
    top = root / "clevr" / "CLEVR_v1.0"
    for split in ("train", "val", "test"):
        names = [f"CLEVR_{split}_{number:06d}.png" for number in range(4)]
        write_photos(top / "images" / split, names)
        scenes = [{"image_filename": each, "objects": [{"shape": "cube"}] * (3 + n)} for n, each in enumerate(names)]
        if split != "test":
            write_lines(
                top / "scenes" / f"CLEVR_{split}_scenes.json", [json.dumps({"scenes": scenes[::-1], "info": {}})]
            )


def write_dtd(root: Path) -> None:
    names = [f"{word}/{word}_{number:04d}.jpg" for word in ("woven", "banded", "dotted") for number in range(3)]
    write_photos(root / "dtd" / "dtd" / "images", names)
    for partition in (1, 2, 10):
        for third, split in enumerate(("train", "val", "test")):
            lines = names[third + partition :] + names[:2]
            write_lines(root / "dtd" / "dtd" / "labels" / f"{split}{partition}.txt", lines)


def write_eurosat(root: Path) -> None:
    names = [f"{name}/{name}_{number}.jpg" for name in ("River", "Forest") for number in (1, 2, 10)]
    write_photos(root / "eurosat" / "2750", names)


def write_fgvc_aircraft(root: Path) -> None:
    data = root / "fgvc-aircraft-2013b" / "data"
    write_photos(data / "images", [f"{1000 + number}.jpg" for number in range(8)])
    for level, plural in (("variant", "variants"), ("family", "families"), ("manufacturer", "manufacturers")):
        classes = [f"{level} Hawk T1", f"{level}-707", "ATR/é"]
        write_lines(data / f"{plural}.txt", classes)
        for start, split in enumerate(("train", "val", "trainval", "test")):
            lines = [f"{1007 - number} {classes[number % 3]}" for number in range(start, 8)]
            write_lines(data / f"images_{level}_{split}.txt", lines)


def write_flowers102(root: Path) -> None:
    folder = root / "flowers-102"
    write_photos(folder / "jpg", [f"image_{number:05d}.jpg" for number in range(1, 10)])
    savemat(folder / "imagelabels.mat", {"labels": np.array([[102, 1, 5, 5, 7, 1, 2, 3, 4]], np.uint8)})
    sets = {"trnid": [[3, 1, 2]], "valid": [[9, 4]], "tstid": [[8, 7, 6, 5]]}
    savemat(folder / "setid.mat", {name: np.array(each, np.uint16) for name, each in sets.items()})


def write_food101(root: Path) -> None:
    for split, numbers in (("train", (7, 3)), ("test", (12, 1))):
        listed = {dish: [f"{dish}/{number}" for number in numbers] for dish in ("sushi", "apple_pie", "gyoza")}
        write_lines(root / "food-101" / "meta" / f"{split}.json", [json.dumps(listed)])
        write_photos(root / "food-101" / "images", [f"{name}.jpg" for names in listed.values() for name in names])


def write_gtsrb(root: Path) -> None:
    top = root / "gtsrb"
    folders = ("00000", "00012", "00042")
    write_photos(
        top / "GTSRB" / "Training", [f"{each}/{track:05d}_00000.ppm" for each in folders for track in range(2)]
    )
    for folder in folders:
        write_lines(top / "GTSRB" / "Training" / folder / f"GT-{folder}.csv", ["Filename;ClassId"])
    names = [f"{number:05d}.ppm" for number in range(4)]
    write_photos(top / "GTSRB" / "Final_Test" / "Images", names)
    rows = [f"{name};53;54;6;5;48;49;{label}" for name, label in zip(names[::-1], (16, 1, 42, 0), strict=True)]
    write_lines(top / "GT-final_test.csv", ["Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId", *rows])


WNIDS = ("n01440764", "n02102040", "n02979186", "n03000684", "n03028079",
         "n03394916", "n03417042", "n03425413", "n03445777", "n03888257")  # fmt: skip


def write_imagenette(root: Path) -> None:
    for folder in ("imagenette2", "imagenette2-320", "imagenette2-160"):
        for count, split in ((2, "train"), (1, "val")):
            names = [f"{wnid}/{folder}_{wnid}_{number}.JPEG" for wnid in WNIDS for number in range(count)]
            write_photos(root / folder / split, names)


def write_rendered_sst2(root: Path) -> None:
    for count, split in enumerate(("train", "valid", "test"), 2):
        names = [f"{mood}/{number}.png" for mood in ("positive", "negative") for number in range(count)]
        write_photos(root / "rendered-sst2" / split, names)


def write_stanford_cars(root: Path) -> None:
    top = root / "stanford_cars"
    (top / "devkit").mkdir(parents=True)
    classes = np.array(["AM General Hummer SUV 2000", "Acura RL", "Ram C/V"], object)
    savemat(top / "devkit" / "cars_meta.mat", {"class_names": classes})
    places = {"cars_train": "devkit/cars_train_annos.mat", "cars_test": "cars_test_annos_withlabels.mat"}
    for count, (folder, name) in enumerate(places.items(), 4):
        cars = [(30.0, number % 3 + 1, f"{count - number:05d}.jpg") for number in range(count)]
        kinds = [("bbox_x1", "f8"), ("class", "u1"), ("fname", object)]
        savemat(top / name, {"annotations": np.array(cars, kinds)})
        write_photos(top / folder, [car[2] for car in cars])


def write_sun397(root: Path) -> None:
    folders = ("/c/church/indoor", "/a/abbey", "/c/church/outdoor")
    write_photos(root / "SUN397", [f"{folder[1:]}/sun_{letter}.jpg" for folder in folders for letter in "bca"])
    write_lines(root / "SUN397" / "ClassName.txt", folders)
    write_lines(root / "SUN397" / "README.txt", ["not a photo"])


def write_caltech101(root: Path) -> None:
    top = root / "caltech101"
    pairs = {"Faces": "Faces_2", "airplanes": "Airplanes_Side_2", "yin_yang": "yin_yang"}
    numbers = range(1, 4)
    names = [f"{folder}/image_{number:04d}.jpg" for folder in (*pairs, "BACKGROUND_Google") for number in numbers]
    write_photos(top / "101_ObjectCategories", names)
    for folder in pairs.values():
        (top / "Annotations" / folder).mkdir(parents=True)
        for number in numbers:
            outline = np.random.default_rng(number).random((2, 3 + number))
            savemat(top / "Annotations" / folder / f"annotation_{number:04d}.mat", {"obj_contour": outline})


def write_caltech256(root: Path) -> None:
    folders = ("001.ak47", "002.american-flag", "003.backpack")
    names = [f"{folder}/{folder[:3]}_{number:04d}.jpg" for folder in folders for number in range(1, 4)]
    write_photos(root / "caltech256" / "256_ObjectCategories", names)
    write_lines(root / "caltech256" / "256_ObjectCategories" / folders[2] / "RENAME2", ["stray"])


WRITERS: dict[str, Callable[[Path], None]] = {
    "Caltech101": write_caltech101,
    "Caltech256": write_caltech256,
    "CLEVRClassification": write_clevr,
    "Country211": write_country211,
    "DTD": write_dtd,
    "EuroSAT": write_eurosat,
    "FGVCAircraft": write_fgvc_aircraft,
    "Flowers102": write_flowers102,
    "Food101": write_food101,
    "GTSRB": write_gtsrb,
    "Imagenette": write_imagenette,
    "RenderedSST2": write_rendered_sst2,
    "StanfordCars": write_stanford_cars,
    "SUN397": write_sun397,
}

ARCHIVES = {
    "Caltech101": [
        ("caltech101/caltech-101/101_ObjectCategories.tar.gz", "caltech101", ["101_ObjectCategories"]),
        ("caltech101/caltech-101/Annotations.tar", "caltech101", ["Annotations"]),
        ("caltech101/caltech-101.zip", "caltech101", ["caltech-101"]),
    ],
    "Caltech256": [("caltech256/256_ObjectCategories.tar", "caltech256", ["256_ObjectCategories"])],
    "CLEVRClassification": [("clevr/CLEVR_v1.0.zip", "clevr", ["CLEVR_v1.0"])],
    "Country211": [("country211.tgz", "", ["country211"])],
    "DTD": [("dtd/dtd-r1.0.1.tar.gz", "dtd", ["dtd"])],
    "EuroSAT": [("eurosat/EuroSAT.zip", "eurosat", ["2750"])],
    "FGVCAircraft": [("fgvc-aircraft-2013b.tar.gz", "", ["fgvc-aircraft-2013b"])],
    "Flowers102": [("flowers-102/102flowers.tgz", "flowers-102", ["jpg"])],
    "Food101": [("food-101.tar.gz", "", ["food-101"])],
    "GTSRB": [
        ("gtsrb/GTSRB-Training_fixed.zip", "gtsrb", ["GTSRB/Training"]),
        ("gtsrb/GTSRB_Final_Test_Images.zip", "gtsrb", ["GTSRB/Final_Test"]),
        ("gtsrb/GTSRB_Final_Test_GT.zip", "gtsrb", ["GT-final_test.csv"]),
    ],
    "Imagenette": [(f"{each}.tgz", "", [each]) for each in ("imagenette2", "imagenette2-320", "imagenette2-160")],
    "RenderedSST2": [("rendered-sst2.tgz", "", ["rendered-sst2"])],
    "StanfordCars": [
        ("stanford_cars/cars_train.tgz", "stanford_cars", ["cars_train"]),
        ("stanford_cars/cars_test.tgz", "stanford_cars", ["cars_test"]),
        ("stanford_cars/car_devkit.tgz", "stanford_cars", ["devkit"]),
    ],
    "SUN397": [("SUN397.tar.gz", "", ["SUN397"])],
}
"""Class -> the archives that are published: their names, and the folder and what of it they hold."""


def pack_all(root: Path, name: str) -> None:
    """Put the copy of a class into the archives that it is published in."""
    for archive, folder, members in ARCHIVES[name]:
        pack(root / archive, root / folder, members)
