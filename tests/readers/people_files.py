"""Tiny copies of datasets of people, places and nature, as torchvision leaves them and as they are published."""

from __future__ import annotations

import io
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

import numpy as np
import torch
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence

ATTRIBUTES = ("Bald", "Smiling", "Young")
CATEGORIES = {"/a/airfield": 0, "/b/beach": 1, "/c/church/indoor": 2}
PEOPLE = {"Ada_Lovelace": 2, "Alan_Turing": 3, "Grace_Hopper": 1, "Kurt_Goedel": 2}
NOUNS = {"n03126707": ("crane",), "n01440764": ("tench", "Tinca tinca"), "n02012849": ("crane", "big bird")}
SPECIES = (
    "00000_Animalia_Chordata_Aves_Passeriformes_Corvidae_Corvus_corax",
    "00001_Plantae_Tracheophyta_Magnoliopsida_Rosales_Rosaceae_Rosa_canina",
    "00002_Animalia_Chordata_Mammalia_Carnivora_Felidae_Felis_catus",
)


@dataclass(frozen=True)
class Packing:
    """An archive that is published: the folder or files that it holds, below root, and its own top folder."""

    archive: str
    held: Sequence[str]
    top: str = ""


def encoded(number: int, kind: str = "JPEG", mode: str = "RGB") -> bytes:
    """Return a photo that is the same for the same number."""
    pixels = np.random.default_rng(number).integers(0, 256, (8, 8, 3), np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(stream, kind)
    return stream.getvalue()


def photo(path: Path, number: int, mode: str = "RGB") -> None:
    """Write a photo, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded(number, "PNG" if path.suffix == ".png" else "JPEG", mode))


def text(path: Path, *lines: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def pack(root: Path, packing: Packing) -> None:
    """Write an archive and remove what it holds."""
    found = []
    for held in packing.held:
        top = root / held
        files = [top] if top.is_file() else sorted(path for path in top.rglob("*") if path.is_file())
        found += [(path, path.relative_to(top if top.is_dir() else top.parent)) for path in files]
    named = [(path, (Path(packing.top) / name).as_posix()) for path, name in found]
    target = root / packing.archive
    if target.suffix == ".zip":
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zipped:
            for path, name in named:
                zipped.write(path, name)
    else:
        with tarfile.open(target, "w" if target.suffix == ".tar" else "w:gz") as tarred:
            for path, name in named:
                tarred.add(path, name)
    for held in packing.held:
        rmtree(root / held) if (root / held).is_dir() else (root / held).unlink()


def write_celeba(root: Path) -> None:
    folder, count = root / "celeba", 9
    random = np.random.default_rng(1)
    names = [f"{number:06d}.jpg" for number in range(1, count + 1)]
    for number, name in enumerate(names):
        photo(folder / "img_align_celeba" / name, number)

    def listed(name: str, values: np.ndarray, *above: object) -> None:
        rows = (" ".join([photo, *(f"{value:2d}" for value in row)]) for photo, row in zip(names, values, strict=True))
        text(folder / name, *above, *rows)

    listed("list_eval_partition.txt", np.array([[number % 3] for number in range(count)]))
    listed("identity_CelebA.txt", random.integers(1, 4, (count, 1)))
    signs = random.integers(0, 2, (count, len(ATTRIBUTES))) * 2 - 1
    listed("list_attr_celeba.txt", signs, count, " ".join(ATTRIBUTES))
    listed("list_bbox_celeba.txt", random.integers(0, 99, (count, 4)), count, "image_id x_1 y_1 width height")
    listed("list_landmarks_align_celeba.txt", random.integers(0, 99, (count, 10)), count, " ".join("abcdefghij"))


def write_inaturalist(root: Path) -> None:
    for version in ("2021_train", "2021_train_mini", "2021_valid"):
        for label, species in enumerate(SPECIES):
            for number in range(label + 1):
                photo(root / version / species / f"{number}{label}.jpg", 10 * label + number, "L" if number else "RGB")
    for version, names in (("2017", "zyx"), ("2018", ("2", "0", "1")), ("2019", ("1", "0", "2"))):
        for number, name in enumerate(names):
            photo(root / version / ("Birds", "Plants")[number // 2] / name / f"{number}.jpg", number)


def write_imagenet(root: Path) -> None:
    truth = ["n03126707", "n01440764", "n02012849", "n01440764", "n03126707"]
    for number, noun in enumerate(truth):
        photo(root / "train" / noun / f"{noun}_{9 - number}.JPEG", number)
        photo(root / "val" / noun / f"ILSVRC2012_val_{number + 1:08d}.JPEG", 50 + number, "L" if number == 1 else "RGB")
    torch.save((NOUNS, truth), root / "meta.bin")


def write_devkit(root: Path) -> None:
    """Write what `meta.bin` is made of, with a noun that has children before the others."""
    from scipy.io import savemat

    kind = [("ILSVRC2012_ID", "O"), ("WNID", "O"), ("words", "O"), ("gloss", "O"), ("num_children", "O")]
    rows = [(number, noun, ", ".join(NOUNS[noun]), "a thing", 0) for number, noun in enumerate(NOUNS, 1)]
    table = np.array([*rows, (4, "n00001740", "entity", "all", 3)], dtype=kind)
    data = root / "ILSVRC2012_devkit_t12" / "data"
    data.mkdir(parents=True)
    savemat(data / "meta.mat", {"synsets": table[:, None]})
    text(data / "ILSVRC2012_validation_ground_truth.txt", 1, 2, 3, 2, 1)


def pack_imagenet(root: Path) -> None:
    """Leave nothing but what is published."""
    write_devkit(root)
    (root / "meta.bin").unlink()
    kit = "ILSVRC2012_devkit_t12"
    pack(root, Packing(f"{kit}.tar.gz", [kit], kit))
    for noun in NOUNS:
        pack(root, Packing(f"train/{noun}.tar", [f"train/{noun}"]))
    pack(root, Packing("ILSVRC2012_img_train.tar", ["train"]))
    pack(root, Packing("ILSVRC2012_img_val.tar", sorted(f"val/{noun}" for noun in NOUNS)))
    (root / "val").rmdir()


def write_places365(root: Path) -> None:
    text(root / "categories_places365.txt", *(f"{name} {label}" for name, label in CATEGORIES.items()))
    for size in ("large", "256"):
        for kind in ("standard", "challenge"):
            names = [f"{name}/{number:08d}.jpg" for name in CATEGORIES for number in (2, 1)]
            for number, name in enumerate(names):
                photo(root / f"data_{size}_{kind}{name}", number + len(size))
            text(root / f"places365_train_{kind}.txt", *(f"{name} {CATEGORIES[name[:-13]]}" for name in names))
        for split in ("val", "test"):
            names = [f"Places365_{split}_{number:08d}.jpg" for number in (3, 1, 2)]
            for number, name in enumerate(names):
                photo(root / f"{split}_{size}" / name, number + 20 + len(size), "L")
            text(root / f"places365_{split}.txt", *(f"{name} {2}" if split == "val" else name for name in names))


def write_lfw(root: Path) -> None:
    folder = root / "lfw-py"
    for images in ("lfw", "lfw_funneled", "lfw-deepfunneled"):
        for label, (name, count) in enumerate(PEOPLE.items()):
            for number in range(1, count + 1):
                photo(folder / images / name / f"{name}_{number:04d}.jpg", 10 * label + number + len(images))
    people = [f"{name}\t{count}" for name, count in PEOPLE.items()]
    text(folder / "lfw-names.txt", *people)
    text(folder / "people.txt", 2, 1, people[2], 2, people[0], people[3])
    text(folder / "peopleDevTrain.txt", 2, people[3], people[1])
    text(folder / "peopleDevTest.txt", 1, people[2])
    same = ["Ada_Lovelace\t1\t2", "Alan_Turing\t3\t1", "Alan_Turing\t1\t2", "Kurt_Goedel\t1\t2"]
    other = [f"{pair[:-2]}\tGrace_Hopper\t1" for pair in same]
    text(folder / "pairs.txt", "2\t2", *same[:2], *other[:2], *same[2:], *other[2:])
    text(folder / "pairsDevTrain.txt", 3, *same[:3], *other[:3])
    text(folder / "pairsDevTest.txt", 1, same[3], other[3])


def write_omniglot(root: Path) -> None:
    for place, split in enumerate(("background", "evaluation")):
        for alphabet in ("Tengwar", "Greek"):
            for character in range(2, 0, -1):
                for number in (2, 1):
                    name = f"{alphabet}/character{character:02d}/{character:04d}_{number:02d}.png"
                    photo(root / "omniglot-py" / f"images_{split}" / name, 7 * character + number + place, "1")


def write_pets(root: Path) -> None:
    folder = root / "oxford-iiit-pet"
    rows = [("yorkshire_terrier_12", 37, 2, 25), ("Abyssinian_1", 1, 1, 1), ("american_bulldog_3", 2, 2, 1)]
    for number, (name, *_) in enumerate(rows):
        photo(folder / "images" / f"{name}.jpg", number, "L" if number == 1 else "RGB")
        photo(folder / "annotations" / "trimaps" / f"{name}.png", 30 + number, "L")
        photo(folder / "annotations" / "trimaps" / f"._{name}.png", 40)
    text(folder / "annotations" / "trainval.txt", *(" ".join(map(str, row)) for row in rows))
    text(folder / "annotations" / "test.txt", " ".join(map(str, rows[1])))


def write_wider_face(root: Path) -> None:
    folder = root / "widerface"
    for place, split in enumerate(("train", "val", "test")):
        names = ["0--Parade/0_Parade_a.jpg", "9--Press/9_Press_b.jpg", "1--Handshaking/1_c.jpg"]
        for number, name in enumerate(names):
            photo(folder / f"WIDER_{split}" / "images" / name, 3 * place + number)
        boxes = ["449 330 122 149 0 1 0 2 0 1 ", "361 98 263 339 2 0 1 0 1 0 ", "0 0 0 0 0 0 0 0 0 0 "]
        blocks = [[names[0], 2, *boxes[:2]], [names[1], 0, boxes[2]], [names[2], 1, boxes[1]]]
        lists = folder / "wider_face_split"
        if split == "test":
            text(lists / "wider_face_test_filelist.txt", *names)
        else:
            text(lists / f"wider_face_{split}_bbx_gt.txt", *(line for block in blocks for line in block))
