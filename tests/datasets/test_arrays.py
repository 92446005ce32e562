"""Datasets of fixed-size values beside torchvision's classes, which read the same tiny files."""

from __future__ import annotations

import pickle
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
import torchvision
from readers.array_files import (
    FER_FILES,
    write_fer2013,
    write_moving_mnist,
    write_pcam,
    write_phototour,
    write_semeion,
)
from readers.cifar_files import pack
from readers.stl10_files import write_stl10
from same import assert_same
from torch.utils.data import DataLoader, default_collate
from torchvision import transforms

import hub
from hub.datasets.loading import load_dataset, opened
from hub.errors import DigestMismatch, InvalidInput, MissingFile

if TYPE_CHECKING:
    from pathlib import Path

    from hub.datasets.dataset import Dataset


OLD_PILLOW = pytest.mark.filterwarnings("ignore:Image.Image.getdata:DeprecationWarning")  # torchvision calls it


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to write tiny files to, which torchvision takes for the published ones."""
    for module in ("semeion", "fer2013", "stl10"):
        monkeypatch.setattr(f"torchvision.datasets.{module}.check_integrity", lambda *_, **__: True)
    monkeypatch.setattr("hub.datasets.upstream.finding.opened", partial(opened, verify=False, progress=False))
    return tmp_path / "copy"


def load(name: str, folder: Path | None, split: str = "train", **options: Any) -> Dataset:
    return load_dataset(name, split=split, data_dir=folder, verify=False, progress=False, **options)


def assert_same_samples(ours: Dataset, theirs: Any, whole: bool = False) -> None:
    """`whole`: theirs gives bare values, and not tuples."""
    assert len(ours) == len(theirs)
    for index in range(len(theirs)):
        expected = (theirs[index],) if whole else theirs[index]
        assert len(ours[index]) == len(expected)
        for mine, other in zip(ours[index], expected, strict=True):
            assert_same(mine, other)


@pytest.mark.parametrize("ratio", [1, 10, 19])
@pytest.mark.parametrize(("split", "theirs"), [("all", None), ("train", "train"), ("test", "test")])
def test_moving_mnist_is_that_of_torchvision(copy: Path, split: str, theirs: str | None, ratio: int) -> None:
    write_moving_mnist(copy)
    expected = torchvision.datasets.MovingMNIST(copy, split=theirs, split_ratio=ratio)

    ours = load("MovingMNIST", copy, split, split_ratio=ratio)

    assert_same_samples(ours, expected, whole=True)
    assert torch.equal(ours.data, expected.data)


def test_moving_mnist_gives_bare_clips_in_torchvisions_class(copy: Path) -> None:
    write_moving_mnist(copy)
    theirs = torchvision.datasets.MovingMNIST(copy, transform=torch.Tensor.float)

    ours = hub.vision.datasets.MovingMNIST(copy, transform=torch.Tensor.float)

    assert torch.equal(ours[1], theirs[1])
    assert torch.equal(next(iter(DataLoader(ours, batch_size=3))), default_collate([theirs[row] for row in range(3)]))


@pytest.mark.parametrize("ratio", [0, 20])
def test_a_ratio_that_leaves_no_frames_is_refused(copy: Path, ratio: int) -> None:
    write_moving_mnist(copy)

    with pytest.raises(InvalidInput, match="split_ratio"):
        load("moving_mnist", copy, split_ratio=ratio)


def test_semeion_is_that_of_torchvision(copy: Path) -> None:
    write_semeion(copy)
    theirs = torchvision.datasets.SEMEION(copy, download=False)

    ours = load("SEMEION", copy, "all")

    assert_same_samples(ours, theirs)
    np.testing.assert_array_equal(ours.data, theirs.data, strict=True)
    np.testing.assert_array_equal(ours.labels, theirs.labels, strict=True)


@pytest.mark.parametrize("packed", [False, True], ids=["extracted", "packed"])
@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_pcam_is_that_of_torchvision(copy: Path, split: str, packed: bool) -> None:
    write_pcam(copy / "extracted", split)
    theirs = torchvision.datasets.PCAM(copy / "extracted", split=split)
    write_pcam(copy / "given", split, packed=packed)

    ours = load("PCAM", copy / "given", split)

    assert_same_samples(ours, theirs)


def test_pcam_is_prepared_some_images_at_a_time(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_pcam(copy, "test", rows=7)
    monkeypatch.setattr("hub.readers.pcam.AT_ONCE", 3)

    assert_same_samples(load("pcam", copy, "test"), torchvision.datasets.PCAM(copy, split="test"))


@pytest.mark.parametrize("name", ["fer2013.csv", "icml_face_data.csv", None], ids=["fer", "icml", "parts"])
@pytest.mark.parametrize("split", ["train", "test"])
def test_fer2013_is_that_of_torchvision(copy: Path, split: str, name: str | None) -> None:
    write_fer2013(copy, *([name] if name else ["train.csv", "test.csv"]))
    theirs = torchvision.datasets.FER2013(copy, split=split)

    ours = load("FER2013", copy, split)

    assert_same_samples(ours, theirs)
    assert (ours[0].label is None) == (name is None and split == "test")


def test_the_fullest_files_of_fer2013_come_first(copy: Path) -> None:
    write_fer2013(copy, *FER_FILES)

    assert_same_samples(load("fer2013", copy, "test"), torchvision.datasets.FER2013(copy, split="test"))


def test_a_single_file_in_a_folder_is_compared_with_its_digest(copy: Path) -> None:
    write_fer2013(copy, "fer2013.csv")

    with pytest.raises(DigestMismatch, match=r"fer2013\.csv is not the published file"):
        load_dataset("fer2013", split="train", data_dir=copy, progress=False)


def test_fer2013_says_how_to_get_it() -> None:
    with pytest.raises(MissingFile, match="Sign in at Kaggle"):
        load_dataset("fer2013", split="train", progress=False)


@OLD_PILLOW
@pytest.mark.parametrize("packed", [False, True], ids=["extracted", "packed"])
@pytest.mark.parametrize("split", ["train", "test"])
def test_phototour_is_that_of_torchvision(copy: Path, split: str, packed: bool) -> None:
    name = "yosemite_harris"
    write_phototour(copy / "extracted", name)
    theirs = torchvision.datasets.PhotoTour(copy / "extracted", name, train=split == "train")
    theirs.data = theirs.data[:7]  # it cuts behind the published number of patches, which is far more
    write_phototour(copy / "given", name, packed=packed)

    ours = load("PhotoTour", copy / "given", split, variant=name)

    assert_same_samples(ours, theirs, whole=split == "train")
    assert (ours.mean, ours.std) == (theirs.mean, theirs.std)


@OLD_PILLOW
def test_patches_are_transformed_and_collated(copy: Path) -> None:
    write_phototour(copy, "liberty")
    theirs = torchvision.datasets.PhotoTour(copy, "liberty", train=False, transform=torch.Tensor.float)

    ours = hub.vision.datasets.PhotoTour(copy, "liberty", train=False, transform=torch.Tensor.float)

    (batch,) = DataLoader(ours, batch_size=len(ours))
    for mine, other in zip(batch, default_collate(list(map(theirs.__getitem__, range(len(theirs))))), strict=True):
        assert torch.equal(mine, other)


@pytest.mark.parametrize("shape", [(3, 8, 8), (1, 6, 4)], ids=str)
def test_fake_data_is_that_of_torchvision(shape: tuple[int, int, int]) -> None:
    theirs = torchvision.datasets.FakeData(6, shape, 4, random_offset=3)

    ours = load("FakeData", None, size=6, image_size=shape, num_classes=4, random_offset=3)

    assert_same_samples(ours, theirs)
    assert_same_samples(hub.vision.datasets.FakeData(6, shape, 4, random_offset=3), theirs)
    assert pickle.loads(pickle.dumps(ours))[2].label == theirs[2][1]  # noqa: S301  our own bytes


def test_fake_data_makes_tensors_and_batches() -> None:
    chain = transforms.PILToTensor()
    theirs = torchvision.datasets.FakeData(4, (3, 8, 8), transform=chain)

    (batch,) = DataLoader(load("fake_data", None, size=4, image_size=(3, 8, 8), transform=chain), batch_size=4)
    plain = load("fake_data", None, size=4, image_size=(3, 8, 8)).with_format("torch")

    assert torch.equal(batch.image, default_collate(list(map(theirs.__getitem__, range(4))))[0])
    assert torch.equal(plain[1].image, batch.image[1])


@pytest.mark.parametrize(
    "options", [{"size": -1}, {"num_classes": 0}, {"image_size": (8, 8)}, {"image_size": (3, 0, 8)}], ids=str
)
def test_noise_of_no_size_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="there is no such"):
        load("fake_data", None, **options)


@pytest.mark.parametrize("fold", range(10))
def test_a_fold_of_stl10_is_that_of_torchvision(copy: Path, fold: int) -> None:
    write_stl10(copy)

    assert_same_samples(load("stl10", copy, folds=fold), torchvision.datasets.STL10(copy, folds=fold))


def test_a_fold_joins_the_unlabelled_images(copy: Path) -> None:
    write_stl10(copy)
    theirs = torchvision.datasets.STL10(copy, split="train+unlabeled", folds=2)

    assert_same_samples(load("stl10", copy, "train+unlabeled", folds=2), theirs)


def test_folds_are_read_out_of_the_archive(copy: Path) -> None:
    write_stl10(copy)
    extracted = load("stl10", copy, folds=7)

    pack(copy / "stl10_binary", copy / "stl10_binary.tar.gz")

    assert_same_samples(load("stl10", copy, folds=7), extracted)


@pytest.mark.parametrize("fold", [10, -2])
def test_a_fold_that_does_not_exist_is_refused(copy: Path, fold: int) -> None:
    write_stl10(copy)

    with pytest.raises(InvalidInput, match="fold"):
        load("stl10", copy, folds=fold)
