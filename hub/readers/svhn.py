"""SVHN: cropped digits in MATLAB files of version 5, as "The Street View House Numbers" publishes them.

    X           uint8 of shape (32, 32, 3, rows): height, width, channels, images
    y           (rows, 1), 1 to 9 for the digits 1 to 9 and 10, or 0 in copies, for 0

The bytes of such a file are drawn in `hub.formats.matlab`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import numpy as np

from hub.errors import FormatError
from hub.formats.matlab import matrices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hub.readers import Columns, File, Options

VERSION = 1

IMAGE = (32, 32, 3)
TEN = 10
"""The label of the digit 0."""


def read(files: Mapping[str, File], options: Options) -> Columns:
    """Return `image`, uint8 of shape (rows, 32, 32, 3), and `label`, int64 from 0 to 9, of the file `mat`.

    Raises FormatError if it is no such file, and MissingExtra if scipy is not installed.
    """
    del options
    file = files["mat"]
    with file.open() as stream:
        table = matrices(stream, ("X", "y"), what=str(file), path=file.path)
    return {"image": _images(table.get("X"), file), "label": _labels(table.get("y"), file)}


def _images(found: object, file: File) -> NDArray[np.uint8]:
    if not isinstance(found, np.ndarray) or found.dtype != np.uint8 or found.shape[:-1] != IMAGE:
        _refuse(file, f"X: uint8 of shape {(*IMAGE, 'rows')}", _outline(found))
    return np.ascontiguousarray(found.transpose(3, 0, 1, 2))


def _labels(found: object, file: File) -> NDArray[np.int64]:
    # MATLAB has no arrays of one dimension: rows written by other programs come as (1, rows).
    if not isinstance(found, np.ndarray) or found.dtype.kind not in "iu" or found.size != max(found.shape):
        _refuse(file, "y: whole numbers of shape ('rows', 1)", _outline(found))
    labels = found.reshape(-1).astype(np.int64)
    if np.any((labels < 0) | (labels > TEN)):
        _refuse(file, "y: labels from 0 to 10", f"{labels.min()} to {labels.max()}")
    return labels % TEN


def _outline(found: object) -> str:
    return f"{found.dtype} of shape {found.shape}" if isinstance(found, np.ndarray) else "nothing"


def _refuse(file: File, expected: str, found: str) -> NoReturn:
    raise FormatError(f"{file} is no file of SVHN", path=file.path, expected=expected, found=found)
