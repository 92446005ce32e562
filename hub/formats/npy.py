r"""Arrays in numpy's own format, mapped; never objects, which would be a pickle.

    93 "NUMPY" 01 00      magic, version 1.0
    HH HH                 size of the header (four bytes since version 2.0)
    header                {'descr': '|u1', 'fortran_order': False, 'shape': (20, 10000, 64, 64), }
    data

Specified in "NEP 1: A simple file format for numpy arrays". Numpy reads as much of a header as its size says; here it
is asked to only if that is what a header of numbers has.
"""

from __future__ import annotations

import tokenize
from typing import TYPE_CHECKING

import numpy as np

from hub.errors import FormatError, first_line

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

MAGIC = b"\x93NUMPY"
HEAD = 12
LONGEST_HEADER = 10_000
"""As numpy has it for what it does not trust."""

# What numpy raises on damaged headers.
DAMAGE = (
    ArithmeticError, EOFError, LookupError, MemoryError, OSError, RecursionError, SyntaxError, TypeError, ValueError,
    tokenize.TokenError,
)  # fmt: skip


def mapped(path: Path) -> NDArray[np.generic]:
    """Return the array in a file, on a mapping of it. Raises FormatError if it is none, or one of objects."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    size = int.from_bytes(head[8 : 10 if head[6:7] == b"\x01" else 12], "little")
    if not head.startswith(MAGIC) or size > LONGEST_HEADER:
        raise _wrong(path, head[:8].hex(" ") if size <= LONGEST_HEADER else f"a header of {size} bytes")
    try:
        found: NDArray[np.generic] = np.load(path, mmap_mode="r", allow_pickle=False)
    except DAMAGE as error:
        raise _wrong(path, first_line(str(error)) or type(error).__name__) from error
    return found


def _wrong(path: Path, found: str) -> FormatError:
    return FormatError(f"{path.name} holds no array of numpy", path=path, expected="an array of numbers", found=found)
