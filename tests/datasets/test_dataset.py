"""Samples, columns and views of a dataset, against torchvision on the same files."""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image
from torch.utils.data import DataLoader
from torchvision import transforms

from hub.errors import InvalidInput, MissingExtra, NotFound

if TYPE_CHECKING:
    from pathlib import Path

    from datasets.conftest import Load  # type: ignore[import-not-found,unused-ignore]


def test_samples_are_those_of_torchvision_one_by_one(load: Load, root: Path) -> None:
    ours, theirs = load(), torchvision.datasets.MNIST(root)

    assert len(ours) == len(theirs) == 30
    for index in range(len(theirs)):
        image, label = ours[index]
        expected_image, expected_label = theirs[index]
        assert isinstance(image, Image.Image)
        assert image.mode == expected_image.mode == "L"
        assert image.tobytes() == expected_image.tobytes()
        assert type(label) is int
        assert label == expected_label


def test_data_and_targets_are_those_of_torchvision(load: Load, root: Path) -> None:
    ours, theirs = load("test"), torchvision.datasets.MNIST(root, train=False)

    assert torch.equal(ours.data, theirs.data)
    assert torch.equal(ours.targets, theirs.targets)
    assert (ours.data.dtype, ours.targets.dtype) == (torch.uint8, torch.int64)
    assert (ours.classes, ours.class_to_idx) == (theirs.classes, theirs.class_to_idx)


def test_transforms_give_what_they_give_in_torchvision(load: Load, root: Path) -> None:
    chain = {"transform": transforms.ToTensor(), "target_transform": lambda label: label + 100}

    ours, theirs = load(**chain), torchvision.datasets.MNIST(root, **chain)

    assert torch.equal(ours[3].image, theirs[3][0])
    assert ours[3].label == theirs[3][1]
    assert "ToTensor()" in repr(ours)


def test_a_joint_transform_is_given_image_and_label(load: Load) -> None:
    dataset = load(transforms=lambda image, label: (image.size, -label))

    assert dataset[2] == ((28, 28), -load()[2].label)


def test_joint_and_separate_transforms_exclude_each_other(load: Load) -> None:
    with pytest.raises(InvalidInput, match="exclude each other"):
        load(transform=transforms.ToTensor(), transforms=lambda image, label: (image, label))


def test_a_transform_can_be_set_later(load: Load) -> None:
    dataset = load()

    dataset.transform = transforms.ToTensor()

    assert dataset[0].image.shape == (1, 28, 28)


def test_a_sample_can_be_named_by_any_whole_number(load: Load) -> None:
    dataset = load()

    assert dataset[-1].label == dataset[29].label == dataset[np.int64(29)].label == dataset[torch.tensor(29)].label


@pytest.mark.parametrize("index", [30, -31])
def test_a_number_out_of_range_ends_a_loop_as_python_expects(load: Load, index: int) -> None:
    with pytest.raises(IndexError, match=f"sample {index} of a dataset with 30"):
        load()[index]

    assert len(list(load())) == 30


@pytest.mark.parametrize("key", [1.5, None, [1, 2]], ids=str)
def test_other_keys_are_refused(load: Load, key: object) -> None:
    with pytest.raises(InvalidInput, match="picks nothing"):
        load()[key]  # type: ignore[call-overload]


def test_a_slice_is_a_dataset_that_shares_the_data(load: Load) -> None:
    dataset = load()

    part = dataset[2:10][::2]

    assert [sample.label for sample in part] == dataset["label"][2:10:2].tolist()
    assert np.shares_memory(part["image"], dataset["image"])


def test_columns_are_views_of_what_is_stored(load: Load) -> None:
    dataset = load()

    assert dataset["label"].tolist() == dataset.targets.tolist()
    assert dataset["image"].shape == (30, 28, 28)
    with pytest.raises(NotFound, match="did you mean label"):
        dataset["labels"]


def test_writing_into_data_changes_this_process_and_not_the_file(load: Load) -> None:
    dataset, again = load(), load()

    dataset.data[0] = 255

    assert dataset[0].image.getextrema() == (255, 255)
    assert not torch.equal(again.data[0], dataset.data[0])


def test_select_takes_samples_in_the_order_asked_for(load: Load) -> None:
    dataset = load()

    picked = dataset.select([5, 0, -1, 5])

    assert picked["label"].tolist() == [dataset[index].label for index in (5, 0, 29, 5)]
    assert picked.select(range(1, 3))["label"].tolist() == [dataset[0].label, dataset[29].label]


@pytest.mark.parametrize("indices", [[0.5], [True, False], [[1], [2]]], ids=["floats", "mask", "nested"])
def test_select_refuses_what_are_no_numbers_of_samples(load: Load, indices: list[object]) -> None:
    with pytest.raises(InvalidInput, match="pick no samples"):
        load().select(indices)  # type: ignore[arg-type]


def test_filter_compares_columns_by_number_and_by_class(load: Load) -> None:
    dataset = load()

    by_number, by_name = dataset.filter(label=3), dataset.filter(label="3 - three")

    assert len(by_number) == dataset["label"].tolist().count(3)
    assert torch.equal(by_number.data, by_name.data)


def test_filter_gives_samples_to_a_function(load: Load) -> None:
    dataset = load()

    bright = dataset.filter(lambda sample: sample.image.getpixel((0, 0)) > 100, label=3)

    assert bright.fingerprint == dataset.filter(label=3).filter(lambda s: s.image.getpixel((0, 0)) > 100).fingerprint
    assert all(sample.label == 3 for sample in bright)


def test_filter_asks_back_for_a_class_or_column_that_does_not_exist(load: Load) -> None:
    with pytest.raises(NotFound, match="did you mean 3 - three"):
        load().filter(label="3 - thre")
    with pytest.raises(NotFound, match="column"):
        load().filter(lable=3)


def test_map_calls_a_function_for_every_sample_asked_for(load: Load) -> None:
    mapped = load().map(lambda sample: sample.label * 2).map(lambda label: label + 1)  # type: ignore[operator]  # a number by then

    assert mapped[4] == 2 * load()[4].label + 1
    assert next(iter(DataLoader(mapped, batch_size=30))).tolist() == (2 * load().targets + 1).tolist()


def test_shuffle_keeps_every_sample_and_repeats_with_its_seed(load: Load) -> None:
    dataset = load()

    once, again = dataset.shuffle(seed=1), dataset.shuffle(seed=1)

    assert once.fingerprint == again.fingerprint != dataset.shuffle(seed=2).fingerprint
    assert sorted(once["label"].tolist()) == sorted(dataset["label"].tolist())


@pytest.mark.parametrize(("test_size", "expected"), [(0.2, 6), (5, 5)], ids=["share", "number"])
def test_train_test_split_parts_all_samples(load: Load, test_size: float, expected: int) -> None:
    parts = load().train_test_split(test_size=test_size, seed=0)

    assert (len(parts["train"]), len(parts["test"])) == (30 - expected, expected)
    images = [sample.image.tobytes() for part in parts.values() for sample in part]
    assert sorted(images) == sorted(sample.image.tobytes() for sample in load())


@pytest.mark.parametrize("test_size", [0, 30, 1.0, -0.5])
def test_train_test_split_refuses_to_leave_a_side_empty(load: Load, test_size: float) -> None:
    with pytest.raises(InvalidInput, match="without samples"):
        load().train_test_split(test_size=test_size)


def test_the_format_torch_gives_tensors_without_pillow(load: Load) -> None:
    dataset = load().with_format("torch")

    image, label = dataset[7]

    assert torch.equal(image, load().data[7:8])
    assert type(label) is int
    assert isinstance(dataset["label"], torch.Tensor)
    assert isinstance(dataset.with_format(None)[7].image, Image.Image)
    with pytest.raises(InvalidInput, match="numpy"):
        dataset.with_format("numpy")  # type: ignore[arg-type]


def test_tensors_are_everything_at_once(load: Load) -> None:
    images, labels = load().select([3, 4]).tensors()

    assert torch.equal(images, load().data[3:5].unsqueeze(1))
    assert torch.equal(labels, load().targets[3:5])


def test_tensors_go_to_a_device(load: Load) -> None:
    assert load().tensors(device="meta").image.device.type == "meta"


@pytest.mark.parametrize("rows", [slice(None), slice(3, 9), [4, 2, 2]], ids=["all", "slice", "picked"])
def test_arrow_holds_the_same_rows(load: Load, rows: slice | list[int]) -> None:
    dataset = load().select(rows)

    table = dataset.arrow

    assert table["label"].to_pylist() == dataset["label"].tolist()
    images = table["image"].combine_chunks().to_numpy_ndarray()
    np.testing.assert_array_equal(images, dataset["image"])


def test_pandas_gets_an_array_in_each_cell(load: Load) -> None:
    frame = load().to_pandas()

    assert frame["label"].tolist() == load()["label"].tolist()
    np.testing.assert_array_equal(frame["image"][5], load()["image"][5])


def test_hugging_faces_library_is_named_if_it_is_missing(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    with pytest.raises(MissingExtra, match=r"hub-zoo\[hf\]"):
        load().to_hf()


def test_hugging_faces_dataset_has_the_same_samples(load: Load) -> None:
    pytest.importorskip("datasets.arrow_dataset", reason="Hugging Face's datasets is not installed")

    theirs = load().select([3, 1]).to_hf()

    assert theirs.features["label"].names == load().classes  # type: ignore[attr-defined]
    assert theirs[0] == {"image": load()["image"][3].tolist(), "label": load()[3].label}  # type: ignore[index]


def test_a_dataset_pickles_small_and_is_the_same_afterwards(load: Load) -> None:
    dataset = load(transform=transforms.ToTensor()).shuffle(seed=0)

    data = pickle.dumps(dataset)
    again = pickle.loads(data)  # noqa: S301  our own bytes

    assert len(data) < 10_000
    assert (again.fingerprint, again.card, repr(again)) == (dataset.fingerprint, dataset.card, repr(dataset))
    assert torch.equal(again[0].image, dataset[0].image)


def test_a_sample_pickles_into_a_process_that_knows_nothing_of_it(load: Load, tmp_path: Path) -> None:
    (tmp_path / "sample").write_bytes(pickle.dumps(load(transform=transforms.ToTensor())[0]))
    code = (
        "import pickle, sys, torch\n"
        "sample = pickle.load(open(sys.argv[1], 'rb'))\n"
        "print(torch.utils.data.default_collate([sample, sample]).image.shape[0], sample.label, sample._fields)"
    )

    told = subprocess.run([sys.executable, "-c", code, tmp_path / "sample"], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == f"2 {load()[0].label} ('image', 'label')"


def test_the_fingerprint_tells_rows_apart_and_nothing_else(load: Load) -> None:
    dataset = load()

    same = load(transform=transforms.ToTensor()).with_format("torch")

    assert same.fingerprint == dataset.fingerprint == dataset[:].fingerprint
    different = {
        dataset[1:].fingerprint,
        dataset[:-1].fingerprint,
        load("test").fingerprint,
        load("train+test").fingerprint,
    }
    assert len(different | {dataset.fingerprint}) == 5


def test_a_dataset_says_what_it_is(load: Load) -> None:
    lines = repr(load("train[:10]").with_format("torch")).splitlines()

    assert lines == [
        "Dataset MNIST 1.0.0",
        "    Number of datapoints: 10",
        "    Split: train[:10]",
        "    Splits: train (60000), test (10000)",
        "    Size: 7.9 kB",
        "    Format: torch",
    ]
