"""CIFAR and its kin, sample by sample beside torchvision's classes, which read the same tiny files."""

from __future__ import annotations

import hashlib
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
import torchvision
from readers.cifar_files import FINE, numbers, pack, write_cifar10, write_cifar100
from readers.libsvm_files import write_usps
from readers.stl10_files import write_stl10
from readers.svhn_files import write_svhn
from same import assert_same_samples
from torch.utils.data import DataLoader, default_collate
from torchvision import transforms

from hub.cards import read_dataset
from hub.datasets import local_copy
from hub.datasets.loading import load_dataset
from hub.errors import DigestMismatch, NotFound
from hub.registry import find_dataset

if TYPE_CHECKING:
    from pathlib import Path

    from hub.datasets.dataset import Dataset


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to write tiny files to, which torchvision takes for the published ones."""
    for module in ("cifar", "svhn", "stl10"):
        monkeypatch.setattr(f"torchvision.datasets.{module}.check_integrity", lambda *_: True)
    return tmp_path / "copy"


def load(name: str, folder: Path, split: str = "train", **options: Any) -> Dataset:
    return load_dataset(name, split=split, data_dir=folder, verify=False, progress=False, **options)


def assert_same_array(ours: object, theirs: object) -> None:
    assert isinstance(ours, np.ndarray)
    assert isinstance(theirs, np.ndarray)
    np.testing.assert_array_equal(ours, theirs, strict=True)


@pytest.mark.parametrize("split", ["train", "test"])
def test_cifar10_is_that_of_torchvision(copy: Path, split: str) -> None:
    write_cifar10(copy)
    theirs = torchvision.datasets.CIFAR10(copy, train=split == "train")

    ours = load("CIFAR10", copy, split)

    assert_same_samples(ours, theirs)
    assert_same_array(ours.data, theirs.data)
    assert ours.targets == theirs.targets
    assert (ours.classes, ours.class_to_idx) == (theirs.classes, theirs.class_to_idx)


@pytest.mark.parametrize("split", ["train", "test"])
def test_cifar100_is_that_of_torchvision(copy: Path, split: str) -> None:
    write_cifar100(copy)
    theirs = torchvision.datasets.CIFAR100(copy, train=split == "train")

    ours = load("CIFAR100", copy, split)

    assert_same_samples(ours, theirs)
    assert_same_array(ours.data, theirs.data)
    assert ours.targets == theirs.targets
    assert len(ours.classes) == 100
    assert ours.classes[: len(FINE)] == theirs.classes


def test_cifar100_has_superclasses_too(copy: Path) -> None:
    write_cifar100(copy)

    coarse, fine = load("cifar100", copy, variant="coarse"), load("cifar100", copy, variant="fine")

    assert coarse.targets == numbers(6, 20)
    assert len(coarse.classes) == 20
    assert coarse.fingerprint != fine.fingerprint == load("cifar100", copy).fingerprint
    with pytest.raises(NotFound, match="did you mean coarse"):
        load("cifar100", copy, variant="coarsely")


@pytest.mark.parametrize(("name", "write"), [("cifar10", write_cifar10), ("cifar100", write_cifar100)])
def test_a_packed_copy_gives_the_same_rows(copy: Path, name: str, write: Any) -> None:
    write(copy)
    extracted = load(name, copy)
    (folder,) = copy.iterdir()
    inside = load(name, folder)

    pack(folder, copy / f"{name.replace('cifar', 'cifar-')}-python.tar.gz")
    packed = load(name, copy)

    for other in (inside, packed):
        assert_same_array(other.data, extracted.data)
        assert other.targets == extracted.targets


def test_an_extracted_copy_is_compared_with_the_digests_of_its_members(copy: Path) -> None:
    write_cifar10(copy)

    with pytest.raises(DigestMismatch, match="data_batch_1"):
        load_dataset("cifar10", split="train", data_dir=copy, progress=False)


def test_an_extracted_copy_with_the_published_digests_is_read(copy: Path, tmp_path: Path) -> None:
    write_cifar10(copy)
    text = find_dataset("cifar10").path.read_text("utf-8")
    for path in (copy / "cifar-10-batches-py").iterdir():
        for name, md5 in torchvision.datasets.CIFAR10.train_list + torchvision.datasets.CIFAR10.test_list:
            if name == path.name:
                text = text.replace(md5, hashlib.md5(path.read_bytes()).hexdigest())  # noqa: S324  what is published
    (tmp_path / "tiny.toml").write_text(text, "utf-8")
    card = read_dataset(tmp_path / "tiny.toml")

    found = local_copy.locate(card, card.splits["test"], copy, verify=True)

    assert found["batch"].file.path == copy / "cifar-10-batches-py" / "test_batch"
    assert len(found["batch"].identity) == 64


def test_a_batch_of_colours_is_what_torchvision_collates(copy: Path) -> None:
    write_cifar10(copy)
    chain = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5, 0.4, 0.3), (0.2, 0.25, 0.3))])
    theirs = torchvision.datasets.CIFAR10(copy, transform=chain)

    (batch,) = DataLoader(load("cifar10", copy, transform=chain), batch_size=30)

    images, labels = default_collate(list(theirs))
    assert torch.equal(batch.image, images)
    assert torch.equal(batch.label, labels)


def test_a_list_of_targets_belongs_to_its_rows(copy: Path) -> None:
    write_cifar10(copy)
    dataset = load("cifar10", copy)

    targets = dataset.targets

    assert dataset.targets is targets
    assert dataset[3:5].targets == targets[3:5]
    assert pickle.loads(pickle.dumps(dataset)).targets == targets  # noqa: S301  our own bytes


def test_labels_exist_only_where_torchvision_has_them(copy: Path) -> None:
    write_cifar10(copy)

    assert not hasattr(load("cifar10", copy), "labels")


@pytest.mark.parametrize("split", ["train", "test", "extra"])
def test_svhn_is_that_of_torchvision(copy: Path, split: str) -> None:
    write_svhn(copy)
    theirs = torchvision.datasets.SVHN(copy, split=split)

    ours = load("SVHN", copy, split)

    assert_same_samples(ours, theirs)
    assert_same_array(ours.data, theirs.data)
    assert_same_array(ours.labels, theirs.labels)
    assert_same_array(ours.targets, theirs.labels)


@pytest.mark.parametrize("split", ["train", "test", "unlabeled", "train+unlabeled"])
def test_stl10_is_that_of_torchvision(copy: Path, split: str) -> None:
    write_stl10(copy)
    theirs = torchvision.datasets.STL10(copy, split=split)

    ours = load("STL10", copy, split)

    assert_same_samples(ours, theirs)
    assert_same_array(ours.data, theirs.data)
    assert ours.labels.tolist() == theirs.labels.tolist()
    assert ours.classes == theirs.classes


def test_a_packed_stl10_gives_the_same_rows(copy: Path) -> None:
    write_stl10(copy)
    extracted = load("stl10", copy, "train+unlabeled")

    pack(copy / "stl10_binary", copy / "stl10_binary.tar.gz")
    packed = load("stl10", copy, "train+unlabeled")

    assert_same_array(packed.data, extracted.data)
    assert packed.labels.tolist() == extracted.labels.tolist()


@pytest.mark.parametrize("split", ["train", "test"])
def test_usps_is_that_of_torchvision(copy: Path, split: str) -> None:
    write_usps(copy)
    theirs = torchvision.datasets.USPS(copy, train=split == "train")

    ours = load("USPS", copy, split)

    assert_same_samples(ours, theirs)
    assert_same_array(ours.data, theirs.data)
    assert ours.targets == theirs.targets
