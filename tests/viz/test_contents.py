"""What is shown of a dataset is what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from event_files import Logged
from readers.own_files import below
from readers.packing import write_folder
from readers.photo_files import class_folders

import hub
from hub.errors import InvalidInput
from hub.viz import log_dataset, open_board
from hub.viz.contents import as_table

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("tensorboard")


@pytest.fixture
def pets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Photos of cats and dogs in two splits."""
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "home"))
    write_folder(
        tmp_path / "pets",
        below("train", class_folders({"dog": 2, "cat": 5})) | below("val", class_folders({"dog": 1, "cat": 1})),
    )
    return hub.load_dataset("folder", data_dir=tmp_path / "pets", progress=False)


@pytest.fixture
def reviews(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Texts of three kinds."""
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "home"))
    lines = "\n".join(f"{'good' if number % 3 else 'bad'},film {number} | <b>so</b> 好" for number in range(9))
    write_folder(tmp_path / "reviews", {"train.csv": f"label,text\n{lines}\n".encode()})
    return hub.load_dataset("text_classification", split="train", data_dir=tmp_path / "reviews", progress=False)


def test_classes_are_counted_in_each_split(pets: Any, tmp_path: Path) -> None:
    shown = log_dataset(pets, tmp_path / "runs")

    logged = Logged(tmp_path / "runs")
    assert list(shown) == ["train", "val"]
    assert [count for _, count in logged.scalars("samples of each label/train")] == [5, 2]
    assert [count for _, count in logged.scalars("samples of each label/val")] == [1, 1]
    (table,) = logged.texts("classes in numbers/train")
    assert table.splitlines() == [
        "2 classes, 7 in all; the largest has 5, 2.5 times the smallest.",
        "",
        "| class | samples of each label | share |",
        "| :-- | :-- | :-- |",
        "| cat | 5 | 71.43% |",
        "| dog | 2 | 28.57% |",
    ]


def test_samples_stand_on_a_sheet_for_each_split(pets: Any, tmp_path: Path) -> None:
    log_dataset(pets, tmp_path / "runs", only=["samples"])

    logged = Logged(tmp_path / "runs")
    assert logged.tags["images"] == ["samples/train", "samples/val"]
    assert logged.pictures("samples/train")[0].shape[2] == 3
    assert logged.tags["scalars"] == []


def test_texts_are_a_table_whose_cells_hold_them_whole(reviews: Any, tmp_path: Path) -> None:
    log_dataset(reviews, tmp_path / "runs", samples=2)

    (table,) = Logged(tmp_path / "runs").texts("texts/train")
    assert table.splitlines()[0].startswith("| sample | ")
    assert r"film 0 \| <b>so</b> 好" in table
    assert len(table.splitlines()) == 4


def test_only_the_samples_that_are_shown_are_read(pets: Any, tmp_path: Path) -> None:
    shown = log_dataset(pets["train"], tmp_path / "runs", samples=2)

    assert [len(preview.samples) for preview in shown.values()] == [2]


def test_a_dataset_is_loaded_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "home"))
    with open_board(tmp_path / "runs") as board:
        shown = log_dataset("fake_data", board, split="train[:20]", samples=3, step=7, only=["about", "samples"])

    assert list(shown) == ["train[:20]"]
    assert Logged(tmp_path / "runs").tags["images"] == ["samples/train[:20]"]


def test_an_unknown_part_is_told_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="a dataset has no part 'clases'"):
        log_dataset("no such dataset", tmp_path, only=["clases"])


def test_a_cell_is_one_line() -> None:
    assert as_table(["a"], [["one\ntwo | three"]]).splitlines()[-1] == r"| one two \| three |"


def test_bars_of_a_thousand_classes_have_room_for_all_names(tmp_path: Path) -> None:
    with open_board(tmp_path) as board:
        board.bars("classes", {f"class number {number}": number for number in range(1000)})

    (picture,) = Logged(tmp_path).pictures("classes")
    assert picture.shape[1] == 1600
    assert 10 * picture.shape[0] * picture.shape[1] > 1000 * 300 * 19
    assert np.unique(picture).size > 10
