"""How `hub predict` reads pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from hub.cli.predict import read_image

if TYPE_CHECKING:
    from pathlib import Path

ORIENTATION = 0x0112  # of the EXIF standard; 6: the camera was held turned by a quarter to the left
TURNED = 6


def test_a_photo_of_a_phone_is_turned_upright(tmp_path: Path) -> None:
    sensor = np.zeros((2, 4, 3), np.uint8)
    sensor[0] = 255
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED
    Image.fromarray(sensor).save(tmp_path / "phone.png", exif=exif)

    upright = np.asarray(read_image(tmp_path / "phone.png"))

    np.testing.assert_array_equal(upright, np.rot90(sensor, k=-1))
