"""PatchCamelyon: images in one HDF5 file and labels in another.

    <name>_x.h5     x: (n, 96, 96, 3) uint8
    <name>_y.h5     y: (n, 1, 1, 1) uint8, 1 for tumour

Specified in "PatchCamelyon (PCam)", https://github.com/basveeling/pcam; the container is HDF5, read by h5py.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from hub.errors import FormatError
from hub.extras import require
from hub.readers.blocks import Blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

    from numpy.typing import NDArray

    from hub.readers import Column, File, Options

VERSION = 1

DIMENSIONS = 4
"""Of images and of labels."""

# Images read at a time: 28 MB.
AT_ONCE = 1024

# What h5py raises on damaged input.
DAMAGE = (OSError, KeyError, RuntimeError, ValueError)


def read(files: Mapping[str, File], options: Options) -> Mapping[str, Column]:
    """Return `image`, uint8 of shape (rows, height, width, 3), and `label`, int64.

    Raises FormatError if a file holds no such array, MissingExtra if h5py is not installed, and StoreError if there
    is no room to inflate the images.
    """
    del options
    require("h5py", "hdf5")
    with _array(files["label"].at_hand(), "y", files["label"]) as labels:
        found = np.asarray(labels[()]).reshape(-1).astype(np.int64)
    return {"image": _images(files["image"]), "label": found}


def _images(file: File) -> Blocks:
    stream = file.at_hand()
    with _array(stream, "x", file) as images:
        shape = images.shape

    def parts() -> Iterator[NDArray[np.generic]]:
        with _array(stream, "x", file) as images:
            for start in range(0, shape[0], AT_ONCE):
                yield images[start : start + AT_ONCE]

    return Blocks(str(file), shape, np.dtype(np.uint8), parts)


@contextmanager
def _array(stream: BinaryIO, name: str, file: File) -> Iterator[Any]:
    """Open an HDF5 file and give an array in it, of which nothing has been read yet."""
    import h5py

    try:
        with h5py.File(stream, "r") as container:
            found = container[name]
            if not isinstance(found, h5py.Dataset) or found.dtype != np.uint8 or found.ndim != DIMENSIONS:
                raise _wrong(file, name, repr(found))
            yield found
    except DAMAGE as error:
        if isinstance(error, FormatError):
            raise
        raise _wrong(file, name, str(error)) from error


def _wrong(file: File, name: str, found: str) -> FormatError:
    expected = f"an HDF5 file with {name!r}, bytes in four dimensions"
    return FormatError(f"{file} is no file of PatchCamelyon", path=file.path, expected=expected, found=found)
