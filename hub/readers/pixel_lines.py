"""Lines of pixels: text with one image a line and its label behind it.

    0.0000 1.0000 ... 0.0000  0 0 1 0 0 0 0 0 0 0      Semeion: 16 x 16 pixels of 0 or 1, one column for each class
    0,0,5,13,9,1, ... ,0,0    0                        optdigits: 8 x 8 pixels of 0 to 16, the label itself

A pixel becomes a byte from 0 to 255 by the value that stands for white, what is behind the point cut off; so white
itself is 255. "Semeion Handwritten Digit", https://doi.org/10.24432/C5SC8V, and "Optical Recognition of Handwritten
Digits", https://doi.org/10.24432/C50P49, describe the files.

Options: `side` of an image, `white`, `separator` (none for blanks) and `one_hot`, whether the label is a column of
several.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, NoReturn, cast

import numpy as np

from hub.errors import FormatError
from hub.trees.decoding import decoded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hub.readers import Columns, File, Options

VERSION = 1


def read(files: Mapping[str, File], options: Options) -> Columns:
    """Return `image`, uint8 of shape (rows, side, side), and `label`, int64.

    Raises FormatError, naming the line, if one has other values than an image and a label.
    """
    file = files["text"]
    side, white = cast("int", options["side"]), cast("float", options["white"])
    table = _table(file, str(options.get("separator", "")) or None)
    one_hot = bool(options.get("one_hot", False))
    wrong = _wrong_lines(table, side * side, white, one_hot=one_hot)
    if wrong.any():
        _refuse(file, int(wrong.argmax()) + 1, f"pixels from 0 to {white:g} and one label", "others")
    pixels, rest = table[:, : side * side], table[:, side * side :]
    images = (pixels * 255 / white).astype(np.uint8).reshape(-1, side, side)
    return {"image": images, "label": (rest.argmax(axis=1) if one_hot else rest[:, 0]).astype(np.int64)}


def _table(file: File, separator: str | None) -> NDArray[np.float64]:
    """Return all numbers, one row a line."""
    with file.open() as stream:
        text = decoded(stream.read(), str(file), "ascii")
    rows: list[list[float]] = []
    for number, line in enumerate(io.StringIO(text), 1):
        words = line.split(separator) if line.strip() else []
        if words and rows and len(words) != len(rows[0]):
            _refuse(file, number, f"{len(rows[0])} values, as in the first", str(len(words)))
        try:
            rows.extend([list(map(float, words))] if words else [])
        except ValueError as error:
            _refuse(file, number, "numbers", str(error))
    return np.array(rows or [[]])


def _wrong_lines(table: NDArray[np.float64], pixels: int, white: float, *, one_hot: bool) -> NDArray[np.bool_]:
    """Tell which lines are no image with a label; the first if they are too short or long."""
    if table.shape[1] <= pixels or (table.shape[1] > pixels + 1 and not one_hot):
        return np.ones(1, dtype=bool)
    rest = table[:, pixels:]
    label = (rest != 0).sum(axis=1) == 1 if one_hot else (rest[:, 0] >= 0) & (rest[:, 0] % 1 == 0)
    inside = (table[:, :pixels] >= 0) & (table[:, :pixels] <= white)
    found: NDArray[np.bool_] = ~(label & inside.all(axis=1))
    return found


def _refuse(file: File, line: int, expected: str, found: str) -> NoReturn:
    raise FormatError(f"line {line} of {file} is no image", path=file.path, expected=expected, found=found)
