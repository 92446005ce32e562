"""LIBSVM: lines of text with a label and numbered values, as USPS is published in its collection.

    LABEL 1:VALUE 2:VALUE ... 256:VALUE

Labels run from 1 to 10; values are the pixels of 16 x 16 grey images, row by row, from -1 (black) to 1 (white).
Specified in the README of LIBSVM, section "'svm-train' Usage"; that lines may leave out values that are 0 is not used
by USPS and refused here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import numpy as np

from hub.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hub.readers import Columns, File, Options

VERSION = 1

SIDE = 16
CLASSES = 10
PIXELS_END = 256
PLACES = [str(number) for number in range(1, SIDE * SIDE + 1)]


def read(files: Mapping[str, File], options: Options) -> Columns:
    """Return `image`, uint8 of shape (rows, 16, 16), and `label`, int64 from 0 to 9, of the file `text`.

    Raises FormatError if a line is not a label and 256 values from -1 to 1.
    """
    del options
    file = files["text"]
    lines = _lines(file)
    labels = [_label(line[0], number, file) for number, line in enumerate(lines, 1)]
    values = [_values(line, number, file) for number, line in enumerate(lines, 1)]
    return {"image": _pixels(values, file), "label": np.array(labels, np.int64)}


def _lines(file: File) -> list[list[str]]:
    with file.open() as stream:
        data = stream.read()
    if not data[:1].isdigit():
        _refuse(file, "a label, a number", data[:4].hex(" ") or "an empty file")
    try:
        return [line.split() or [""] for line in data.decode("ascii").splitlines()]
    except UnicodeDecodeError as error:
        raise FormatError(f"{file} is no text of LIBSVM: {error}", path=file.path) from error


def _label(text: str, number: int, file: File) -> int:
    label = int(text) if text.isdigit() else 0
    if not 1 <= label <= CLASSES:
        _refuse(file, f"a label from 1 to {CLASSES} in line {number}", repr(text))
    return label - 1


def _values(line: list[str], number: int, file: File) -> list[str]:
    pairs = [pair.partition(":") for pair in line[1:]]
    if [place for place, _, _ in pairs] != PLACES:
        _refuse(file, f"values 1 to {len(PLACES)} in line {number}", f"{len(pairs)} values")
    return [value for _, _, value in pairs]


def _pixels(values: list[list[str]], file: File) -> NDArray[np.uint8]:
    try:
        floats = np.array(values, np.float32).reshape(-1, SIDE, SIDE)
    except ValueError as error:
        raise FormatError(f"{file} is no text of LIBSVM: {error}", path=file.path) from error
    # In this order and precision, cut off and not rounded: torchvision's pixels, to the bit.
    pixels = (floats + 1) / 2 * 255
    if not np.all((pixels > -1) & (pixels < PIXELS_END)):  # neither is what is no number
        _refuse(file, "values from -1 to 1", f"{floats.min()} to {floats.max()}")
    return pixels.astype(np.uint8)


def _refuse(file: File, expected: str, found: str) -> NoReturn:
    raise FormatError(f"{file} is no text of LIBSVM", path=file.path, expected=expected, found=found)
