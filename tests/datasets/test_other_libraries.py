"""Prepared rows in other libraries' hands, as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from readers.packing import write_folder
from readers.photo_files import class_folders

from hub.datasets.loading import load_dataset

if TYPE_CHECKING:
    from pathlib import Path

    from datasets.conftest import Load  # type: ignore[import-not-found,unused-ignore]

    from hub.datasets.dataset import Dataset


@pytest.fixture
def photos(tmp_path: Path) -> Dataset:
    folder = write_folder(tmp_path / "photos", class_folders({"ant": 3, "bee": 2}))
    made: Dataset = load_dataset("image_folder", split="all", data_dir=folder, progress=False)
    return made


def test_polars_counts_labels(load: Load) -> None:
    polars = pytest.importorskip("polars")
    rows = load()

    frame = polars.from_arrow(rows.arrow)

    assert dict(frame.group_by("label").len().iter_rows()) == counted(rows)


def test_polars_opens_the_prepared_file_itself(photos: Dataset) -> None:
    polars = pytest.importorskip("polars")

    frame = polars.read_ipc(photos.arrow_files[0])

    assert frame["label"].to_list() == [0, 0, 0, 1, 1]
    names = frame["image"].struct.field("name").to_list()
    assert names == [*(f"ant/{number}.png" for number in range(3)), "bee/0.png", "bee/1.png"]


@pytest.mark.parametrize("of", ["digits", "photos"])
def test_duckdb_counts_labels(of: str, load: Load, photos: Dataset) -> None:
    duckdb = pytest.importorskip("duckdb")
    rows = load() if of == "digits" else photos

    with duckdb.connect() as connection:
        connection.register("digits", rows.arrow)
        found = connection.execute("select label, count(*) from digits group by label").fetchall()

    assert dict(found) == counted(rows)


def counted(rows: Dataset) -> dict[int, int]:
    labels, counts = np.unique(np.asarray(rows["label"]), return_counts=True)
    return dict(zip(labels.tolist(), counts.tolist(), strict=True))
