"""Tiny copies of datasets of scenes, laid out as torchvision expects them once they are unpacked."""

from __future__ import annotations

import json
import shutil
import tarfile
import zipfile
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from scipy.io import savemat
from scipy.sparse import csc_matrix

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ANNOTATION = """<annotation>
    <filename>{name}.jpg</filename>
    <source><database>VOC</database></source>
    <segmented>0</segmented>{objects}
</annotation>"""

OBJECT = """
    <object>
        <name>{name}</name>
        <pose/>
        <bndbox><xmin>{left}</xmin><ymin>2</ymin><xmax>7</xmax><ymax>8</ymax></bndbox>{parts}
    </object>"""

PART = "<part><name>head</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></part>"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def picture(path: Path, seed: int, mode: str = "RGB", size: tuple[int, int] = (8, 8)) -> None:
    """Write noise of (width, height) pixels; every seed has its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    channels = {"RGB": (3,), "RGBA": (4,)}.get(mode, ())
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], *channels), np.uint8)
    image = Image.fromarray(pixels)
    if mode == "P":
        image = image.convert("P")
    image.save(path)


def pack(folder: Path, archive: Path, *tops: str, into: str = "") -> None:
    """Move what lies in a folder under the names `tops` into a zip, or a tar if the archive is called so."""
    files = sorted(path for top in tops for path in [folder / top, *(folder / top).rglob("*")] if path.is_file())
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in files:
                packed.write(path, f"{into}{path.relative_to(folder)}")
    else:
        with tarfile.open(archive, "w" if archive.suffix == ".tar" else "w:gz") as packed_tar:
            for path in files:
                packed_tar.add(path, f"{into}{path.relative_to(folder)}")
    for top in tops:
        path = folder / top
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def write_voc(root: Path, year: str = "2012", *, tests: bool = False) -> None:
    """Five photos to learn from, or two to test: with none, one and several objects."""
    folder = root / ("TrainVal" if year == "2011" else "") / "VOCdevkit" / f"VOC{year}"
    sets = {"test": (7, 8)} if tests else {"train": (3, 1), "val": (0, 2, 4), "trainval": (0, 1, 2, 3, 4)}
    for name, numbers in sets.items():
        for kind in ("Main", "Segmentation"):
            write(folder / "ImageSets" / kind / f"{name}.txt", "".join(f"{number:06d}\n" for number in numbers))
    for number in (number for numbers in sets.values() for number in numbers):
        name = f"{number:06d}"
        picture(folder / "JPEGImages" / f"{name}.jpg", number, size=(9, 6 + number))
        picture(folder / "SegmentationClass" / f"{name}.png", number, "P")
        objects = [OBJECT.format(name="dog", left=each, parts=PART * each) for each in range(number % 4)]
        write(folder / "Annotations" / f"{name}.xml", ANNOTATION.format(name=name, objects="".join(objects)))


def write_sbd(root: Path) -> None:
    """Four photos with regions and boundaries."""
    for name, numbers in {"train": (0, 1, 2), "train_noval": (2, 0), "val": (3,)}.items():
        write(root / f"{name}.txt", "".join(f"2008_{number:06d}\n" for number in numbers))
    (root / "cls").mkdir()
    for number in range(4):
        name, size = f"2008_{number:06d}", (8, 5 + number)
        picture(root / "img" / f"{name}.jpg", number, size=size)
        random = np.random.default_rng(number)
        planes = [[csc_matrix(random.integers(0, 2, size[::-1], np.uint8))] for _ in range(20)]
        regions = random.integers(0, 21, size[::-1], np.uint8)
        savemat(root / "cls" / f"{name}.mat", {"GTcls": {"Boundaries": planes, "Segmentation": regions}})


def coco_annotation(number: int, image: int) -> dict[str, object]:
    box = [0.5 * number, 1.25, 3.0, 4.0]
    outline = {"size": [8, 8], "counts": [3, 5, 56]} if number % 3 == 0 else [[1.5, 2, 3, 4.125, 5, 6]]
    known = {"bbox": box, "area": 1e1, "iscrowd": int(number % 3 == 0), "segmentation": outline}
    return {"id": number, "image_id": image, "category_id": 1 + 2 * (number % 2), "caption": f"Né {number}", **known}


def coco_content(images: Sequence[int] = (9, 3, 25)) -> dict[str, object]:
    """Photos out of order, the last one without annotations."""
    annotations = [coco_annotation(7 - place, image) for place, image in enumerate([*images[:2], *images[:2]])]
    return {
        "info": {"year": 2017},
        "images": [{"id": image, "file_name": f"{image:012d}.jpg", "height": 8} for image in images],
        "annotations": annotations,
        "categories": [{"id": 3, "name": "dog"}, {"id": 1, "name": "person", "supercategory": "person"}],
    }


def write_coco(photos: Path, annotations: Path) -> None:
    """Three photos, one of them grey, and what is known about them."""
    for image in (9, 3, 25):
        picture(photos / f"{image:012d}.jpg", image, "L" if image == 9 else "RGB")
    write(annotations, json.dumps(coco_content()))


def write_cityscapes(root: Path) -> None:
    """Two cities to learn from and one to test, with fine and coarse labels."""
    splits = {"gtFine": ("train", "val", "test"), "gtCoarse": ("train", "val", "train_extra")}
    for mode, split in ((mode, split) for mode, splits in splits.items() for split in splits):
        for city in ("bremen", "bochum")[: 1 + (split == "train")]:
            for frame in (19, 2):
                scene = f"{city}_000000_{frame:06d}"
                target = f"{root}/{mode}/{split}/{city}/{scene}_{mode}"
                picture(root / "leftImg8bit" / split / city / f"{scene}_leftImg8bit.png", frame)
                picture(root / f"{target}_instanceIds.png", frame, "L")
                picture(root / f"{target}_labelIds.png", frame + 1, "L")
                picture(root / f"{target}_color.png", frame, "RGBA")
                outline = {"label": "sky", "polygon": [[0, frame], [4, 4], [4, 0]]}
                write(root / f"{target}_polygons.json", json.dumps({"imgHeight": 8, "objects": [outline]}))


def write_kitti(root: Path) -> None:
    """Three photos with labels, the last with none in its file, and two without."""
    raw = root / "Kitti" / "raw"
    line = "Car 0.50 1 -0.20 712.40 143.00 810.73 307.92 1.89 0.48 1.20 1.84 1.47 8.41 0.0{}\n"
    for number in range(3):
        picture(raw / "training" / "image_2" / f"{number:06d}.png", number)
        write(raw / "training" / "label_2" / f"{number:06d}.txt", "".join(map(line.format, range(2 - number))))
    for number in range(2):
        picture(raw / "testing" / "image_2" / f"{number:06d}.png", 10 + number, "L")


def write_sbu(root: Path) -> None:
    """Four addresses, and three photos that are still there."""
    addresses = "".join(f"http://static.flickr.com/2723/{number}_b0f2.jpg\n" for number in (5, 3, 4, 1))
    write(root / "dataset" / "SBU_captioned_photo_dataset_urls.txt", addresses)
    write(root / "dataset" / "SBU_captioned_photo_dataset_captions.txt", "A chair \nA cat\nGone\nÅ street\n")
    for number in (1, 3, 5):
        picture(root / "dataset" / f"{number}_b0f2.jpg", number, "L" if number == 5 else "RGB")


def write_flickr30k(photos: Path, sentences: Path) -> None:
    """Three photos with two sentences each."""
    lines = [f"{number}.jpg#{each}\tSentence {each} on {number} .\n" for number in (36, 1000, 7) for each in range(2)]
    write(sentences, "".join(lines))
    for number in (36, 1000, 7):
        picture(photos / f"{number}.jpg", number)


def write_flickr8k(photos: Path, sentences: Path) -> None:
    """Three photos with two sentences each, and one that is not found."""
    page = "<html><body><h1>No table</h1><table border=1>\n<tr><td>Image Not Found</td></tr><tr><td><ul><li>Lost</ul>"
    for number in (36, 1000, 7):
        address = f"http://www.flickr.com/photos/someone/{number}/"
        page += f'<tr><td><a href="{address}">{address}</a></td></tr>\n<tr><td><ul>'
        page += f"<li>Cats &amp; dogs of {number} .\n<li> Cats <b>again</b> </ul></td></tr>\n"
        picture(photos / f"{number}_ab12_c.jpg", number)
    write(sentences, page + "</table><a>somewhere else</a></body></html>")
