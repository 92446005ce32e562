"""MATLAB files of version 5: the outline is checked here, the matrices are read by scipy, which is an extra.

    offset      bytes
    0           116 of text    "MATLAB 5.0 MAT-file, ..."
    124         00 01 "IM"     version 1.0, little-endian
    128         TT TT TT TT    element: 14 a matrix, 15 a matrix in a zlib stream
    132         SS SS SS SS    its size, without these eight bytes
    136         the element    and so on, up to the end of the file

Specified in "MAT-File Format" of MathWorks, section "Level 5 MAT-File Format". The outline is checked first, because
scipy stops at the last matrix asked for; and so is each of these down to its last part (matlab_outline.py), because
scipy believes what it finds there.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO

from hub.errors import FormatError
from hub.extras import require
from hub.formats import matlab_outline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hub.trees import Tree

MAGIC = b"MATLAB 5.0 MAT-file"
HEADER_SIZE = 128
TAG_SIZE = 8
HEADER_END = b"\x00\x01IM"
ELEMENTS = (14, 15)

# What scipy raises on damaged matrices, besides its own error; OSError comes without a number then.
DAMAGE = (ArithmeticError, EOFError, LookupError, MemoryError, NameError, TypeError, ValueError, zlib.error)


def matrices(stream: BinaryIO, names: Sequence[str], *, what: str, path: object) -> Mapping[str, Any]:
    """Return the matrices of these names, as far as they are there; each has at least two dimensions.

    `what` and `path` are what errors call the file. Raises FormatError if it is damaged or none of MATLAB, and
    MissingExtra if scipy is not installed.
    """
    require("scipy", "matlab")
    fault = _fault(stream, names)
    if fault is not None:
        raise FormatError(f"{what} is no file of MATLAB 5", path=path, expected=fault[0], found=fault[1])
    return _loaded(stream, names, what, path)


def matrix_of(tree: Tree, name: str, matrix: str) -> Any:  # noqa: ANN401  numpy's array of what the file holds
    """Return one matrix of a file of a tree. Raises what `matrices` raises, FormatError also if it is not there."""
    with tree.open(name) as stream:
        found = matrices(stream, [matrix], what=f"{name} in {tree}", path=name)
    if matrix not in found:
        raise FormatError(f"{name} in {tree} lacks a matrix", path=name, expected=matrix, found="nothing")
    return found[matrix]


def _fault(stream: BinaryIO, names: Sequence[str]) -> tuple[str, str] | None:
    """Return what was expected and found where the outline is wrong, or None, with the stream at its start."""
    header = stream.read(HEADER_SIZE)
    if not header.startswith(MAGIC):
        return MAGIC.decode(), header[:4].hex(" ") or "an empty file"
    if not header.endswith(HEADER_END) or len(header) < HEADER_SIZE:
        return "a header of version 1.0, little-endian", header[124:].hex(" ") or "a shorter file"
    size = stream.seek(0, 2)
    place = HEADER_SIZE
    while place < size:
        stream.seek(place)
        tag = stream.read(TAG_SIZE)
        kind, length = struct.unpack("<II", tag) if len(tag) == TAG_SIZE else (0, 0)
        if kind not in ELEMENTS:
            return f"a matrix at byte {place}", tag.hex(" ")
        place += TAG_SIZE + length
        if place > size:
            return f"{place} bytes", f"{size} bytes"
        try:
            matlab_outline.check(stream, names, kind, length)
        except matlab_outline.Wrong as error:
            return f"{error.expected} before byte {place}", error.found
    stream.seek(0)
    return None if place == size else (f"{place} bytes", f"{size} bytes")


def _loaded(stream: BinaryIO, names: Sequence[str], what: str, path: object) -> Mapping[str, Any]:
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    try:
        found: Mapping[str, Any] = loadmat(stream, variable_names=list(names))
    except (MatReadError, *DAMAGE) as error:
        raise FormatError(f"{what} is damaged: {error}", path=path) from error
    except OSError as error:
        if error.errno is not None:  # scipy's own has no number
            raise
        raise FormatError(f"{what} is damaged: {error}", path=path) from error
    return found
