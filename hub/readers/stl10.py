"""STL-10: raw pixels and raw labels, as "STL-10 dataset" publishes them for C.

    images      27,648 bytes each: red, green, blue; 96 columns each, from the left; 96 values each, from the top
    labels      one byte each, 1 to 10, or 0 where nobody has said
    folds       ten lines of text, each the numbers of 1,000 training images, counted from 0

There is no header: the size is all that tells a sound file. Specified in "STL-10 dataset", section "Testing protocol",
https://cs.stanford.edu/~acoates/stl10/.

Options: `folds`, one of ten parts of the training images, or -1 for all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, NoReturn, cast

import numpy as np

from hub.errors import FormatError, InvalidInput
from hub.readers.blocks import Blocks
from hub.trees.decoding import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from hub.readers import Column, File, Options

VERSION = 2

SIDE = 96
IMAGE_SIZE = 3 * SIDE * SIDE
CLASSES = 10
FOLDS = 10
UNLABELLED = -1

# Images turned at a time: 28 MB, where all unlabelled ones at once would take 2.8 GB.
AT_ONCE = 1000


def read(files: Mapping[str, File], options: Options) -> Mapping[str, Column]:
    """Return `image`, uint8 of shape (rows, 96, 96, 3), and `label`, int64 from 0 to 9, or -1 without a label.

    Raises InvalidInput for folds that do not exist, and FormatError if a file has an impossible size, or labels or
    folds that are none.
    """
    fold = cast("int", options.get("folds", -1))
    if not -1 <= fold < FOLDS:
        raise InvalidInput(f"there is no fold {fold}", expected=f"0 to {FOLDS - 1}", found=fold)
    images = read_images(files["image"])
    has_labels = "label" in files
    labels = read_labels(files["label"], len(images)) if has_labels else np.full(len(images), UNLABELLED, np.int64)
    if fold < 0 or "folds" not in files:
        return {"image": images, "label": labels}
    rows = read_fold(files["folds"], fold, len(images))
    return {"image": images.whole()[rows], "label": labels[rows]}


def read_images(file: File) -> Blocks:
    """Return the images of a file, (rows, 96, 96, 3), in file order."""
    with file.open() as stream:
        size = stream.seek(0, 2)
    if size % IMAGE_SIZE or not size:
        _refuse(file, f"images of {IMAGE_SIZE} bytes", f"{size} bytes")
    count = size // IMAGE_SIZE

    def parts() -> Iterator[NDArray[np.uint8]]:
        with file.open() as stream:
            for start in range(0, count, AT_ONCE):
                yield _turned(stream, min(AT_ONCE, count - start), file)

    return Blocks(str(file), (count, SIDE, SIDE, 3), np.dtype(np.uint8), parts)


def _turned(stream: BinaryIO, count: int, file: File) -> NDArray[np.uint8]:
    data = stream.read(count * IMAGE_SIZE)
    if len(data) < count * IMAGE_SIZE:
        _refuse(file, f"{count * IMAGE_SIZE} more bytes", f"{len(data)} bytes")
    return np.frombuffer(data, np.uint8).reshape(-1, 3, SIDE, SIDE).transpose(0, 3, 2, 1)


def read_fold(file: File, fold: int, count: int) -> NDArray[np.int64]:
    """Return the rows of a fold, of `count` images. Raises FormatError if the file has not as many, or others."""
    with file.open() as stream:
        lines = decoded(stream.read(), str(file), "ascii").splitlines()
    words = lines[fold].split() if fold < len(lines) else []
    if not words or not all(word.isdecimal() and int(word) < count for word in words):
        _refuse(file, f"numbers below {count} in line {fold + 1}", f"{len(lines)} lines" if not words else "others")
    return np.array(words, np.int64)


def read_labels(file: File, rows: int) -> NDArray[np.int64]:
    """Return the labels of a file, counted from 0, -1 for none. Raises FormatError if there are not `rows` of them."""
    with file.open() as stream:
        data = stream.read(rows + 1)
    if len(data) != rows:
        _refuse(file, f"{rows} labels, as many as images", str(len(data)) if len(data) < rows else "more")
    labels = np.frombuffer(data, np.uint8).astype(np.int64) - 1
    if np.any(labels >= CLASSES):
        _refuse(file, f"labels from 0 to {CLASSES}", f"{labels.min() + 1} to {labels.max() + 1}")
    return labels


def _refuse(file: File, expected: str, found: str) -> NoReturn:
    raise FormatError(f"{file} is no file of STL-10", path=file.path, expected=expected, found=found)
