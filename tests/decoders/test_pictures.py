from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from readers.frame_files import deep_colour_png

from hub import decoders
from hub.decoders import Form
from hub.errors import FormatError


def png(mode: str) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (4, 3)).save(file, "png")
    return file.getvalue()


WRONG = [
    ("disparity_1024", png("RGB")),
    ("disparity_256", png("RGB")),
    ("disparity_32", png("LA")),
    ("kitti", png("L")),
    ("plane", png("RGB")),
    ("sintel_disparity", png("L")),
    ("sintel_disparity", png("RGBA")),
    ("validity", png("RGB")),
]


@pytest.mark.parametrize(("name", "data"), WRONG)
def test_an_image_with_other_channels_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(FormatError, match=r"channel|colour"):
        decoders.find(name)(data, Form())


@pytest.mark.parametrize(
    "name", ["disparity_1024", "disparity_256", "disparity_32", "kitti", "sintel_disparity", "validity"]
)
@pytest.mark.parametrize("data", [b"", b"\x89PNG", png("L")[:-30], b"PIEH" * 9], ids=["none", "magic", "cut", "other"])
def test_what_is_no_image_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(FormatError):
        decoders.find(name)(data, Form())


def test_sixteen_bits_of_flow_are_all_read() -> None:
    pixels = np.arange(2 * 3 * 3, dtype=np.uint16).reshape(2, 3, 3) * 3001

    found = decoders.find("kitti")(deep_colour_png(pixels), Form())

    np.testing.assert_array_equal(found, pixels.transpose(2, 0, 1), strict=True)


@pytest.mark.parametrize("find", [decoders.find, decoders.find_maker])
def test_a_name_that_no_table_has_is_refused(find: object) -> None:
    with pytest.raises(ValueError, match="'nothing'"):
        find("nothing")  # type: ignore[operator]


@pytest.mark.parametrize("name", sorted(decoders.DECODERS))
def test_every_decoder_can_be_imported(name: str) -> None:
    assert callable(decoders.find(name))


@pytest.mark.parametrize("name", sorted(decoders.MAKERS))
def test_every_maker_can_be_imported(name: str) -> None:
    assert callable(decoders.find_maker(name))
