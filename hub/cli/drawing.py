"""Pictures and bars made of characters."""

from __future__ import annotations

import os
import sys
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Eighths of a block, so that a bar of 20 columns shows 160 steps.
EIGHTHS = " ▏▎▍▌▋▊▉█"
SHADES = " .:-=+*#%@"


def bar(share: float, columns: int) -> str:
    """Return a bar that fills `share` (0 to 1) of so many columns.

    >>> bar(0.5, 4)
    '██  '
    """
    eighths = round(min(max(share, 0.0), 1.0) * columns * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (EIGHTHS[rest] if rest else "")).ljust(columns)


def can_colour() -> bool:
    """Whether standard output is a terminal that wants colours (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def grey_image(pixels: NDArray[np.uint8], *, colour: bool) -> list[str]:
    """Return the lines of a picture, uint8 of shape (height, width): two rows of pixels a line."""
    rows = pixels[: len(pixels) // 2 * 2].reshape(-1, 2, pixels.shape[1])
    return [_blocks(upper, lower) if colour else _letters(upper, lower) for upper, lower in rows]


def _blocks(upper: NDArray[np.uint8], lower: NDArray[np.uint8]) -> str:
    """The upper half block carries one pixel in the foreground and one in the background."""
    pairs = [(_grey(a), _grey(b)) for a, b in zip(upper.tolist(), lower.tolist(), strict=True)]
    runs = ("▀" * len(list(run)) for _, run in groupby(pairs))
    colours = (f"\x1b[38;5;{upper_grey};48;5;{lower_grey}m" for (upper_grey, lower_grey), _ in groupby(pairs))
    return "".join(colour + run for colour, run in zip(colours, runs, strict=True)) + "\x1b[0m"


def _grey(value: int) -> int:
    """Colours 232 to 255 of a 256-colour terminal are greys from dark to light."""
    return 232 + value * 23 // 255


def _letters(upper: NDArray[np.uint8], lower: NDArray[np.uint8]) -> str:
    pairs = zip(upper.tolist(), lower.tolist(), strict=True)
    return "".join(SHADES[(a + b) * (len(SHADES) - 1) // 510] for a, b in pairs)
