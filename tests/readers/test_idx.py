from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from readers.conformance import ReaderConformance
from readers.idx_files import CODES, idx_bytes, tiny_images, write_idx
from torchvision.datasets.mnist import read_sn3_pascalvincent_tensor

from hub import readers
from hub.errors import FormatError, InvalidInput
from hub.readers import File
from hub.readers.idx import read_array

if TYPE_CHECKING:
    from numpy.typing import NDArray


class TestIdx(ReaderConformance):
    reader = "idx"

    def files(self) -> dict[str, bytes]:
        image = b"\0\0\x08\x03" + b"\0\0\0\2" + b"\0\0\0\1" + b"\0\0\0\3" + bytes([1, 2, 3, 250, 251, 252])
        label = b"\0\0\x08\x01" + b"\0\0\0\2" + bytes([7, 9])
        return {"image": image, "label": label}

    def columns(self) -> dict[str, NDArray[np.generic]]:
        image = np.array([[[1, 2, 3]], [[250, 251, 252]]], dtype=np.uint8)
        return {"image": image, "label": np.array([7, 9], dtype=np.uint8)}


@pytest.mark.parametrize("kind", CODES)
def test_every_type_comes_in_the_order_of_this_machine(tmp_path: Path, kind: str) -> None:
    array = np.array([[1, 2], [100, -3 if kind[0] != "u" else 3]], dtype=kind)

    found = read_array(File(write_idx(tmp_path / "a", array)))

    np.testing.assert_array_equal(found, array, strict=True)
    assert found.dtype.isnative


@pytest.mark.parametrize("pack", [bz2.compress, gzip.compress, lzma.compress], ids=["bz2", "gz", "xz"])
def test_packed_files_are_read_whatever_they_are_called(tmp_path: Path, pack: object) -> None:
    array = tiny_images(3)
    (tmp_path / "a").write_bytes(pack(idx_bytes(array)))  # type: ignore[operator]

    found = read_array(File(tmp_path / "a"))

    np.testing.assert_array_equal(found, array)


def test_a_packed_member_of_a_zip_is_read_in_place(tmp_path: Path) -> None:
    array = tiny_images(3)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("gzip/images.gz", gzip.compress(idx_bytes(array)))

    found = read_array(File(tmp_path / "a.zip", "gzip/images.gz"))

    np.testing.assert_array_equal(found, array)
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.parametrize("how", ["", "gz", "bz2", "xz"])
def test_a_member_of_a_tar_is_read_in_place_however_it_is_packed(tmp_path: Path, how: str) -> None:
    path = write_idx(tmp_path / "images", tiny_images(3))
    with tarfile.open(tmp_path / "a.tar", f"w:{how}") as archive:  # type: ignore[call-overload]  # one of the four
        archive.add(path, "folder/images")

    found = read_array(File(tmp_path / "a.tar", "folder/images"))

    np.testing.assert_array_equal(found, tiny_images(3))


def test_a_flipped_byte_in_a_packed_file_is_found(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(idx_bytes(tiny_images(50))))
    data[len(data) // 2] ^= 1
    (tmp_path / "a").write_bytes(data)

    with pytest.raises(FormatError):
        read_array(File(tmp_path / "a"))


@pytest.mark.parametrize("code", [0x00, 0x07, 0x0A, 0x0F, 0xFF])
def test_an_unknown_type_is_refused(tmp_path: Path, code: int) -> None:
    (tmp_path / "a").write_bytes(bytes([0, 0, code, 1, 0, 0, 0, 1, 5]))

    with pytest.raises(FormatError, match="no IDX file"):
        read_array(File(tmp_path / "a"))


def test_an_array_without_dimensions_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes([0, 0, 8, 0, 5]))

    with pytest.raises(FormatError):
        read_array(File(tmp_path / "a"))


@pytest.mark.parametrize("dimensions", [1, 3, 8, 200])
def test_a_header_that_promises_too_much_is_refused(tmp_path: Path, dimensions: int) -> None:
    header = bytes([0, 0, 8, dimensions]) + struct.pack(">I", 0xFFFF_FFF0) * dimensions
    (tmp_path / "a").write_bytes(header + b"few")

    with pytest.raises(FormatError, match="as long as its header says"):
        read_array(File(tmp_path / "a"))


def test_a_file_without_rows_is_an_empty_array(tmp_path: Path) -> None:
    found = read_array(File(write_idx(tmp_path / "a", np.empty((0, 28, 28), np.uint8))))

    assert found.shape == (0, 28, 28)


def test_compat_keeps_the_class_of_labels_with_several_columns(tmp_path: Path) -> None:
    label = File(write_idx(tmp_path / "a", np.arange(16, dtype=np.int32).reshape(2, 8)))

    kept = readers.read("idx", {"label": label}, {"compat": True})["label"]
    whole = readers.read("idx", {"label": label}, {"compat": False})["label"]

    assert kept.tolist() == [0, 8]
    assert whole.shape == (2, 8)


def test_a_reader_that_does_not_exist_is_answered_with_those_that_do() -> None:
    with pytest.raises(InvalidInput, match="idx"):
        readers.find("parchment")


def test_a_file_says_where_it_is() -> None:
    assert str(File(Path("gzip.zip"), "gzip/a.gz")) == "gzip.zip#gzip/a.gz"


def test_the_writer_of_these_tests_agrees_with_torchvision(tmp_path: Path) -> None:
    path = write_idx(tmp_path / "a", np.arange(12, dtype=np.int32).reshape(3, 4))

    theirs = read_sn3_pascalvincent_tensor(str(path)).numpy()

    np.testing.assert_array_equal(read_array(File(path)), theirs)
