"""Datasets as Ray's: every row once, in any number of blocks, with pixels as they are."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
from preparing import photo_world
from readers.idx_files import write_mnist_like
from torchvision.transforms import PILToTensor

import hub

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("ray"),
    # Of Ray's own: sockets and log files that it leaves to be collected, and what it has yet to rename.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def registry_of_photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return photo_world.write(tmp_path_factory.mktemp("photos"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, indexed: Path, registry_of_photos: Path) -> Path:
    monkeypatch.setenv("HUB_HOME", str(shutil.copytree(indexed, tmp_path / "home")))
    monkeypatch.setenv("HUB_REGISTRIES", f"lab={registry_of_photos}")
    return tmp_path / "home"


@pytest.fixture
def digits(home: Path, tmp_path: Path) -> hub.Dataset:
    write_mnist_like(tmp_path / "root" / "MNIST" / "raw")
    return hub.load_dataset("mnist", split="train", data_dir=tmp_path / "root", verify=False, progress=False)


@pytest.fixture
def photos(home: Path) -> hub.Dataset:
    return hub.load_dataset("lab/photos", split="train", progress=False)


@pytest.fixture(autouse=True)
def _in_order(ray: object) -> None:
    from ray.data import DataContext

    DataContext.get_current().execution_options.preserve_order = True


def test_numbers_are_cut_off_the_mapping(digits: hub.Dataset) -> None:
    made = digits.to_ray()

    batch = made.take_batch(len(digits))
    assert np.array_equal(batch["image"], digits["image"])
    assert np.array_equal(batch["label"], digits["label"])
    assert made.count() == len(digits)


def test_photos_are_decoded_in_the_tasks(photos: hub.Dataset) -> None:
    found = photos.to_ray().take_all()

    assert [row["label"] for row in found] == photos["label"].tolist()
    assert all(np.array_equal(row["image"], np.asarray(one.image)) for row, one in zip(found, photos, strict=True))
    assert found[0]["image"].dtype == np.uint8


def test_only_rows_that_are_picked_are_read(photos: hub.Dataset) -> None:
    picked = photos.filter(label=1)[::2]

    found = picked.to_ray().take_all()

    assert all(np.array_equal(row["image"], np.asarray(one.image)) for row, one in zip(found, picked, strict=True))


def test_transforms_and_functions_run_in_the_tasks(photos: hub.Dataset) -> None:
    resized = photos.resized(24, progress=False)
    resized.transform = PILToTensor()
    made = resized.map(lambda sample: {"pixels": sample.image, "even": sample.label % 2 == 0}).to_ray()

    batch = made.take_batch(21)

    assert batch["pixels"].shape == (21, 3, 24, 24)
    assert batch["even"].tolist() == [label % 2 == 0 for label in photos["label"].tolist()]


def test_texts_are_strings(home: Path, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "train.csv").write_text("label,text\n0,well\n1,über\n", "utf-8")
    texts = hub.load_dataset("text_classification", split="train", data_dir=tmp_path / "own", progress=False)

    assert texts.to_ray().take_all() == [{"label": 0, "text": "well"}, {"label": 1, "text": "über"}]


def test_batches_are_tensors_for_torch(photos: hub.Dataset) -> None:
    made = photos.resized(24, progress=False).to_ray()

    (batch,) = made.iter_torch_batches(batch_size=32)

    assert batch["image"].shape == (21, 24, 24, 3)
    assert batch["label"].tolist() == photos["label"].tolist()


def test_every_row_comes_once_however_many_blocks_there_are(digits: hub.Dataset) -> None:
    from hub.datasets.ray_rows import Rows

    for count in (1, 2, 7, 1000):
        shares = Rows(digits, 0, len(digits)).shares(count)

        labels = [label for share in shares for columns in share.read() for label in columns["label"]]

        assert labels == digits["label"].tolist()


def test_what_streams_comes_once_too(home: Path) -> None:
    streamed = hub.load_dataset("lab/photos", split="train", streaming=True, progress=False)

    found = streamed.to_ray().take_all()

    mapped = hub.load_dataset("lab/photos", split="train", progress=False)
    assert sorted(row["label"] for row in found) == sorted(mapped["label"].tolist())
    assert {row["image"].tobytes() for row in found} == {np.asarray(one.image).tobytes() for one in mapped}
