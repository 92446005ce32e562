"""STL-10: raw pixels and raw labels, as "STL-10 dataset" publishes them for C.

    images      27,648 bytes each: red, green, blue; 96 columns each, from the left; 96 values each, from the top
    labels      one byte each, 1 to 10

There is no header: the size is all that tells a sound file. Specified in "STL-10 dataset", section "Testing protocol",
https://cs.stanford.edu/~acoates/stl10/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, NoReturn

import numpy as np

from hub.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hub.readers import Columns, File, Options

VERSION = 1

SIDE = 96
IMAGE_SIZE = 3 * SIDE * SIDE
CLASSES = 10
UNLABELLED = -1

# Images turned at a time: 28 MB, where all unlabelled ones at once would take 2.8 GB besides the result.
AT_ONCE = 1000


def read(files: Mapping[str, File], options: Options) -> Columns:
    """Return `image`, uint8 of shape (rows, 96, 96, 3), and `label`, int64 from 0 to 9, or -1 without a label file.

    Raises FormatError if a file has an impossible size, or labels that are none.
    """
    del options
    images = read_images(files["image"])
    if "label" not in files:
        return {"image": images, "label": np.full(len(images), UNLABELLED, np.int64)}
    return {"image": images, "label": read_labels(files["label"], len(images))}


def read_images(file: File) -> NDArray[np.uint8]:
    """Return the images of a file, (rows, 96, 96, 3), in file order."""
    with file.open() as stream:
        size = stream.seek(0, 2)
        stream.seek(0)
        if size % IMAGE_SIZE or not size:
            _refuse(file, f"images of {IMAGE_SIZE} bytes", f"{size} bytes")
        images = np.empty((size // IMAGE_SIZE, SIDE, SIDE, 3), np.uint8)
        for start in range(0, len(images), AT_ONCE):
            _fill(stream, images[start : start + AT_ONCE], file)
    return images


def _fill(stream: BinaryIO, images: NDArray[np.uint8], file: File) -> None:
    data = stream.read(len(images) * IMAGE_SIZE)
    if len(data) < len(images) * IMAGE_SIZE:
        _refuse(file, f"{len(images) * IMAGE_SIZE} more bytes", f"{len(data)} bytes")
    columns = np.frombuffer(data, np.uint8).reshape(-1, 3, SIDE, SIDE)
    images[:] = columns.transpose(0, 3, 2, 1)


def read_labels(file: File, rows: int) -> NDArray[np.int64]:
    """Return the labels of a file, counted from 0. Raises FormatError if there are not `rows` of them."""
    with file.open() as stream:
        data = stream.read(rows + 1)
    if len(data) != rows:
        _refuse(file, f"{rows} labels, as many as images", str(len(data)) if len(data) < rows else "more")
    labels = np.frombuffer(data, np.uint8).astype(np.int64) - 1
    if np.any((labels < 0) | (labels >= CLASSES)):
        _refuse(file, f"labels from 1 to {CLASSES}", f"{labels.min() + 1} to {labels.max() + 1}")
    return labels


def _refuse(file: File, expected: str, found: str) -> NoReturn:
    raise FormatError(f"{file} is no file of STL-10", path=file.path, expected=expected, found=found)
