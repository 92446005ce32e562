"""Pictures in a terminal: two pixels a character, in as many colours as it has.

true colour    upper half blocks, 24 bits for each half
palette        the same in the 216 colours and 24 greys of a 256-colour terminal
plain          characters from light to dark, where there is no terminal or no colour is wanted
"""

from __future__ import annotations

import os
import sys
from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING, TextIO

import numpy as np
from PIL import Image

from hub.viz.class_colours import BRIGHTNESS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

HALF = "▀"
RESET = "\x1b[0m"
SHADES = " .:-=+*#%@"

IN_FULL = ("truecolor", "24bit")
"""What terminals with 24 bits say in COLORTERM (https://github.com/termstandard/colors)."""
KNOWN_IN_FULL = ("kitty", "alacritty", "foot", "ghostty", "wezterm", "direct")
"""Words in TERM of terminals with 24 bits; that variable alone comes through ssh."""
WITH_PALETTE = ("256color", "xterm", "screen", "tmux", "rxvt")

LEVELS = (0, 95, 135, 175, 215, 255)
"""What 256-colour terminals show of each of six levels of red, green and blue."""


class Depth(Enum):
    """How many colours a terminal has."""

    TRUE = "true colour"
    PALETTE = "256 colours"
    PLAIN = "characters"


def depth_of(stream: TextIO = sys.stdout, environment: Mapping[str, str] = os.environ) -> Depth:
    """Return how many colours a stream shows: none if it is no terminal, or NO_COLOR is set (https://no-color.org)."""
    kind = environment.get("TERM", "")
    if not stream.isatty() or environment.get("NO_COLOR") or kind == "dumb":
        return Depth.PLAIN
    full = environment.get("COLORTERM", "").lower() in IN_FULL or "WT_SESSION" in environment
    if full or any(word in kind for word in KNOWN_IN_FULL):
        return Depth.TRUE
    return Depth.PALETTE if any(word in kind for word in WITH_PALETTE) else Depth.PLAIN


def lines_of(picture: Image.Image, columns: int, depth: Depth, *, rows: int | None = None) -> list[str]:
    """Return a picture as lines that take so many columns; a column is as wide as half a row is high.

    Pictures that are smaller are shown pixel by pixel, with blanks behind them. There are `rows` at most.
    """
    share = min(1.0, columns / picture.width, 2 * rows / picture.height if rows else 1.0)
    size = max(1, round(picture.width * share)), max(1, round(picture.height * share))
    shown = (
        picture.convert("RGB") if size == picture.size else picture.convert("RGB").resize(size, Image.Resampling.BOX)
    )
    pixels = np.asarray(shown)
    if len(pixels) % 2:
        pixels = np.concatenate([pixels, pixels[-1:]])
    pairs = pixels.reshape(-1, 2, *pixels.shape[1:])
    blanks = " " * (columns - size[0])
    if depth is Depth.PLAIN:
        return [_characters(pair) + blanks for pair in pairs]
    codes = _true if depth is Depth.TRUE else _of_palette
    return [_blocks(codes(upper), codes(lower)) + blanks for upper, lower in pairs]


def side_by_side(blocks: Sequence[Sequence[str]], widths: Sequence[int], gap: int) -> list[str]:
    """Return blocks of lines, each of which takes so many columns, beside each other."""
    height = max(map(len, blocks))
    filled = [[*block, *[" " * width] * (height - len(block))] for block, width in zip(blocks, widths, strict=True)]
    return [(" " * gap).join(line) for line in zip(*filled, strict=True)]


def _blocks(upper: Sequence[str], lower: Sequence[str]) -> str:
    """The half block shows the upper pixel in its own colour, and the lower one in that of its ground."""
    runs = ((codes, len(list(run))) for codes, run in groupby(zip(upper, lower, strict=True)))
    return "".join(f"\x1b[38;{above};48;{below}m{HALF * count}" for (above, below), count in runs) + RESET


def _true(pixels: NDArray[np.uint8]) -> list[str]:
    return [f"2;{red};{green};{blue}" for red, green, blue in pixels.tolist()]


def _of_palette(pixels: NDArray[np.uint8]) -> list[str]:
    """Return the nearest colours: from 16 on a cube of 6 x 6 x 6, from 232 on greys from 8 to 238."""
    wanted = pixels.astype(np.int64)
    levels = np.array(LEVELS)
    nearest = np.abs(wanted[..., None] - levels).argmin(axis=-1)
    grey = ((wanted.mean(axis=-1) - 8) / 10).round().clip(0, 23).astype(np.int64)
    off_cube = ((levels[nearest] - wanted) ** 2).sum(axis=-1)
    off_grey = (((8 + 10 * grey)[:, None] - wanted) ** 2).sum(axis=-1)
    numbers = np.where(off_grey < off_cube, 232 + grey, 16 + nearest @ (36, 6, 1))
    return [f"5;{number}" for number in numbers.tolist()]


def _characters(pair: NDArray[np.uint8]) -> str:
    brightness = pair.astype(np.float64) @ BRIGHTNESS
    places = (brightness.mean(axis=0) / 255 * (len(SHADES) - 1)).round().astype(np.int64)
    return "".join(SHADES[place] for place in places.tolist())
