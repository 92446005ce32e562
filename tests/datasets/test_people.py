"""Datasets of people, places and nature, sample by sample beside torchvision's classes, which read the same files."""

from __future__ import annotations

import os
import pickle
from typing import TYPE_CHECKING, Any

import pytest
import torch
import torchvision
from readers import people_files as files
from readers.people_files import Packing
from same import assert_same, assert_same_samples
from torch.utils.data import DataLoader
from torchvision.transforms import v2

from hub.datasets import file_trees
from hub.datasets.choice import choose
from hub.datasets.dataset import Dataset
from hub.datasets.loading import load_dataset, opened
from hub.datasets.origin import Origin
from hub.datasets.prepare import Input, Job, prepare
from hub.datasets.upstream.signatures import parsed
from hub.errors import NotFound
from hub.readers import File
from hub.registry import find_dataset
from hub.settings import current
from hub.store.layout import Layout
from hub.vision.arguments import meaning

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from hub.datasets.choice import Choice

WRITERS: dict[str, Callable[[Path], None]] = {
    "CelebA": files.write_celeba,
    "INaturalist": files.write_inaturalist,
    "ImageNet": files.write_imagenet,
    "Places365": files.write_places365,
    "LFWPeople": files.write_lfw,
    "LFWPairs": files.write_lfw,
    "Omniglot": files.write_omniglot,
    "OxfordIIITPet": files.write_pets,
    "WIDERFace": files.write_wider_face,
}
RANKS = ["kingdom", "phylum", "class", "order", "family", "genus", "full"]
CASES: list[tuple[str, dict[str, Any]]] = [
    *(("CelebA", {"split": split}) for split in ("train", "valid", "test", "all")),
    *(("CelebA", {"target_type": target}) for target in ("identity", "bbox", "landmarks", ["bbox", "attr"], [])),
    *(("INaturalist", {"version": version}) for version in ("2021_train", "2021_train_mini", "2021_valid")),
    *(("INaturalist", {"version": version, "target_type": ["super", "full"]}) for version in ("2017", "2018", "2019")),
    *(("INaturalist", {"target_type": target}) for target in (*RANKS, RANKS)),
    *(("ImageNet", {"split": split}) for split in ("train", "val")),
    *(
        ("Places365", {"split": split, "small": small})
        for split in ("train-standard", "train-challenge", "val", "test")
        for small in (False, True)
    ),
    *(
        (name, {"split": split, "image_set": images})
        for name in ("LFWPeople", "LFWPairs")
        for split in ("10fold", "train", "test")
        for images in ("original", "funneled", "deepfunneled")
    ),
    *(("Omniglot", {"background": background}) for background in (True, False)),
    *(("OxfordIIITPet", {"split": split}) for split in ("trainval", "test")),
    *(
        ("OxfordIIITPet", {"target_types": targets})
        for targets in ("binary-category", "segmentation", ["segmentation", "category"], [])
    ),
    *(("WIDERFace", {"split": split}) for split in ("train", "val", "test")),
]
ATTRIBUTES: dict[str, Sequence[str]] = {
    "CelebA": ["attr_names", "filename"],
    "INaturalist": ["all_categories", "categories_index", "categories_map"],
    "ImageNet": ["wnids", "wnid_to_idx", "class_to_idx", "targets"],
    "Places365": ["classes", "class_to_idx"],
    "LFWPeople": ["class_to_idx", "targets"],
    "LFWPairs": ["pair_names", "targets"],
    "OxfordIIITPet": ["bin_classes", "bin_class_to_idx"],
}
PACKINGS = {
    "CelebA": [Packing("celeba/img_align_celeba.zip", ["celeba/img_align_celeba"], "img_align_celeba")],
    "INaturalist": [Packing("2021_train.tgz", ["2021_train"], "train"), Packing("2018.tgz", ["2018"], "train_val2018")],
    "Places365": [
        Packing("train_256_places365standard.tar", ["data_256_standard"], "data_256"),
        Packing("test_large.tar", ["test_large"], "test_large"),
        Packing(
            "filelist_places365-standard.tar",
            ["categories_places365.txt", "places365_train_standard.txt", "places365_val.txt", "places365_test.txt"],
        ),
    ],
    "LFWPeople": [Packing("lfw-py/lfw-funneled.tgz", ["lfw-py/lfw_funneled"], "lfw_funneled")],
    "LFWPairs": [Packing("lfw-py/lfw.tgz", ["lfw-py/lfw"], "lfw")],
    "Omniglot": [
        Packing(f"omniglot-py/images_{split}.zip", [f"omniglot-py/images_{split}"], f"images_{split}")
        for split in ("background", "evaluation")
    ],
    "OxfordIIITPet": [
        Packing(f"oxford-iiit-pet/{name}.tar.gz", [f"oxford-iiit-pet/{name}"], name)
        for name in ("images", "annotations")
    ],
    "WIDERFace": [
        Packing(f"widerface/{name}.zip", [f"widerface/{name}"], name)
        for name in ("WIDER_train", "WIDER_val", "WIDER_test", "wider_face_split")
    ],
}
PACKED: list[tuple[str, dict[str, Any]]] = [
    ("CelebA", {"split": "valid"}),
    ("INaturalist", {}),
    ("INaturalist", {"version": "2018"}),
    ("ImageNet", {"split": "train"}),
    ("ImageNet", {"split": "val"}),
    ("Places365", {"split": "train-standard", "small": True}),
    ("Places365", {"split": "test"}),
    ("LFWPeople", {}),
    ("LFWPairs", {"image_set": "original"}),
    ("Omniglot", {"background": False}),
    ("OxfordIIITPet", {"target_types": ["category", "segmentation"]}),
    ("WIDERFace", {"split": "val"}),
    ("WIDERFace", {"split": "test"}),
]


def named(case: object) -> str:
    return case if isinstance(case, str) else "-".join(map(str, case.values())) if isinstance(case, dict) else ""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for tiny files, which torchvision takes for the published ones, and lists in order of their names."""
    for module in ("celeba", "lfw", "omniglot", "places365"):
        monkeypatch.setattr(f"torchvision.datasets.{module}.check_integrity", lambda *_, **__: True)
    unsorted = os.listdir
    monkeypatch.setattr(os, "listdir", lambda *args: sorted(unsorted(*args)))
    return tmp_path / "root"


def asked(name: str, **arguments: Any) -> tuple[Choice, str]:
    """Return what the constructor of torchvision's class means by its arguments."""
    entry = find_dataset(name)
    bound = parsed(entry.card.upstream.parameters).bind(**arguments)
    bound.apply_defaults()
    given = {**bound.arguments, **bound.arguments.pop("kwargs", {})}
    unused = ("transform", "target_transform", "transforms", "download", "loader")
    meant = meaning(entry.card, {name: value for name, value in given.items() if name not in unused})
    choice = choose(entry, meant.options)
    return choice, meant.split or next(iter(choice.splits))


def load(name: str, root: Path, **arguments: Any) -> Dataset:
    choice, split = asked(name, **arguments)
    return opened(choice, [split], root, current=current(), verify=False, progress=False)[split]


@pytest.mark.parametrize(("name", "arguments"), CASES, ids=named)
def test_samples_are_those_of_torchvision(root: Path, name: str, arguments: dict[str, Any]) -> None:
    WRITERS[name](root)
    theirs = getattr(torchvision.datasets, name)(root, **arguments)

    ours = load(name, root, **arguments)

    assert_same_samples(ours, theirs)
    for attribute in ATTRIBUTES.get(name, ()):
        if not (attribute == "targets" and None in theirs.targets):
            found, wanted = getattr(ours, attribute), getattr(theirs, attribute)
            assert found == wanted or found == list(map(list, wanted)), attribute


def pack(name: str, root: Path) -> None:
    """Put the files of a copy into the archives that they are published in."""
    for packing in PACKINGS.get(name, ()):
        files.pack(root, packing)
    if name == "ImageNet":
        files.pack_imagenet(root)


@pytest.mark.parametrize(("name", "arguments"), PACKED, ids=named)
def test_archives_give_what_unpacked_files_give(root: Path, name: str, arguments: dict[str, Any]) -> None:
    WRITERS[name](root)
    unpacked = list(load(name, root, **arguments))
    pack(name, root)

    ours = load(name, root, **arguments)

    assert_same(tuple(ours), tuple(unpacked))


@pytest.mark.parametrize(("name", "arguments"), PACKED, ids=named)
def test_files_of_the_store_give_what_unpacked_files_give(
    root: Path, tmp_path: Path, name: str, arguments: dict[str, Any]
) -> None:
    WRITERS[name](root)
    unpacked = list(load(name, root, **arguments))
    pack(name, root)
    card = find_dataset(name).card
    choice, split = asked(name, **arguments)
    below = root / card.upstream.folder

    inputs = {role: Input(File(below / file), file) for role, file in choice.split(split).files.items()}
    source = file_trees.in_store(card, choice.split(split), inputs, file_trees.Workspace(Layout(tmp_path / "store")))
    table = prepare(Job(card, split, choice.split(split), source, choice.options, trusted=False), Layout(tmp_path))

    origin = Origin(card, split, choice.splits, choice.classes or table.classes, (table,), choice.target)
    assert_same(tuple(Dataset(origin)), tuple(unpacked))


def test_classes_of_imagenet_are_called_by_all_their_words(root: Path) -> None:
    files.write_imagenet(root)
    theirs = torchvision.datasets.ImageNet(root)

    ours = load("ImageNet", root)

    assert ours.classes == ["tench, Tinca tinca", "crane, big bird", "crane"]
    assert [tuple(name.split(", ")) for name in ours.classes] == theirs.classes


def test_packed_imagenet_knows_what_the_unpacked_one_knows(root: Path) -> None:
    files.write_imagenet(root)
    theirs = torchvision.datasets.ImageNet(root, split="val")
    files.pack_imagenet(root)

    ours = load("ImageNet", root, split="val")

    assert (ours.wnids, ours.wnid_to_idx, ours.class_to_idx) == (theirs.wnids, theirs.wnid_to_idx, theirs.class_to_idx)
    assert ours.targets == theirs.targets


def test_breeds_are_known_before_any_file_is(root: Path) -> None:
    files.write_pets(root)
    theirs = torchvision.datasets.OxfordIIITPet(root)

    ours = load("OxfordIIITPet", root)

    assert len(ours.classes) == 37
    assert [ours.classes[label] for label in (0, 1, 36)] == theirs.classes


def test_torchvisions_name_of_the_variant_is_an_option(root: Path) -> None:
    files.write_places365(root)

    ours = load_dataset("places365", split="val", small=True, data_dir=root, verify=False, progress=False)

    assert_same_samples(ours, torchvision.datasets.Places365(root, split="val", small=True))


def test_a_rank_that_a_version_lacks_is_refused(root: Path) -> None:
    files.write_inaturalist(root)

    with pytest.raises(NotFound, match="kingdom"):
        load("INaturalist", root, version="2017", target_type="kingdom")


@pytest.mark.parametrize("name", ["CelebA", "LFWPairs", "Omniglot", "Places365"])
def test_a_loader_batches_samples_that_have_been_pickled(root: Path, name: str) -> None:
    WRITERS[name](root)
    resize = v2.Compose([v2.PILToTensor(), v2.Resize((4, 4), antialias=True)])
    dataset = pickle.loads(pickle.dumps(load(name, root)))  # noqa: S301  our own bytes
    dataset.transform = resize

    batches = list(DataLoader(dataset, batch_size=3))

    assert sum(len(batch[0]) for batch in batches) == len(dataset)
    assert torch.equal(batches[0][0][0], resize(load(name, root)[0][0]))
