"""Previews: which samples, how many of each class and size, and how little is read for them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from readers.idx_files import write_mnist_like
from readers.packing import write_folder

import hub.viz
from hub.datasets.loading import load_dataset
from hub.errors import InvalidInput, NotFound
from hub.viz.counting import BINS, histogram
from hub.viz.histograms import bars, least_width
from hub.viz.previews import preview, sheet_of

if TYPE_CHECKING:
    from hub.datasets.dataset import Dataset


@pytest.fixture
def digits(home: Path, tmp_path: Path) -> Dataset:
    """20,000 digits: 16 MB in one file, which is mapped."""
    write_mnist_like(tmp_path / "root" / "MNIST" / "raw", train=20_000)
    return load_dataset("mnist", split="train", data_dir=tmp_path / "root", verify=False, progress=False)


def texts(folder: Path, rows: list[str]) -> Any:
    (folder / "texts.csv").write_text("label,text\n" + "\n".join(rows) + "\n", "utf-8")
    found = load_dataset("text_classification", data_dir=folder / "texts.csv", progress=False)
    return next(iter(found.values()))


def in_memory(path: Path) -> int:
    """Return how many bytes of a mapped file this process has touched."""
    blocks = re.split(r"\n(?=[0-9a-f]+-[0-9a-f]+ )", Path("/proc/self/smaps").read_text())
    return 1000 * sum(int(re.findall(r"Rss:\s+(\d+)", each)[0]) for each in blocks if str(path) in each.splitlines()[0])


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="only Linux tells what of a file is in memory")
def test_of_a_mapped_file_little_is_touched(digits: Dataset) -> None:
    (path,) = digits.arrow_files

    shown = preview(digits, 2, seed=0)
    sheet_of(shown)

    assert len(shown.samples) == 2
    # Linux may map up to 2 MB around each byte that is read of a file which it has in memory anyway.
    assert 0 < in_memory(path) < path.stat().st_size / 2


def test_a_sample_is_read_when_it_is_looked_at(home: Path, tmp_path: Path) -> None:
    pixels = np.zeros((9, 9), np.uint8)
    folder = tmp_path / "own" / "cat"
    folder.mkdir(parents=True)
    for number in range(3):
        Image.fromarray(pixels).save(folder / f"{number}.png")
    shown = preview(load_dataset("folder", split="all", data_dir=tmp_path / "own", progress=False))

    (folder / "1.png").unlink()

    assert [bool(sample.fault) for sample in shown.samples] == [False, True, False]
    assert "1.png" in shown.samples[1].fault
    assert shown.samples[1].picture(64) is None
    assert sheet_of(shown).width > 100


def test_a_preview_begins_with_one_sample_of_each_class(digits: Dataset) -> None:
    shown = preview(digits, 12)

    captions = [sample.caption for sample in shown.samples]
    assert captions[:10] == digits.classes
    assert shown.classes is not None
    assert (len(shown.classes), sum(shown.classes.counts)) == (10, 20_000)
    assert (shown.count, shown.split) == (20_000, "train")


def test_one_class_is_asked_for_by_name_by_number_or_in_other_letters(digits: Dataset) -> None:
    for asked in ("7 - seven", "7", 7, "7 - SEVEN"):
        assert {sample.caption for sample in preview(digits, 3, only=asked).samples} == {"7 - seven"}
    with pytest.raises(NotFound, match="no class 'eleven'"):
        preview(digits, 3, only="eleven")


def test_samples_without_classes_have_none_to_ask_for(home: Path, tmp_path: Path) -> None:
    pictures = {"a.png": (tmp_path / "a.png").read_bytes() if (tmp_path / "a.png").exists() else png()}
    data = load_dataset("folder", split="all", data_dir=write_folder(tmp_path / "own", pictures), progress=False)

    with pytest.raises(InvalidInput, match="have no class"):
        preview(data, only="cat")


def png() -> bytes:
    from io import BytesIO

    written = BytesIO()
    Image.new("RGB", (5, 5)).save(written, "PNG")
    return written.getvalue()


def test_the_lengths_of_texts_are_counted_without_reading_them(home: Path, tmp_path: Path) -> None:
    data = texts(tmp_path, [f"{'good' if number % 3 else 'bad'},{'x' * (number + 1)}" for number in range(100)])

    shown = preview(data)

    assert shown.sizes is not None
    assert sum(shown.sizes.counts) == 100
    assert shown.sizes.names[0].startswith("1 B to ")
    assert shown.classes is not None
    assert dict(zip(shown.classes.names, shown.classes.counts, strict=True)) == {"bad": 34, "good": 66}
    assert data.sizes("text").tolist() == list(range(1, 101))
    assert data[10:12].sizes("text").tolist() == [11, 12]
    assert data.select([5, 1]).sizes("text").tolist() == [6, 2]
    assert data.sizes("label") is None


SIZES = {
    "even": (np.arange(1000), 1000),
    "wide": (np.array([1, 10, 100, 10_000, 1_000_000]), 5),
    "with unknown ones": (np.array([-1, 3, 9, -1, 20]), 3),
    "from nothing on": (np.array([0, 0, 5_000]), 3),
    "two": (np.array([7, 8]), 2),
}


@pytest.mark.parametrize(("sizes", "count"), SIZES.values(), ids=SIZES.keys())
def test_every_size_lies_in_one_bin(sizes: Any, count: int) -> None:
    found = histogram("sizes", sizes)

    assert found is not None
    assert sum(found.counts) == count
    assert 1 < len(found) <= BINS


@pytest.mark.parametrize("sizes", [[], [5, 5, 5], [-1, -1], [-1, 4]], ids=str)
def test_sizes_that_are_all_alike_or_unknown_are_no_histogram(sizes: list[int]) -> None:
    assert histogram("sizes", np.array(sizes, np.int64)) is None


def test_a_thousand_classes_stand_in_columns_with_all_of_their_names(home: Path, tmp_path: Path) -> None:
    data = texts(tmp_path, [f"class {number:04d},text" for number in range(1000)])
    counts = preview(data).classes
    assert counts is not None

    drawn: Any = np.asarray(bars(counts, least_width([counts])))

    ink: Any = (drawn < 80).all(axis=2)
    lines = np.flatnonzero(np.diff(ink[50:, 12:80].any(axis=1).astype(int)) == 1)
    assert len(lines) + 1 == 334  # the first has no edge above it
    assert drawn.shape[1] < 1300
    assert sheet_of(preview(data)).height > 19 * 333


def test_viz_names_what_it_offers_and_imports_it_on_use() -> None:
    assert hub.viz.preview is preview
    assert set(dir(hub.viz)) >= {"grid", "picture_of", "preview"}
    with pytest.raises(AttributeError, match="no attribute 'priview'"):
        _ = hub.viz.priview
