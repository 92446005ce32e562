"""`.data` and `.targets` can be changed as torchvision's can, which read the same tiny files."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
import torchvision
from readers.cifar_files import write_cifar10
from readers.stl10_files import write_stl10
from torch.utils.data import DataLoader
from torchvision import transforms

from hub.datasets.loading import load_dataset
from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from datasets.conftest import Load  # type: ignore[import-not-found,unused-ignore]

    from hub.datasets.dataset import Dataset


@pytest.fixture
def both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, root: Path) -> list[Any]:
    """Ours and torchvision's dataset of the same files: MNIST with tensors, CIFAR with lists, STL-10 with planes."""
    for module in ("cifar", "stl10"):
        monkeypatch.setattr(f"torchvision.datasets.{module}.check_integrity", lambda *_: True)
    copy = tmp_path / "copy"
    ours: Dataset
    if request.param == "MNIST":
        return [load("mnist", root), torchvision.datasets.MNIST(root)]
    (write_cifar10 if request.param == "CIFAR10" else write_stl10)(copy)
    ours = load(request.param, copy)
    return [ours, getattr(torchvision.datasets, request.param)(copy)]


def load(name: str, folder: Path, split: str = "train") -> Dataset:
    return load_dataset(name, split=split, data_dir=folder, verify=False, progress=False)


def change_one(dataset: Any) -> None:
    targets = dataset.labels if hasattr(dataset, "labels") else dataset.targets
    targets[2] = 7


def keep_three(dataset: Any) -> None:
    name = "labels" if hasattr(dataset, "labels") else "targets"
    dataset.data = dataset.data[:3]
    setattr(dataset, name, getattr(dataset, name)[:3])


def keep_some(dataset: Any) -> None:
    name = "labels" if hasattr(dataset, "labels") else "targets"
    mask = np.asarray(getattr(dataset, name)) < 5
    kept = [label for label, keep in zip(getattr(dataset, name), mask, strict=True) if keep]
    setattr(
        dataset,
        name,
        type(getattr(dataset, name))(kept)
        if name == "targets" and isinstance(dataset.targets, list)
        else np.array(kept),
    )
    dataset.data = dataset.data[mask]


def replace_labels(dataset: Any) -> None:
    name = "labels" if hasattr(dataset, "labels") else "targets"
    setattr(dataset, name, [3] * len(dataset))


def double(dataset: Any) -> None:
    name = "labels" if hasattr(dataset, "labels") else "targets"
    join = torch.cat if isinstance(dataset.data, torch.Tensor) else np.concatenate
    dataset.data = join([dataset.data, dataset.data])
    labels = getattr(dataset, name)
    setattr(dataset, name, labels + labels if isinstance(labels, list) else join([labels, labels]))


def invert_pixels(dataset: Any) -> None:
    dataset.data[1] = 255 - dataset.data[1]


CHANGES = [change_one, keep_three, keep_some, replace_labels, double, invert_pixels]


@pytest.mark.parametrize("both", ["MNIST", "CIFAR10", "STL10"], indirect=True)
@pytest.mark.parametrize("change", CHANGES, ids=lambda each: each.__name__)
def test_samples_follow_what_is_written(both: list[Any], change: Callable[[Any], None]) -> None:
    for dataset in both:
        change(dataset)

    ours, theirs = both
    assert len(ours) == len(theirs)
    for index in range(len(theirs)):
        image, label = theirs[index]
        assert ours[index].image.tobytes() == image.tobytes()
        assert ours[index].label == int(label)
    assert ours["label"].tolist() == [int(label) for _, label in theirs]
    assert np.array_equal(ours.data, theirs.data)


@pytest.mark.parametrize("both", ["MNIST", "CIFAR10"], indirect=True)
def test_a_changed_dataset_pickles_and_makes_batches(both: list[Any]) -> None:
    for dataset in both:
        keep_three(dataset)
        change_one(dataset)
        dataset.transform = transforms.ToTensor()

    again = pickle.loads(pickle.dumps(both[0]))  # noqa: S301  our own bytes

    (ours,), (theirs,) = DataLoader(again, batch_size=8), DataLoader(both[1], batch_size=8)
    assert torch.equal(ours[0], theirs[0])
    assert torch.equal(ours[1], theirs[1])


def test_neither_the_store_nor_other_datasets_change(load: Load) -> None:
    dataset, other = load(), load()
    labels, fingerprint = other["label"].tolist(), dataset.fingerprint

    dataset.targets = torch.zeros(len(dataset), dtype=torch.int64)

    assert dataset["label"].tolist() == [0] * 30
    assert other["label"].tolist() == load()["label"].tolist() == labels
    assert dataset.fingerprint != fingerprint == load().fingerprint


def test_reading_leaves_the_fingerprint_as_it_was(tmp_path: Path) -> None:
    write_cifar10(tmp_path)
    dataset = load("cifar10", tmp_path)
    fingerprint, of_some = dataset.fingerprint, dataset[3:5].fingerprint

    assert len(dataset.targets) == len(dataset)

    assert (dataset.fingerprint, dataset[3:5].fingerprint) == (fingerprint, of_some)


def test_what_is_written_into_picked_rows_counts(load: Load) -> None:
    dataset: Dataset = load("train+test").select([3, 31, 5])

    dataset.targets[1] = 9
    dataset.data[2] = 0

    assert dataset[1].label == 9
    assert not np.asarray(dataset[2].image).any()


def test_a_changed_dataset_can_be_picked_from_and_handed_on(load: Load) -> None:
    dataset = load()
    dataset.data, dataset.targets = dataset.data[10:20], dataset.targets[10:20]
    dataset.targets[4] = 6

    picked: Dataset = dataset.select([4, 0])

    assert picked.targets.tolist() == [6, int(load().targets[10])]
    assert dataset.arrow["label"].to_pylist() == dataset.targets.tolist()
    assert dataset.tensors().image.shape == (10, 1, 28, 28)
    assert "Number of datapoints: 10" in repr(dataset)


def test_the_length_is_that_of_the_images(load: Load) -> None:
    dataset = load()

    dataset.targets = dataset.targets[:4]

    assert len(dataset) == 30
    with pytest.raises(IndexError):
        dataset[4]
    with pytest.raises(InvalidInput, match="differ in length"):
        _ = dataset.arrow


@pytest.mark.parametrize(
    ("name", "value"),
    [("data", torch.zeros(3, 28, 28)), ("data", [1, 2]), ("targets", [0.5]), ("targets", "cat")],
    ids=["floats", "no images", "halves", "words"],
)
def test_what_fits_nothing_is_refused(load: Load, name: str, value: object) -> None:
    with pytest.raises(InvalidInput):
        setattr(load(), name, value)


def test_a_label_that_is_no_number_is_refused_when_it_is_read(tmp_path: Path) -> None:
    write_cifar10(tmp_path)
    dataset = load("cifar10", tmp_path)
    dataset.targets[0] = "cat"

    with pytest.raises(InvalidInput, match="whole number"):
        dataset[0]
