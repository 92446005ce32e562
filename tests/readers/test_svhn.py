from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import numpy as np
import pytest
from readers.conformance import ReaderConformance
from readers.svhn_files import mat, svhn_images, svhn_labels

from hub import readers
from hub.errors import FormatError, MissingExtra
from hub.readers import File

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

# One value, so that a file is a few hundred bytes.
PLAIN = np.full((32, 32, 3, 2), 7, np.uint8)


class TestSvhn(ReaderConformance):
    reader = "svhn"

    def files(self) -> dict[str, bytes]:
        return {"mat": mat(X=PLAIN, y=np.array([[10], [3]], np.uint8))}

    def columns(self) -> dict[str, NDArray[np.generic]]:
        return {"image": np.full((2, 32, 32, 3), 7, np.uint8), "label": np.array([0, 3])}


def read(folder: Path, data: bytes) -> readers.Columns:
    (folder / "mat").write_bytes(data)
    return readers.read("svhn", {"mat": File(folder / "mat")}, {})


@pytest.mark.parametrize("packed", [True, False], ids=["packed", "plain"])
def test_images_come_row_by_row(tmp_path: Path, packed: bool) -> None:
    found = read(tmp_path, mat(packed=packed, X=svhn_images(5), y=svhn_labels(5)))

    np.testing.assert_array_equal(found["image"], np.moveaxis(svhn_images(5), 3, 0))
    assert found["label"].tolist() == [8, 9, 0, 1, 2]
    assert found["image"].flags.c_contiguous


def test_labels_may_stand_in_a_row_and_say_0_for_0(tmp_path: Path) -> None:
    found = read(tmp_path, mat(X=svhn_images(2), y=np.array([0, 3], np.uint8)))

    assert found["label"].tolist() == [0, 3]


def test_plain_matrices_are_refused_wherever_they_are_cut(tmp_path: Path) -> None:
    data = mat(packed=False, X=PLAIN, y=svhn_labels(2))

    for length in [*range(0, len(data), 97), len(data) - 1]:
        with pytest.raises(FormatError):
            read(tmp_path, data[:length])


def test_a_flipped_byte_in_a_packed_matrix_is_found(tmp_path: Path) -> None:
    data = bytearray(mat(X=svhn_images(5), y=svhn_labels(5)))
    data[len(data) // 2] ^= 1

    with pytest.raises(FormatError):
        read(tmp_path, bytes(data))


WRONG = {
    "no images": mat(y=svhn_labels(2)),
    "no labels": mat(X=PLAIN),
    "another type": mat(X=PLAIN.astype(np.int16), y=svhn_labels(2)),
    "another size": mat(X=PLAIN[:30], y=svhn_labels(2)),
    "labels in two rows": mat(X=PLAIN, y=np.ones((2, 2), np.uint8)),
    "a label too low": mat(X=PLAIN, y=np.array([[-1], [1]], np.int8)),
    "a label too high": mat(X=PLAIN, y=np.array([[1], [11]], np.uint8)),
    "words for labels": mat(X=PLAIN, y=np.array(["one"])),
    "another version": mat(X=PLAIN, y=svhn_labels(2)).replace(b"\x00\x01IM", b"\x00\x02IM"),
    "big-endian": mat(X=PLAIN, y=svhn_labels(2)).replace(b"\x00\x01IM", b"\x01\x00MI"),
    "an element that is no matrix": mat(X=PLAIN, y=svhn_labels(2)) + b"\x01\0\0\0\0\0\0\0",
}


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG)
def test_anything_else_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        read(tmp_path, data)

    assert caught.value.path == tmp_path / "mat"


def test_scipy_is_named_if_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

    with pytest.raises(MissingExtra, match=r"hub-zoo\[matlab\]"):
        read(tmp_path, mat(X=PLAIN, y=svhn_labels(2)))
