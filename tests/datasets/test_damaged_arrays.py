"""Files of fixed-size values that are cut, spoilt or missing are refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest
from PIL import Image
from readers.array_files import write_fer2013, write_moving_mnist, write_pcam, write_phototour, write_semeion

from hub.datasets.loading import load_dataset
from hub.errors import FormatError, MissingFile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from hub.datasets.dataset import Dataset


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder to write tiny files to."""
    return tmp_path / "copy"


def load(name: str, folder: Path | None, split: str = "train", **options: Any) -> Dataset:
    return load_dataset(name, split=split, data_dir=folder, verify=False, progress=False, **options)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 + 5])


def spoil(path: Path) -> None:
    path.write_bytes(b"rubbish\n" * 9)


WRITERS: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "moving_mnist": (write_moving_mnist, "all", "MovingMNIST/mnist_test_seq.npy"),
    "semeion": (write_semeion, "all", "semeion.data"),
    "pcam": (lambda root: write_pcam(root, "train"), "train", "pcam/camelyonpatch_level_2_split_train_x.h5"),
    "pcam labels": (lambda root: write_pcam(root, "train"), "train", "pcam/camelyonpatch_level_2_split_train_y.h5"),
    "fer2013": (lambda root: write_fer2013(root, "train.csv"), "train", "fer2013/train.csv"),
    "phototour": (lambda root: write_phototour(root, "liberty"), "train", "liberty/patches0000.bmp"),
    "phototour points": (lambda root: write_phototour(root, "liberty"), "train", "liberty/info.txt"),
    "phototour pairs": (lambda root: write_phototour(root, "liberty"), "test", "liberty/m50_100000_100000_0.txt"),
}


def options_of(name: str) -> dict[str, Any]:
    return {"variant": "liberty"} if name == "phototour" else {}


# A cut list of points or pairs is a shorter list.
DAMAGED = [(name, damage) for name in WRITERS for damage in (cut, spoil) if " p" not in name or damage is spoil]


@pytest.mark.parametrize(("name", "damage"), DAMAGED, ids=lambda each: getattr(each, "__name__", each))
def test_a_damaged_file_is_named(copy: Path, name: str, damage: Any) -> None:
    write, split, path = WRITERS[name]
    write(copy)
    damage(copy / path)

    with pytest.raises(FormatError, match=path.rpartition("/")[2].replace(".", r"\.")):
        load(name.partition(" ")[0], copy, split, **options_of(name.partition(" ")[0]))


@pytest.mark.parametrize("name", WRITERS)
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    write, split, path = WRITERS[name]
    write(copy)
    (copy / path).unlink()

    with pytest.raises((MissingFile, FormatError)) as caught:
        load(name.partition(" ")[0], copy, split, **options_of(name.partition(" ")[0]))

    assert path.rpartition("/")[2] in str(caught.value) or "do not hold all patches" in str(caught.value)


def test_an_hdf5_file_without_the_array_is_refused(copy: Path) -> None:
    write_pcam(copy, "train")
    with h5py.File(copy / "pcam" / "camelyonpatch_level_2_split_train_x.h5", "w") as file:
        file["z"] = np.zeros(3)

    with pytest.raises(FormatError, match=r"train_x\.h5"):
        load("pcam", copy)


@pytest.mark.parametrize(
    ("line", "expected"),
    [("8,1 2 3,Training", "2304 numbers"), ("8," + "0 " * 2304 + ",Training", "0 to 6"), ("x,300,Training", "2304")],
    ids=["short", "no emotion", "no byte"],
)
def test_a_line_that_is_no_face_is_named(copy: Path, line: str, expected: str) -> None:
    write_fer2013(copy, "fer2013.csv", rows=1)
    with (copy / "fer2013" / "fer2013.csv").open("a") as file:
        file.write(line + "\n")

    with pytest.raises(FormatError, match="line 3 of fer2013") as caught:
        load("fer2013", copy)

    assert expected in str(caught.value)


LINES: Sequence[tuple[str, str]] = [
    ("1 2 3\n", "266 values"),
    ("2.0 " * 256 + "1 " * 10 + "\n", "pixels from 0 to 1"),
    ("0.0 " * 256 + "1 1 0 0 0 0 0 0 0 0\n", "one label"),
    ("0.0 " * 256 + "0 " * 10 + "\n", "one label"),
    ("cat " * 266 + "\n", "numbers"),
]


@pytest.mark.parametrize(("line", "expected"), LINES, ids=["short", "bright", "two labels", "no label", "words"])
def test_a_line_that_is_no_image_is_named(copy: Path, line: str, expected: str) -> None:
    write_semeion(copy, rows=2)
    with (copy / "semeion.data").open("a") as file:
        file.write(line)

    with pytest.raises(FormatError, match="line 3 of") as caught:
        load("semeion", copy, "all")

    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("m50_100000_100000_0.txt", "0 1 0 9 1 0\n", "patches that are not there"),
        ("m50_100000_100000_0.txt", "0 1 0\n", "line 1 of liberty/m50_100000_100000_0.txt in .* is not right"),
        ("m50_100000_100000_0.txt", "0 one 0 1 1 0\n", "line 1 of"),
        ("info.txt", "0 0\n" * 9, "do not hold all patches"),
    ],
    ids=["unknown patch", "short line", "no number", "too few patches"],
)
def test_pairs_and_points_that_do_not_fit_are_refused(copy: Path, name: str, text: str, expected: str) -> None:
    write_phototour(copy, "liberty")
    (copy / "liberty" / name).write_text(text)

    with pytest.raises(FormatError, match=expected):
        load("phototour", copy, "test", variant="liberty")


def test_a_sheet_of_another_size_is_refused(copy: Path) -> None:
    write_phototour(copy, "liberty")
    Image.new("L", (70, 64)).save(copy / "liberty" / "patches0000.bmp")

    with pytest.raises(FormatError, match=r"patches0000\.bmp"):
        load("phototour", copy, variant="liberty")
