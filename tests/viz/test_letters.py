"""Letters of any script on pictures, and what happens where no font has them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, features

from hub.viz import fonts
from hub.viz.grids import grid

CHINESE, ARABIC, NOWHERE = "飞机和汽车", "قطة صغيرة", "\U0001f9ff\u1bc0"


def written(text: str, size: int = 24) -> Any:
    """Return where a text has ink, bool of shape (height, width)."""
    picture = Image.new("RGB", (600, 60), "white")
    fonts.write(ImageDraw.Draw(picture), (4, 30), text, (0, 0, 0), size)
    return np.asarray(picture)[..., 0] < 128


@pytest.mark.parametrize("text", ["cat", "café, naïve", CHINESE, ARABIC, f"{CHINESE} {ARABIC} cat"])
def test_a_text_takes_as_much_room_as_it_is_said_to(text: str) -> None:
    if fonts.missing(text):
        pytest.skip("no font for it here")

    columns = np.flatnonzero(written(text).any(axis=0))

    assert columns[0] >= 2
    assert abs(columns[-1] - 4 - fonts.length(text, 24)) < 8


@pytest.mark.parametrize("text", [CHINESE, ARABIC])
def test_letters_of_other_scripts_are_not_the_box_of_a_font_that_lacks_them(text: str) -> None:
    if fonts.missing(text):
        pytest.skip("no font for it here")

    letters = [written(char).tobytes() for char in dict.fromkeys(text.replace(" ", ""))]

    assert len(set(letters)) == len(letters)


def test_arabic_is_written_from_right_to_left_and_joined() -> None:
    if fonts.missing(ARABIC) or not features.check("raqm"):
        pytest.skip("no font for it here")

    joined = fonts.length("قطة", 24)
    apart = sum(fonts.length(char, 24) for char in "قطة")

    assert joined < apart
    whole, first = written("قطة"), written("ق")
    right = np.flatnonzero(whole.any(axis=0))[-1]
    assert right > np.flatnonzero(first.any(axis=0))[-1]


def test_what_no_font_has_is_told_and_written_as_its_number() -> None:
    lacking = fonts.missing(f"cat {NOWHERE}")

    if not lacking:
        pytest.skip("this machine has a font for everything")
    assert "c" not in lacking
    assert fonts.length(lacking[0], 20) == fonts.length(f"U+{ord(lacking[0]):04X}", 20)


@settings(deadline=None)  # the first letter of a script looks for a font on the whole machine
@given(st.text(max_size=60), st.integers(40, 300))
def test_lines_of_a_text_fit_whatever_it_says(text: str, width: int) -> None:
    lines = fonts.in_lines(text, 14, width, 3)

    assert len(lines) <= 3
    assert all(fonts.length(line, 14) <= max(width, 120) for line in lines)


def test_a_text_is_parted_at_blanks_and_its_end_is_cut() -> None:
    lines = fonts.in_lines("one two three four five six seven", 14, 70, 2)

    assert lines[0] in ("one two", "one two three")
    assert lines[1].endswith("…")


def test_captions_stand_below_their_pictures_in_as_many_columns_as_asked() -> None:
    pictures = [Image.new("RGB", (100, 60), "red")] * 5

    sheet = grid(pictures, ["a", CHINESE, "c", "", "e"], columns=2)

    pixels = np.asarray(sheet)
    red = (pixels == (255, 0, 0)).all(axis=2)
    assert red.any(axis=0).sum() == 200
    assert red.any(axis=1).sum() == 180
    assert (pixels[~red] < 100).any()
    assert sheet.mode == "RGB"
