"""Data of one's own: folders of classes and of splits, in folders and archives, and what cannot be understood."""

from __future__ import annotations

import os
import pickle
import time
from typing import TYPE_CHECKING, Any

import pytest
import torch
from readers.own_files import BOXES, below, numbered, photos, table
from readers.packing import write_folder, write_tar, write_zip
from readers.photo_files import class_folders, photo
from torch.utils.data import DataLoader
from torchvision.datasets import ImageFolder
from torchvision.transforms import ToTensor

from hub.datasets.loading import load_dataset
from hub.errors import FormatError, HubError, InvalidInput, MissingFile, NotFound

if TYPE_CHECKING:
    from pathlib import Path

    from datasets.conftest import Own  # type: ignore[import-not-found,unused-ignore]

CLASSES = class_folders({"dog": 2, "cat": 3}) | {"cat/more/9.PNG": photo(9)}
SPLITS = below("train", CLASSES) | below("val", class_folders({"dog": 1})) | below("test", numbered(2))


def load(data_dir: Path, split: str = "all", name: str = "folder", **options: Any) -> Any:
    return load_dataset(name, split=split, data_dir=data_dir, progress=False, **options)


def pixels(dataset: Any) -> list[tuple[bytes, int]]:
    return [(image.tobytes(), label) for image, label in dataset]


def test_folders_of_classes_are_those_of_image_folder(own: Own, tmp_path: Path) -> None:
    ours = own(CLASSES, "all")
    theirs = ImageFolder(str(tmp_path / "own"))

    assert pixels(ours) == pixels(theirs)
    assert (ours.classes, ours.class_to_idx, ours.samples) == (theirs.classes, theirs.class_to_idx, theirs.samples)


def test_folders_of_splits_are_the_splits_and_share_their_classes(own: Own, tmp_path: Path) -> None:
    ours = own(SPLITS)

    assert {split: len(dataset) for split, dataset in ours.items()} == {"train": 6, "val": 1, "test": 2}
    assert pixels(ours["train"]) == pixels(ImageFolder(str(tmp_path / "own" / "train")))
    assert [dataset.classes for dataset in ours.values()] == [["cat", "dog"]] * 3
    assert ours["val"][0].label == 1


def test_a_split_of_pictures_alone_has_no_labels(own: Own) -> None:
    assert own(SPLITS, "test")[0]._fields == ("image",)


def test_splits_are_sliced_and_added(own: Own) -> None:
    everything = pixels(own(SPLITS, "train")) + pixels(own(SPLITS, "val"))

    assert pixels(own(SPLITS, "train[:50%]+val")) == everything[:3] + everything[6:]


def test_splits_of_different_columns_are_not_added(own: Own) -> None:
    with pytest.raises(InvalidInput, match="train: image, label; test: image"):
        own(SPLITS, "train+test")


@pytest.mark.parametrize("split", ["trian", "holdout"])
def test_an_unknown_split_says_which_there_are(own: Own, split: str) -> None:
    with pytest.raises(NotFound, match="train, val, test"):
        own(SPLITS, split)


def test_without_splits_there_is_one_of_all(own: Own) -> None:
    assert list(own(CLASSES)) == ["all"]


@pytest.mark.parametrize(
    ("folders", "splits"),
    [
        (["Training", "Testing"], ["Training", "Testing"]),
        (["seg_train/seg_train", "seg_test/seg_test"], ["seg_train", "seg_test"]),
        (["photos/test", "photos/valid", "photos/train"], ["train", "valid", "test"]),
        (["train"], ["train"]),
        (["train", "bus"], ["all"]),
    ],
    ids=str,
)
def test_splits_are_told_by_their_names(own: Own, folders: list[str], splits: list[str]) -> None:
    files = {name: data for folder in folders for name, data in below(folder, CLASSES).items()}

    assert list(own(files)) == splits


def test_what_systems_leave_behind_does_not_count(own: Own) -> None:
    left = photos(".ipynb_checkpoints/1.png", "__MACOSX/cat/._1.png", "cat/.hidden.png") | {".DS_Store": b"x"}

    dataset = own({**CLASSES, **left, "README.md": b"# Cats", "license.txt": b"MIT"}, "all")

    assert dataset.classes == ["cat", "dog"]
    assert len(dataset) == 6


@pytest.mark.parametrize("top", ["", "pictures/"])
@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz", ".tgz"])
@pytest.mark.parametrize("name", ["folder", "image_folder"])
def test_archives_are_read_where_they_are(tmp_path: Path, name: str, suffix: str, top: str) -> None:
    write = write_zip if suffix == ".zip" else write_tar
    left = {"__MACOSX/pictures/._0.png": b""} if top else {}
    files = left | {f"{top}{each}": data for each, data in CLASSES.items()}

    packed = load(write(tmp_path / f"pictures{suffix}", files), name=name)

    plain = ImageFolder(str(write_folder(tmp_path / "plain", CLASSES)))
    assert pixels(packed) == pixels(plain)
    assert packed.classes == plain.classes


@pytest.mark.parametrize("kind", BOXES)
def test_every_format_is_read_out_of_an_archive(own: Own, tmp_path: Path, kind: str) -> None:
    files = BOXES[kind](["train", "val"])
    packed = load(write_tar(tmp_path / "own.tar.gz", below("data", files)), "val")

    plain = own(files, "val")

    assert [sample.annotations for sample in packed] == [sample.annotations for sample in plain]
    assert [sample.image.tobytes() for sample in packed] == [sample.image.tobytes() for sample in plain]


def test_splits_in_an_archive_are_splits(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "own.zip", below("photos", SPLITS))

    found = load_dataset("folder", data_dir=path, progress=False)

    assert {split: len(dataset) for split, dataset in found.items()} == {"train": 6, "val": 1, "test": 2}


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")

    with pytest.raises(FormatError, match=r"notes.txt is no archive"):
        load(tmp_path / "notes.txt")


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "own.tar.gz", CLASSES)
    path.write_bytes(path.read_bytes()[:-40])

    with pytest.raises(FormatError, match=r"own.tar.gz is damaged"):
        load(path)


MISUNDERSTOOD: dict[str, tuple[dict[str, bytes], type[HubError], str]] = {
    "nothing at all": ({"README.md": b""}, MissingFile, "found 1 .md file"),
    "no pictures": (
        {"a.txt": b"", "b.txt": b"", "c.txt": b"", "x/notes.doc": b"", "y/1.doc": b""},
        MissingFile,
        "found 3 .txt files, 2 .doc files, 2 folders without images",
    ),
    "pictures and notes": ({**numbered(2), "notes.txt": b"hello"}, MissingFile, "format='coco' or 'voc'"),
    "classes and pictures beside them": (
        {**CLASSES, **numbered(3)},
        InvalidInput,
        "found 2 folders with images, 3 images beside them",
    ),
    "splits and others": ({**SPLITS, **numbered(1, "docs/")}, InvalidInput, "folders of splits and others"),
    "two formats": (
        BOXES["yolo"](["train"]) | BOXES["coco"](["train"]),
        InvalidInput,
        'format="coco" or format="yolo"',
    ),
}


@pytest.mark.parametrize(("files", "error", "message"), MISUNDERSTOOD.values(), ids=MISUNDERSTOOD.keys())
def test_what_cannot_be_understood_says_what_is_there(
    own: Own, files: dict[str, bytes], error: type[HubError], message: str
) -> None:
    with pytest.raises(error) as caught:
        own(files)

    assert message in str(caught.value)


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(MissingFile, match="found nothing"):
        load(tmp_path / "empty")


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"format": "pascal"}, InvalidInput, "coco, voc, yolo, csv, classes"),
        ({"format": "csv"}, MissingFile, "a CSV or TSV"),
        ({"formatt": "csv"}, NotFound, "did you mean format"),
    ],
    ids=str,
)
def test_a_format_decides_by_hand(own: Own, options: dict[str, Any], error: type[HubError], message: str) -> None:
    with pytest.raises(error, match=message):
        own(CLASSES, **options)


def test_a_format_by_hand_takes_one_of_two(own: Own) -> None:
    both = {**CLASSES, **table("metadata.csv", "file,name", "cat/0.png,Tom")}

    assert own(both, "all")[0].name == "Tom"
    assert own(both, "all", format="classes").classes == ["cat", "dog"]


def test_without_a_folder_the_card_says_what_it_takes() -> None:
    with pytest.raises(MissingFile, match="This reads data of your own"):
        load_dataset("folder", progress=False)


def test_a_folder_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="nowhere is not there"):
        load(tmp_path / "nowhere")


def age(folder: Path) -> None:
    """Let everything look as if it had been written a minute ago, so that indexes are kept."""
    for path in [folder, *folder.rglob("*")]:
        os.utime(path, (time.time() - 60,) * 2)


def test_a_folder_is_surveyed_anew_only_when_it_has_changed(tmp_path: Path, home: Path) -> None:
    folder = write_folder(tmp_path / "own", SPLITS)
    age(folder)
    load(folder, "train")
    survey = next(home.rglob("survey.json"))
    written = survey.stat().st_mtime_ns

    load(folder, "val")
    assert survey.stat().st_mtime_ns == written

    write_folder(folder, below("extra_test", numbered(1)))
    assert len(load(folder, "extra_test")) == 1


def test_a_damaged_survey_is_made_again(tmp_path: Path, home: Path) -> None:
    folder = write_folder(tmp_path / "own", SPLITS)
    age(folder)
    load(folder, "train")
    next(home.rglob("survey.json")).write_text("{")

    assert len(load(folder, "train")) == 6


def test_datasets_pickle_and_batches_collate(own: Own) -> None:
    dataset = pickle.loads(pickle.dumps(own(SPLITS, "train", transform=ToTensor())))  # noqa: S301  our own bytes

    batch = next(iter(DataLoader(dataset, batch_size=4)))

    assert batch.image.shape == (4, 3, 8, 9)
    assert torch.equal(batch.label, torch.tensor([0, 0, 0, 0]))
