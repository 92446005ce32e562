"""Arrays in numpy's own format: mapped, and never objects."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hub.errors import FormatError
from hub.formats.npy import mapped

if TYPE_CHECKING:
    from pathlib import Path


def saved(array: object) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)  # type: ignore[arg-type]  # also objects
    return stream.getvalue()


def test_an_array_is_mapped(tmp_path: Path) -> None:
    (tmp_path / "a.npy").write_bytes(saved(np.arange(6).reshape(2, 3)))

    found = mapped(tmp_path / "a.npy")

    assert isinstance(found, np.memmap)
    assert found.tolist() == [[0, 1, 2], [3, 4, 5]]


class Harm:
    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("harm",)


HEADER = b"\x93NUMPY\x01\x00\x40\x00"
WRONG = {
    "objects": saved(np.array([Harm()], object)),
    "nothing": b"",
    "another file": b"PK\x03\x04",
    "a header of gigabytes": b"\x93NUMPY\x02\x00\xff\xff\xff\xff",
    "a header without end": HEADER + b"(" * 64,
    "a shape beyond all numbers": HEADER
    + b"{'descr':'u1','fortran_order':False,'shape':(9%s,)}" % (b"9" * 10)
    + b" " * 4,
    "no data": saved(np.arange(6))[:-1],
}


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG)
def test_what_is_no_array_of_numbers_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.npy").write_bytes(data)

    with pytest.raises(FormatError, match=r"a\.npy holds no array"):
        mapped(tmp_path / "a.npy")
