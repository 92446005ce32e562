from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from readers.conformance import ReaderConformance
from readers.stl10_files import columns_of_pixels

from hub import readers
from hub.errors import FormatError
from hub.readers import File, stl10

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


class TestStl10(ReaderConformance):
    reader = "stl10"

    def files(self) -> dict[str, bytes]:
        return {"image": bytes(stl10.IMAGE_SIZE), "label": b"\x0a"}

    def columns(self) -> dict[str, NDArray[np.generic]]:
        return {"image": np.zeros((1, 96, 96, 3), np.uint8), "label": np.array([9])}

    def cuts(self, data: bytes) -> range:
        return range(0, len(data), 997)

    def test_it_refuses_a_wrong_magic_number(self, tmp_path: Path) -> None:
        """There is none: pixels may have any value, labels may not."""
        files = self.write(tmp_path, label=b"\x89")

        with pytest.raises(FormatError) as caught:
            self.read(files)

        assert caught.value.found == "137 to 137"


def read(folder: Path, **files: bytes) -> readers.Columns:
    for role, data in files.items():
        (folder / role).write_bytes(data)
    return readers.read("stl10", {role: File(folder / role) for role in files}, {})


def test_pixels_lie_column_by_column(tmp_path: Path) -> None:
    pixels = bytearray(stl10.IMAGE_SIZE)
    pixels[0], pixels[1], pixels[96], pixels[96 * 96] = 10, 20, 30, 40

    image = read(tmp_path, image=bytes(pixels), label=b"\x01")["image"][0]

    assert image[0, 0].tolist() == [10, 40, 0]
    assert image[1, 0].tolist() == [20, 0, 0]
    assert image[0, 1].tolist() == [30, 0, 0]


def test_without_a_file_of_labels_all_are_minus_one(tmp_path: Path) -> None:
    assert read(tmp_path, image=columns_of_pixels(3))["label"].tolist() == [-1, -1, -1]


def test_more_images_than_are_turned_at_a_time_are_all_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read(tmp_path, image=columns_of_pixels(5))["image"]
    monkeypatch.setattr(stl10, "AT_ONCE", 2)

    np.testing.assert_array_equal(read(tmp_path, image=columns_of_pixels(5))["image"], whole)


@pytest.mark.parametrize("labels", [b"", b"\x01", b"\x01\x02\x03", b"\x0b\x01"], ids=bytes.hex)
def test_labels_that_do_not_fit_are_refused(tmp_path: Path, labels: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        read(tmp_path, image=columns_of_pixels(2), label=labels)

    assert caught.value.path == tmp_path / "label"
