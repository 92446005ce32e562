"""IDX: one array a file, as MNIST and its relatives publish it, plain or inside .gz, .xz or a zip.

    offset      bytes
    0           00 00          always zero
    2           TT             elements: 08 uint8, 09 int8, 0B int16, 0C int32, 0D float32, 0E float64
    3           NN             number of dimensions, at least 1
    4           S1 S1 S1 S1    size of dimension 1 (the rows), unsigned, big-endian
    ...                        and so on, NN sizes in all
    4 + 4 NN    elements       row after row, big-endian, up to the end of the file

Images have three dimensions (rows, height, width), so they begin with 00 00 08 03; labels have one: 00 00 08 01.
Specified in "The MNIST database of handwritten digits", section "File formats for the MNIST database"; the type
codes beyond uint8 are those of Lush, "libidx". A file that is shorter or longer than its header says is refused.
"""

from __future__ import annotations

import math
import struct
from contextlib import ExitStack
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from hub.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from hub.readers import Column, Columns, File, Options

VERSION = 1

TYPES: dict[int, np.dtype[np.generic]] = {
    0x08: np.dtype(">u1"),
    0x09: np.dtype(">i1"),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}

MAGIC_SIZE = 4
"""Also the size of each entry of the shape."""

MATRIX = 2

FEW = 256
"""Rows of a part that is read while it arrives."""


def read(files: Mapping[str, File], options: Options) -> Columns:
    """Return one array a role, each with the rows of its file in file order.

    The option `compat` keeps the first column of two-dimensional labels, which is the class.
    """
    columns = {role: read_array(file) for role, file in files.items()}
    label = columns.get("label")
    if options.get("compat") and label is not None and label.ndim == MATRIX:
        columns["label"] = np.ascontiguousarray(label[:, 0])
    return columns


def read_arriving(files: Mapping[str, File], options: Options) -> Iterator[Mapping[str, Column]]:
    """Yield what `read` returns some rows at a time, as soon as every file has them."""
    with ExitStack() as stack:
        opened = {role: Rows(stack.enter_context(file.open()), file) for role, file in files.items()}
        counts = {role: rows.count for role, rows in opened.items()}
        if len(set(counts.values())) > 1:
            first = next(iter(files.values()))
            raise FormatError(
                f"{first} and others do not belong together",
                path=first.path,
                expected="equally many rows",
                found=counts,
            )
        for start in range(0, min(counts.values()), FEW):
            part = {role: rows.next(min(FEW, rows.count - start)) for role, rows in opened.items()}
            label = part.get("label")
            if options.get("compat") and label is not None and label.ndim == MATRIX:
                part["label"] = np.ascontiguousarray(label[:, 0])
            yield part


class Rows:
    """The rows of an IDX file, some at a time."""

    def __init__(self, stream: BinaryIO, file: File) -> None:
        self._stream, self._file = stream, file
        self._dtype, self._shape = _read_header(stream, file)

    @property
    def count(self) -> int:
        """How many there are."""
        return self._shape[0]

    def next(self, count: int) -> NDArray[np.generic]:
        """Return the next rows, in the machine's byte order. Raises FormatError if the file ends before them."""
        array = _allocate(self._dtype, (count, *self._shape[1:]), self._file)
        rest = memoryview(array.reshape(-1).view(np.uint8))  # type: ignore[arg-type]  # arrays are buffers
        while rest and (read := self._stream.readinto(rest)):  # type: ignore[attr-defined]  # BinaryIO forgets readinto
            rest = rest[read:]
        if rest:
            raise _wrong_size(self._file, array.nbytes, f"{len(rest)} fewer")
        return array.astype(array.dtype.newbyteorder("="), copy=False)


def read_array(file: File) -> NDArray[np.generic]:
    """Return the array in an IDX file, in the machine's byte order.

    Raises FormatError if the magic number is none, or the file is shorter or longer than its header says.
    """
    with file.open() as stream:
        dtype, shape = _read_header(stream, file)
        array = _allocate(dtype, shape, file)
        _fill(stream, array, file)
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _read_header(stream: BinaryIO, file: File) -> tuple[np.dtype[np.generic], tuple[int, ...]]:
    magic = stream.read(MAGIC_SIZE)
    if len(magic) < MAGIC_SIZE or magic[:2] != b"\0\0" or magic[2] not in TYPES or magic[3] == 0:
        raise FormatError(
            f"{file} is no IDX file",
            path=file.path,
            expected="00 00, a type (08 09 0b 0c 0d 0e), a number of dimensions",
            found=magic.hex(" ") or "an empty file",
        )
    dimensions = magic[3]
    shape = stream.read(MAGIC_SIZE * dimensions)
    if len(shape) < MAGIC_SIZE * dimensions:
        raise _wrong_size(file, MAGIC_SIZE * (1 + dimensions), str(MAGIC_SIZE + len(shape)))
    return TYPES[magic[2]], struct.unpack(f">{dimensions}I", shape)


def _allocate(dtype: np.dtype[np.generic], shape: tuple[int, ...], file: File) -> NDArray[np.generic]:
    # Memory is touched only as it is filled, so a damaged header that promises too much is found by the
    # file's end, unless it promises more than can be addressed.
    try:
        return np.empty(shape, dtype)
    except (MemoryError, ValueError) as error:
        size = math.prod(shape) * dtype.itemsize
        raise _wrong_size(file, size, "fewer: that does not fit into memory") from error


def _fill(stream: BinaryIO, array: NDArray[np.generic], file: File) -> None:
    rest = memoryview(array.reshape(-1).view(np.uint8))  # type: ignore[arg-type]  # arrays are buffers
    while rest and (count := stream.readinto(rest)):  # type: ignore[attr-defined]  # BinaryIO forgets readinto
        rest = rest[count:]
    if rest:
        raise _wrong_size(file, array.nbytes, str(array.nbytes - len(rest)))
    # Reading on also makes gzip and xz compare their own trailing check value.
    if stream.read(1):
        raise _wrong_size(file, array.nbytes, f"more than {array.nbytes}")


def _wrong_size(file: File, expected: int, found: str) -> FormatError:
    return FormatError(
        f"{file} is not as long as its header says",
        path=file.path,
        expected=f"{expected} bytes",
        found=f"{found} bytes",
    )
