"""LSUN beside torchvision's class, which reads the same tiny databases through LMDB."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest
import torch
import torchvision
from torchvision.transforms import PILToTensor

pytest.importorskip("lmdb")

from readers.lsun_files import write_lsun
from readers.people_files import Packing, pack

from hub.datasets.choice import choose
from hub.datasets.loading import load_dataset
from hub.errors import FormatError, InvalidInput, MissingFile, NotFound
from hub.registry import find_dataset
from hub.vision.arguments import meaning

if TYPE_CHECKING:
    from pathlib import Path

    from hub.datasets.dataset import Dataset


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)  # torchvision leaves a list of keys in the folder it runs in
    write_lsun(tmp_path / "root")
    return tmp_path / "root"


def load(root: Path, split: str, **options: Any) -> Dataset:
    return load_dataset("lsun", split=split, data_dir=root, verify=False, progress=False, **options)


# torchvision leaves files open.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("classes", ["train", "val", "test", ["tower_train"], ["kitchen_val", "bedroom_val"]], ids=str)
def test_samples_are_those_of_torchvision(root: Path, classes: str | list[str]) -> None:
    theirs = torchvision.datasets.LSUN(str(root), classes=classes)
    meant = meaning(find_dataset("lsun").card, {"classes": classes})

    ours = load(root, meant.split, **meant.options)

    assert len(ours) == len(theirs)
    assert ours.classes == theirs.classes
    for index in range(len(theirs)):
        (image, label), (expected, number) = ours[index], theirs[index]
        assert torch.equal(PILToTensor()(image), PILToTensor()(expected))
        assert label == number


def test_categories_need_no_ending(root: Path) -> None:
    ours = load(root, "val", classes=["tower", "bridge"])

    assert ours.classes == ["tower_val", "bridge_val"]
    assert load(root, "train", classes="tower").classes == ["tower_train"]


def test_a_packed_database_is_read_without_the_others(root: Path) -> None:
    unpacked = [(image.tobytes(), label) for image, label in load(root, "val", classes=["tower"])]
    pack(root, Packing("tower_val_lmdb.zip", ["tower_val_lmdb"], "tower_val_lmdb"))

    ours = load(root, "val", classes=["tower"])

    assert [(image.tobytes(), label) for image, label in ours] == unpacked
    with pytest.raises(MissingFile, match="tower_train_lmdb"):
        load(root / "elsewhere", "train", classes=["tower"])


def test_only_the_archives_of_the_classes_asked_for_are_needed() -> None:
    entry = find_dataset("lsun")
    some, every = choose(entry, {"classes": ("tower", "bridge_val")}), choose(entry, {})

    assert [each.name for each in some.artifacts(["val"])] == ["bridge_val_lmdb.zip", "tower_val_lmdb.zip"]
    assert len(every.artifacts(["train"])) == 10
    assert (every.split("val").samples, some.split("val").samples) == (3000, None)


def test_a_class_of_another_split_or_of_none_is_refused(root: Path) -> None:
    with pytest.raises(NotFound, match="tower_train"):
        load(root, "val", classes=["tower_train"])
    with pytest.raises(InvalidInput, match="castle"):
        load(root, "val", classes=["castle"])


def test_samples_of_a_pickled_dataset_need_no_lmdb(root: Path) -> None:
    ours = load(root, "test")

    again = pickle.loads(pickle.dumps(ours))  # noqa: S301  our own bytes

    assert again[0].image.tobytes() == ours[0].image.tobytes()


def test_a_database_that_changes_is_read_anew(root: Path) -> None:
    before = load(root, "test")[0].image.tobytes()
    data = root / "test_lmdb" / "data.mdb"
    data.write_bytes((root / "tower_val_lmdb" / "data.mdb").read_bytes())

    assert load(root, "test")[0].image.tobytes() != before
    data.write_bytes(data.read_bytes()[:5000])
    with pytest.raises(FormatError, match="test_lmdb"):
        load(root, "test")
