"""Datasets of labelled photos, sample by sample beside torchvision's classes, which read the same tiny copies."""

from __future__ import annotations

import hashlib
import inspect
import pickle
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
import torchvision
from msgspec.structs import replace
from readers.listed_files import WNIDS, WRITERS, pack_all
from readers.tiny_photos import write_photos
from same import assert_same_samples
from torch.utils.data import DataLoader
from torchvision.transforms.functional import pil_to_tensor

from hub.cards import Artifact, Source, Split
from hub.datasets.choice import choose
from hub.datasets.loading import load_dataset, opened
from hub.registry import DatasetEntry, find_dataset
from hub.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from hub.datasets.dataset import Dataset

SPLITS = {
    "Country211": ("train", "valid", "test"),
    "CLEVRClassification": ("train", "val", "test"),
    "DTD": ("train", "val", "test"),
    "FGVCAircraft": ("train", "val", "trainval", "test"),
    "Flowers102": ("train", "val", "test"),
    "Food101": ("train", "test"),
    "GTSRB": ("train", "test"),
    "Imagenette": ("train", "val"),
    "RenderedSST2": ("train", "val", "test"),
    "StanfordCars": ("train", "test"),
}
UNDIVIDED: list[tuple[str, dict[str, Any]]] = [
    ("Caltech101", {}),
    ("Caltech101", {"target_type": "annotation"}),
    ("Caltech101", {"target_type": ["annotation", "category"]}),
    ("Caltech256", {}),
    ("EuroSAT", {}),
    ("SUN397", {}),
]
OPTIONS: list[tuple[str, dict[str, Any]]] = [
    ("DTD", {"split": "val", "partition": 2}),
    ("DTD", {"split": "train", "partition": 10}),
    ("FGVCAircraft", {"split": "test", "annotation_level": "family"}),
    ("FGVCAircraft", {"split": "train", "annotation_level": "manufacturer"}),
    ("Imagenette", {"split": "train", "size": "320px"}),
    ("Imagenette", {"split": "val", "size": "160px"}),
]
CASES = [*((name, {"split": split}) for name, splits in SPLITS.items() for split in splits), *UNDIVIDED, *OPTIONS]
ATTRIBUTES = ("classes", "class_to_idx", "categories", "annotation_categories", "y", "index", "wnids", "wnid_to_idx")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the copies lie, which torchvision takes for the published ones."""
    monkeypatch.setattr("torchvision.datasets.flowers102.check_integrity", lambda *_: True)
    return tmp_path / "root"


def as_in_hub(arguments: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the split and the options that the arguments of torchvision's class mean."""
    options = {"variant" if key == "size" else key: value for key, value in arguments.items()}
    split: str = options.pop("split", "all")
    return split, options


def load(name: str, root: Path, arguments: dict[str, Any]) -> Dataset:
    split, options = as_in_hub(arguments)
    return load_dataset(name, split=split, data_dir=root, verify=False, progress=False, **options)


def served_from(root: Path, name: str) -> DatasetEntry:
    """Return the card of a class, as if its artifacts were published at `root` in the sizes that they have there."""
    entry = find_dataset(name)
    artifacts = tuple(_served(artifact, root) for artifact in entry.card.artifacts)
    changes = {
        "splits": _uncounted(entry.card.splits),
        "artifacts": artifacts,
        "variants": {
            name: replace(variant, splits=_uncounted(variant.splits)) for name, variant in entry.card.variants.items()
        },
    }
    return DatasetEntry(entry.id, replace(entry.card, **changes), entry.path)


def _served(artifact: Artifact, root: Path) -> Artifact:
    (path,) = root.rglob(artifact.name)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return replace(artifact, size=None, md5=None, sha256=sha256, sources=(Source(url=path.as_uri()),))


def _uncounted(splits: dict[str, Split]) -> dict[str, Split]:
    return {name: replace(split, samples=None) for name, split in splits.items()}


def torchvisions(name: str, root: Path, arguments: dict[str, Any]) -> Any:
    dataset = getattr(torchvision.datasets, name)(root, **arguments)
    if name == "SUN397":  # it takes files in the order in which the file system lists them
        order = np.argsort([str(path) for path in dataset._image_files])
        dataset._image_files = [dataset._image_files[place] for place in order]
        dataset._labels = [dataset._labels[place] for place in order]
    return dataset


def loaded(dataset: Any) -> list[Any]:
    """Return all samples, their images read and the files closed, which some of torchvision's classes leave open."""
    samples = [dataset[index] for index in range(len(dataset))]
    for image, _ in samples:
        image.load()
    return samples


IDS = [" ".join([name, *(f"{key}={value}" for key, value in arguments.items())]) for name, arguments in CASES]


@pytest.mark.parametrize(("name", "arguments"), CASES, ids=IDS)
def test_samples_are_those_of_torchvision(root: Path, name: str, arguments: dict[str, Any]) -> None:
    WRITERS[name](root)

    ours, theirs = load(name, root, arguments), torchvisions(name, root, arguments)

    assert_same_samples(ours, theirs)
    for attribute in ATTRIBUTES:
        if hasattr(theirs, attribute) and (name, attribute) != ("Imagenette", "classes"):
            assert getattr(ours, attribute) == getattr(theirs, attribute)


@pytest.mark.parametrize(("name", "arguments"), CASES, ids=IDS)
def test_archives_give_the_same_samples_and_are_not_unpacked(root: Path, name: str, arguments: dict[str, Any]) -> None:
    WRITERS[name](root)
    theirs = loaded(torchvisions(name, root, arguments))
    pack_all(root, name)
    before = sorted(root.rglob("*"))

    ours = load(name, root, arguments)

    assert_same_samples(ours, theirs)
    assert sorted(root.rglob("*")) == before


@pytest.mark.parametrize(("name", "arguments"), CASES, ids=IDS)
def test_archives_in_the_store_give_the_same_samples(
    tmp_path: Path, root: Path, name: str, arguments: dict[str, Any]
) -> None:
    WRITERS[name](root)
    theirs = loaded(torchvisions(name, root, arguments))
    pack_all(root, name)
    split, options = as_in_hub(arguments)

    choice = choose(served_from(root, name), options)
    ours = opened(choice, [split], None, current=Settings(tmp_path / "home", offline=False), progress=False)[split]

    assert_same_samples(ours, theirs)


@pytest.mark.parametrize(("name", "arguments"), [("Country211", {"split": "train"}), ("SUN397", {})])
def test_folders_beside_an_archive_are_not_mistaken_for_it(root: Path, name: str, arguments: dict[str, Any]) -> None:
    WRITERS[name](root)
    theirs = loaded(torchvisions(name, root, arguments))
    pack_all(root, name)
    write_photos(root, ["train/AA/1.jpg", "a/abbey/sun_z.jpg"])

    ours = load(name, root, arguments)

    assert_same_samples(ours, theirs)


@pytest.mark.parametrize("name", WRITERS)
def test_digests_are_those_in_the_code_of_torchvision(name: str) -> None:
    theirs = set(re.findall(r'"([0-9a-f]{32})"', inspect.getsource(getattr(torchvision.datasets, name))))

    ours = {artifact.md5 for artifact in find_dataset(name).card.artifacts}

    assert theirs == ours or not theirs


def test_a_class_of_imagenette_has_the_first_of_its_names(root: Path) -> None:
    WRITERS["Imagenette"](root)
    theirs = torchvision.datasets.Imagenette(root)

    ours = load("imagenette", root, {"split": "train"})

    assert ours.classes == [names[0] for names in theirs.classes]
    assert list(ours.wnids) == list(WNIDS)


def test_signs_are_named_by_their_folders_in_the_test_too(root: Path) -> None:
    WRITERS["GTSRB"](root)

    train, test = (load("gtsrb", root, {"split": split}) for split in ("train", "test"))

    assert train.classes == ["00000", "00012", "00042"]
    assert test.classes[42] == "00042"


def test_an_outline_is_a_tensor_where_tensors_are_asked_for(root: Path) -> None:
    WRITERS["Caltech101"](root)
    dataset = load("caltech101", root, {"target_type": "annotation"})

    outline = dataset.with_format("torch")[0].contour

    assert isinstance(outline, torch.Tensor)
    np.testing.assert_array_equal(outline.numpy(), dataset[0].contour, strict=True)


def test_batches_are_collated_by_default_and_datasets_can_be_pickled(root: Path) -> None:
    WRITERS["DTD"](root)
    dataset = load("dtd", root, {"split": "train"})
    dataset.transform = pil_to_tensor

    (batch,) = DataLoader(pickle.loads(pickle.dumps(dataset)), batch_size=len(dataset))  # noqa: S301  our own bytes

    assert torch.equal(batch[0], torch.stack([image for image, _ in dataset]))
    assert batch[1].tolist() == dataset.targets
