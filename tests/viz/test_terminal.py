"""Pictures of characters, in as many colours as a terminal has."""

from __future__ import annotations

import re
from io import StringIO

import numpy as np
import pytest
from PIL import Image

from hub.viz.terminal import Depth, depth_of, lines_of, side_by_side

PICTURE = Image.fromarray(np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [10, 10, 10]]], np.uint8))


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


KINDS = {
    "24 bits": ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Depth.TRUE),
    "kitty through ssh": ({"TERM": "xterm-kitty"}, Depth.TRUE),
    "Windows": ({"WT_SESSION": "1"}, Depth.TRUE),
    "256": ({"TERM": "screen-256color"}, Depth.PALETTE),
    "console": ({"TERM": "linux"}, Depth.PLAIN),
    "no colour": ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, Depth.PLAIN),
    "empty NO_COLOR": ({"TERM": "xterm-256color", "NO_COLOR": ""}, Depth.PALETTE),
    "dumb": ({"TERM": "dumb", "COLORTERM": "truecolor"}, Depth.PLAIN),
    "nothing": ({}, Depth.PLAIN),
}


@pytest.mark.parametrize(("environment", "depth"), KINDS.values(), ids=KINDS.keys())
def test_colours_are_those_of_the_terminal(environment: dict[str, str], depth: Depth) -> None:
    assert depth_of(Terminal(), environment) is depth
    assert depth_of(StringIO(), environment) is Depth.PLAIN


def test_two_pixels_stand_in_one_character() -> None:
    (line,) = lines_of(PICTURE, 2, Depth.TRUE)

    assert line == "\x1b[38;2;255;0;0;48;2;0;0;255m▀\x1b[38;2;0;255;0;48;2;10;10;10m▀\x1b[0m"


def test_a_palette_has_the_nearest_colours_and_greys() -> None:
    (line,) = lines_of(PICTURE, 2, Depth.PALETTE)

    assert line == "\x1b[38;5;196;48;5;21m▀\x1b[38;5;46;48;5;232m▀\x1b[0m"


def test_without_colours_brighter_pixels_are_fuller_characters() -> None:
    ramp = Image.fromarray(np.linspace(0, 255, 10, dtype=np.uint8)[None].repeat(2, axis=0))

    assert lines_of(ramp, 10, Depth.PLAIN) == [" .:-=+*#%@"]


@pytest.mark.parametrize("size", [(300, 200), (20, 400), (1, 1), (7, 3)], ids=str)
@pytest.mark.parametrize("depth", Depth)
def test_lines_are_as_wide_as_asked_and_a_picture_keeps_its_shape(size: tuple[int, int], depth: Depth) -> None:
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines_of(Image.new("RGB", size, "red"), 40, depth)]

    assert {len(line) for line in lines} == {40}
    share = min(1, 40 / size[0])
    assert abs(len(lines) - share * size[1] / 2) <= 1
    assert len(lines_of(Image.new("RGB", size), 40, depth, rows=5)) <= 5


def test_blocks_of_different_height_stand_beside_each_other() -> None:
    assert side_by_side([["ab", "cd"], ["x"]], [2, 1], 1) == ["ab x", "cd  "]
