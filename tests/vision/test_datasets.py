"""torchvision's classes by name, on files that hub reads: `from hub.vision import datasets`."""

from __future__ import annotations

import inspect
import pickle
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import torch
import torchvision
from readers.idx_files import write_mnist_like
from readers.packing import write_folder
from readers.photo_files import class_folders
from torchvision.transforms import v2

import hub
from hub.datasets.loading import opened
from hub.datasets.upstream.signatures import parsed
from hub.errors import InvalidInput, MissingFile, NotFound
from hub.vision import datasets

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, indexed: Path) -> None:
    monkeypatch.setenv("HUB_HOME", str(shutil.copytree(indexed, tmp_path / "home")))
    monkeypatch.setenv("HUB_OFFLINE", "1")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root with a tiny MNIST, which nobody compares with the digests of the real one."""
    unverified = lambda *args, **options: opened(*args, verify=False, **options)  # noqa: E731  as short as it is
    monkeypatch.setattr("hub.datasets.upstream.finding.opened", unverified)
    write_mnist_like(tmp_path / "root" / "MNIST" / "raw")
    return tmp_path / "root"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "photos", class_folders({"ant": 2, "bee": 1}))


def test_one_import_is_changed(root: Path) -> None:
    ours, theirs = (module.MNIST(root, train=False) for module in (datasets, torchvision.datasets))

    assert len(ours) == len(theirs)
    for (image, label), (expected, expected_label) in zip(ours, theirs, strict=True):
        assert (image.tobytes(), label) == (expected.tobytes(), expected_label)
    assert torch.equal(ours.data, theirs.data)
    assert torch.equal(ours.targets, theirs.targets)


def test_a_dataset_is_of_torchvisions_class_and_of_ours(root: Path) -> None:
    dataset = datasets.MNIST(root)

    assert isinstance(dataset, torchvision.datasets.MNIST)
    assert isinstance(dataset, torchvision.datasets.VisionDataset)
    assert isinstance(dataset, torch.utils.data.Dataset)
    assert isinstance(dataset, hub.Dataset)


def test_positional_arguments_stand_where_they_do_upstream(root: Path) -> None:
    dataset = datasets.MNIST(root, False, v2.PILToTensor(), str)

    image, label = dataset[0]

    assert (image.dtype, type(label)) == (torch.uint8, str)
    assert dataset.train is False
    assert dataset.root == root


def test_a_pickled_dataset_finds_its_class_again(root: Path) -> None:
    dataset = datasets.MNIST(root)

    copy = pickle.loads(pickle.dumps(dataset))  # noqa: S301  our own bytes

    assert type(copy) is datasets.MNIST
    assert copy[3].image.tobytes() == dataset[3].image.tobytes()


def test_a_fresh_process_unpickles_it(root: Path, tmp_path: Path) -> None:
    (tmp_path / "dataset.pickle").write_bytes(pickle.dumps(datasets.MNIST(root, train=False)))
    code = f"import pickle; print(len(pickle.load(open({str(tmp_path / 'dataset.pickle')!r}, 'rb'))))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert int(done.stdout) == len(datasets.MNIST(root, train=False))


def test_picked_rows_keep_the_class(root: Path) -> None:
    some = datasets.MNIST(root)[:5]

    assert type(some) is datasets.MNIST
    assert some.train is True


def test_torchvisions_wrapper_for_transforms_v2_takes_it(root: Path) -> None:
    dataset = datasets.MNIST(root, transform=v2.PILToTensor())

    wrapped = datasets.wrap_dataset_for_transforms_v2(dataset)

    assert isinstance(wrapped, torchvision.datasets.MNIST)
    assert torch.equal(wrapped[0][0], v2.functional.pil_to_tensor(datasets.MNIST(root)[0].image))


def test_what_is_nowhere_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"neither under .* nor in the store") as caught:
        datasets.CIFAR10(tmp_path)

    assert isinstance(caught.value, MissingFile | FileNotFoundError)
    assert caught.value.hint == "download=True fetches it into the store"  # type: ignore[union-attr]


def test_both_kinds_of_transforms_exclude_each_other(root: Path) -> None:
    dataset = datasets.MNIST(root, transform=len)

    with pytest.raises(ValueError, match="exclude each other"):
        dataset.transforms = len


def test_arguments_without_sense_are_value_errors(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'fine'"):
        datasets.SVHN(tmp_path, split="fine")
    with pytest.raises(TypeError, match="tarin"):
        datasets.MNIST(tmp_path, tarin=True)


def test_an_unknown_class_says_what_was_meant() -> None:
    with pytest.raises(AttributeError, match="did you mean cifar10"):
        _ = datasets.CIFAR1O


def test_a_card_is_found_by_its_class_only() -> None:
    with pytest.raises(AttributeError, match="mnist is MNIST"):
        _ = datasets.mnist


def test_every_class_is_listed() -> None:
    assert {"CIFAR10", "ImageFolder", "MNIST", "VisionDataset", "folder"} <= set(dir(datasets))


def test_modules_of_torchvision_are_passed_on() -> None:
    assert datasets.folder.default_loader is torchvision.datasets.folder.default_loader


def test_emnist_takes_its_arrangement_and_the_arguments_of_mnist(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="Unknown value 'word' for argument split"):
        datasets.EMNIST(tmp_path, "word", train=False)


def test_an_image_folder_is_read_as_torchvision_reads_it(photos: Path) -> None:
    ours, theirs = (module.ImageFolder(photos) for module in (datasets, torchvision.datasets))

    assert ours.samples == ours.imgs == theirs.samples
    assert (ours.classes, ours.class_to_idx, list(ours.targets)) == (
        theirs.classes,
        theirs.class_to_idx,
        theirs.targets,
    )
    assert all(a[0].tobytes() == b[0].tobytes() for a, b in zip(ours, theirs, strict=True))


def test_a_loader_of_the_users_own_is_given_paths(photos: Path) -> None:
    dataset = datasets.ImageFolder(photos, loader=lambda path: path)

    assert [dataset[row][0] for row in range(3)] == [path for path, _ in dataset.samples]


def test_files_count_by_suffix_or_by_a_function(photos: Path) -> None:
    (photos / "ant" / "notes.txt").write_text("no photo")

    by_suffix = datasets.DatasetFolder(photos, str, extensions=("txt", "png"))
    by_function = datasets.DatasetFolder(photos, str, is_valid_file=lambda path: "0" in path.rpartition("/")[2])

    assert len(by_suffix) == 4
    assert [path.rpartition("photos/")[2] for path, _ in by_function.samples] == ["ant/0.png", "bee/0.png"]


def test_one_way_of_telling_files_is_needed(photos: Path) -> None:
    with pytest.raises(InvalidInput, match="found neither"):
        datasets.DatasetFolder(photos, str)
    with pytest.raises(InvalidInput, match="found both"):
        datasets.DatasetFolder(photos, str, (".png",), is_valid_file=bool)


def test_a_class_without_files_is_refused_unless_that_is_allowed(photos: Path) -> None:
    (photos / "cow").mkdir()

    with pytest.raises(FileNotFoundError, match="cow"):
        datasets.ImageFolder(photos)
    with pytest.raises(FileNotFoundError, match="cow"):
        datasets.ImageFolder(photos, is_valid_file=bool)
    assert datasets.ImageFolder(photos, allow_empty=True).classes == ["ant", "bee", "cow"]
    assert len(datasets.ImageFolder(photos, is_valid_file=bool, allow_empty=True)) == 3


@pytest.mark.parametrize(
    "parameters",
    ["train=True,, x", "train=open('x')", "train=True): pass\ndef other(x"],
    ids=["syntax", "call", "code"],
)
def test_a_signature_is_data(parameters: str) -> None:
    with pytest.raises(InvalidInput, match="no parameters"):
        parsed(parameters)


def test_a_signature_may_have_everything_that_torchvisions_have() -> None:
    made = parsed("a, b=(1, 2), c='x', *, d=None, loader=default_loader, **kwargs", "self")

    defaults = [each.default for each in made.parameters.values()]

    assert list(made.parameters) == ["self", "a", "b", "c", "d", "loader", "kwargs"]
    assert defaults[2:6] == [(1, 2), "x", None, torchvision.datasets.folder.default_loader]
    assert made.parameters["d"].kind is inspect.Parameter.KEYWORD_ONLY


@pytest.mark.parametrize("split", ["train", "test"])
def test_calibration_of_middlebury_belongs_to_its_training_scenes(tmp_path: Path, split: str) -> None:
    calibration = None if split == "train" else "perfect"

    with pytest.raises(InvalidInput, match=f"Split {split!r} has"):
        datasets.Middlebury2014Stereo(tmp_path, split, calibration)


def test_a_split_that_does_not_exist_is_refused_in_torchvisions_words(tmp_path: Path) -> None:
    with pytest.raises(
        NotFound, match=r"Unknown value 'tests' for argument split\. Valid values are {'train', 'test'}\."
    ):
        datasets.InStereo2k(tmp_path, split="tests")
