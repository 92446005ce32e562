"""SVHN: cropped digits in MATLAB files of version 5, as "The Street View House Numbers" publishes them.

    offset      bytes
    0           116 of text    "MATLAB 5.0 MAT-file, ..."
    124         00 01 "IM"     version 1.0, little-endian
    128         TT TT TT TT    element: 14 a matrix, 15 a matrix in a zlib stream
    132         SS SS SS SS    its size, without these eight bytes
    136         the element    and so on, up to the end of the file

    X           uint8 of shape (32, 32, 3, rows): height, width, channels, images
    y           (rows, 1), 1 to 9 for the digits 1 to 9 and 10, or 0 in copies, for 0

Specified in "MAT-File Format" of MathWorks, section "Level 5 MAT-File Format". The matrices are read by scipy, which
is an extra; the outline of the file is checked here first, because scipy stops at the last matrix asked for.
"""

from __future__ import annotations

import importlib.util
import struct
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

import numpy as np

from hub.errors import FormatError, MissingExtra

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hub.readers import Columns, File, Options

VERSION = 1

MAGIC = b"MATLAB 5.0 MAT-file"
HEADER_SIZE = 128
TAG_SIZE = 8
HEADER_END = b"\x00\x01IM"
ELEMENTS = (14, 15)

IMAGE = (32, 32, 3)
TEN = 10
"""The label of the digit 0."""

# What scipy raises on damaged matrices, besides its own error; OSError comes without a number then.
DAMAGE = (ArithmeticError, EOFError, LookupError, MemoryError, TypeError, ValueError, zlib.error)


def read(files: Mapping[str, File], options: Options) -> Columns:
    """Return `image`, uint8 of shape (rows, 32, 32, 3), and `label`, int64 from 0 to 9, of the file `mat`.

    Raises FormatError if it is no such file, and MissingExtra if scipy is not installed.
    """
    del options
    file = files["mat"]
    if importlib.util.find_spec("scipy") is None:
        raise MissingExtra(
            "scipy is not installed",
            expected="the extra 'matlab'",
            found="nothing",
            hint='pip install "hub-zoo[matlab]"',
        )
    with file.open() as stream:
        _check_outline(stream, file)
        table = _matrices(stream, file)
    return {"image": _images(table.get("X"), file), "label": _labels(table.get("y"), file)}


def _check_outline(stream: BinaryIO, file: File) -> None:
    """Walk over all elements and leave the stream at its start. Raises FormatError if they do not fill the file."""
    header = stream.read(HEADER_SIZE)
    if not header.startswith(MAGIC):
        _refuse(file, MAGIC.decode(), header[:4].hex(" ") or "an empty file")
    if not header.endswith(HEADER_END) or len(header) < HEADER_SIZE:
        _refuse(file, "a header of version 1.0, little-endian", header[124:].hex(" ") or "a shorter file")
    size = stream.seek(0, 2)
    place = HEADER_SIZE
    while place < size:
        stream.seek(place)
        tag = stream.read(TAG_SIZE)
        kind, length = struct.unpack("<II", tag) if len(tag) == TAG_SIZE else (0, 0)
        if kind not in ELEMENTS:
            _refuse(file, f"a matrix at byte {place}", tag.hex(" "))
        place += TAG_SIZE + length
    if place != size:
        _refuse(file, f"{place} bytes", f"{size} bytes")
    stream.seek(0)


def _matrices(stream: BinaryIO, file: File) -> dict[str, Any]:
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    try:
        table: dict[str, Any] = loadmat(stream, variable_names=["X", "y"])
    except (MatReadError, *DAMAGE) as error:
        raise FormatError(f"{file} is damaged: {error}", path=file.path) from error
    return table


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
