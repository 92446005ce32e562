from __future__ import annotations

import bz2
from typing import TYPE_CHECKING

import numpy as np
import pytest
from readers.conformance import ReaderConformance
from readers.libsvm_files import drawn, line

from hub import readers
from hub.errors import FormatError
from hub.readers import File

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

VALUES = ["-1", "0", "1", *["-0.5"] * 253]


class TestLibsvm(ReaderConformance):
    reader = "libsvm"

    def files(self) -> dict[str, bytes]:
        return {"text": line(10, ["1"] * 256).encode()}

    def columns(self) -> dict[str, NDArray[np.generic]]:
        return {"image": np.full((1, 16, 16), 255, np.uint8), "label": np.array([9])}

    def cuts(self, data: bytes) -> range:
        return range(len(data.strip()))  # a last line may do without its end


def read(folder: Path, data: bytes) -> readers.Columns:
    (folder / "text").write_bytes(data)
    return readers.read("libsvm", {"text": File(folder / "text")}, {})


def test_values_become_pixels_row_by_row(tmp_path: Path) -> None:
    image = read(tmp_path, line(1, VALUES).encode())["image"][0]

    assert image[0, :4].tolist() == [0, 127, 255, 63]
    assert image[1, 0] == 63


def test_packed_and_plain_text_are_the_same(tmp_path: Path) -> None:
    plain, packed = read(tmp_path, drawn(5)), read(tmp_path, bz2.compress(drawn(5)))

    np.testing.assert_array_equal(packed["image"], plain["image"])
    assert packed["label"].tolist() == [0, 1, 2, 3, 4]


def test_packed_text_is_refused_wherever_it_is_cut(tmp_path: Path) -> None:
    data = bz2.compress(line(1, VALUES).encode())

    for length in range(len(data)):
        with pytest.raises(FormatError):
            read(tmp_path, data[:length])


def test_a_flipped_byte_in_packed_text_is_found(tmp_path: Path) -> None:
    data = bytearray(bz2.compress(drawn(5)))
    data[len(data) // 2] ^= 1

    with pytest.raises(FormatError):
        read(tmp_path, bytes(data))


WRONG = {
    "a label too low": line(0, VALUES),
    "a label too high": line(11, VALUES),
    "a label that is none": "1.5" + line(1, VALUES)[1:],
    "a value left out": line(1, VALUES).replace(" 7:-0.5", ""),
    "values in another order": line(1, VALUES).replace(" 7:", " 8:", 1),
    "a value too many": line(1, [*VALUES, "0"]),
    "a word for a value": line(1, VALUES).replace("7:-0.5", "7:grey"),
    "a value too high": line(1, VALUES).replace("7:-0.5", "7:1.01"),
    "no number": line(1, VALUES).replace("7:-0.5", "7:nan"),
    "an empty line": line(1, VALUES) + "\n" + line(1, VALUES),
    "another alphabet": line(1, VALUES).replace("7:-0.5", "7:½"),
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_anything_else_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(FormatError) as caught:
        read(tmp_path, text.encode())

    assert caught.value.path == tmp_path / "text"
