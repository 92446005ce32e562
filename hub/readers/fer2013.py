"""FER2013: faces as lines of a CSV file, in one of the three ways in which the contest has handed them out.

    fer2013.csv             emotion,pixels,Usage
    icml_face_data.csv      emotion, Usage, pixels         with a blank before the names
    train.csv, test.csv     emotion,pixels                 the test without the first

`pixels` is 48 x 48 numbers from 0 to 255 with blanks between. `Usage` is Training, PublicTest or PrivateTest. The
first that is there is read, in this order. Described at "Challenges in Representation Learning: Facial Expression
Recognition Challenge", https://www.kaggle.com/c/challenges-in-representation-learning-facial-expression-recognition-challenge.

Options: `part`, "train" or "test".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hub.errors import FormatError
from hub.formats.texts import table, whole_number
from hub.readers import Read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

SIDE = 48
CLASSES = 7

WHOLE = ("fer2013.csv", "icml_face_data.csv")
USAGES = {"train": ("Training",), "test": ("PublicTest", "PrivateTest")}


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image`, uint8 of shape (rows, 48, 48), and `label`, int64, or None where the test has none.

    Raises FormatError, naming line and file, if one is no face, and MissingFile if there is no file.
    """
    part = str(options["part"])
    name = next((name for name in WHOLE if tree.has(name)), f"{part}.csv")
    labelled = name in WHOLE or part == "train"
    rows = _rows(tree, name, ["pixels", *(["emotion"] if labelled else []), *(["Usage"] if name in WHOLE else [])])
    pixels, labels = bytearray(), []
    for line, row in rows:
        if name not in WHOLE or row["Usage"] in USAGES[part]:
            pixels += _pixels(row["pixels"], f"line {line} of {name}")
            labels += [_label(row["emotion"], f"line {line} of {name}")] if labelled else []
    images = np.frombuffer(pixels, np.uint8).reshape(-1, SIDE, SIDE)
    return Read({"image": images, "label": np.array(labels, np.int64) if labelled else None})


def _rows(tree: Tree, name: str, needed: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number of each line and its values by name, without the blanks before one file's names."""
    padded = {each: f" {each}" if name == WHOLE[1] and each != "emotion" else each for each in needed}
    for number, row in enumerate(table(tree, name, list(padded.values())), 2):
        yield number, {each: row[column].strip() for each, column in padded.items()}


def _pixels(text: str, place: str) -> bytes:
    try:
        pixels = bytes(map(int, text.split()))  # refuses what is no byte
    except ValueError as error:
        raise _wrong(place, str(error)) from error
    if len(pixels) != SIDE * SIDE:
        raise _wrong(place, f"{len(pixels)} numbers")
    return pixels


def _label(text: str, place: str) -> int:
    number = whole_number(text, place)
    if not 0 <= number < CLASSES:
        raise FormatError(f"{place} has no emotion", path=place, expected=f"0 to {CLASSES - 1}", found=text)
    return number


def _wrong(place: str, found: str) -> FormatError:
    expected = f"{SIDE * SIDE} numbers from 0 to 255"
    return FormatError(f"{place} is no face", path=place, expected=expected, found=found)
