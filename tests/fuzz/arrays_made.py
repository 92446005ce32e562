"""Hostile arrays of numpy and matrices of MATLAB."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

import numpy as np
from fuzz import pickles_made
from fuzz.cases import Input

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def npy(header: bytes, data: bytes = bytes(64), *, version: bytes = b"\x01\x00", size: int | None = None) -> bytes:
    length = len(header) if size is None else size
    return b"\x93NUMPY" + version + length.to_bytes(2 if version[0] == 1 else 4, "little") + header + data


def described(shape: str = "(4, 1, 4, 4)", descr: str = "'|u1'", order: str = "False") -> bytes:
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n".encode()


def arrays(outside: Path) -> Iterator[Input]:
    """Yield hostile files of numpy."""
    place = str(outside / "written")
    call = pickles_made.called("os", "system", (f"touch {place}",), 4)
    whole = {
        "objects with a call": npy(described("(1,)", "'|O'"), call),
        "objects in fields": npy(described("(1,)", "[('a', '|O')]"), call),
        "a pickle alone": call,
        "100 GB": npy(described("(10, 100000, 100000, 1)")),
        "2**64": npy(described("(2**32, 2**32, 1, 1)")),
        "more digits": npy(described("(" + "9" * 400 + ",)")),
        "below zero": npy(described("(-4, -1, 4, 4)")),
        "one below zero": npy(described("(4, -1, 4, 4)")),
        "no shape": npy(described("()")),
        "a shape of text": npy(described("'abc'")),
        "a shape of floats": npy(described("(4.0, 1, 4, 4)")),
        "a shape of truth": npy(described("(True, 1, 4, 4)")),
        "a shape of nothing": npy(described("(0, 10**9, 10**9, 10**9)")),
        "an expression": npy(b"__import__('os').system('touch " + place.encode() + b"')\n"),
        "a call": npy(described("open('x','w')")),
        "nested deep": npy(b"{" * 5000),
        "nested deep and long": npy(b"(" * 60_000, size=60_000),
        "a header of 4 GB": npy(b"", version=b"\x02\x00", size=2**32 - 1),
        "version 9": npy(described(), version=b"\x09\x00"),
        "version 3": npy(described(), version=b"\x03\x00"),
        "no header": npy(b""),
        "an empty file": b"",
        "cut": npy(described())[:9],
        "no data": npy(described(), b""),
        "a type of gigabytes": npy(described("(1, 1, 1, 1)", "'|V2000000000'")),
        "a type with shape": npy(described("(1, 1, 1, 1)", "('<f8', (100000, 100000))")),
        "no type": npy(described(descr="'abc'")),
        "a type that is a name": npy(described(descr="'__main__'")),
        "fields": npy(described(descr="[('a', '<f8'), ('a', '<f8')]")),
        "more keys": npy(b"{'descr': '|u1', 'fortran_order': False, 'shape': (1,), 'x': 1}\n"),
        "zeros in the header": npy(described() + b"\0" * 99),
        "no UTF-8": npy(b"{'descr': '\xff'}\n", version=b"\x03\x00"),
        "an order of text": npy(described(order="'a'")),
        "complex": npy(described(descr="'<c16'")),
        "text": npy(described(descr="'<U1'")),
        "dates": npy(described(descr="'<M8[ns]'")),
        "another order": npy(described(order="True")),
        "big bytes": npy(described("(2, 1, 2, 2)", "'>f8'")),
        "a file of arrays": _npz({"a.npy": npy(described("(1,)", "'|O'"), call)}),
        "a bomb of arrays": _npz({"a.npy": npy(described("(30, 1, 1000, 1000)"), bytes(30_000_000))}),
        "names that lead out": _npz({"../../written.npy": npy(described())}),
    }
    for name, data in whole.items():
        yield Input(f"npy: {name}", data, "input.npy")


def _npz(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def sound_arrays(outside: Path) -> Iterator[Input]:
    stream = io.BytesIO()
    np.save(stream, np.zeros((4, 2, 8, 8), np.uint8))
    yield Input("npy: sound", stream.getvalue(), "input.npy")


def element(kind: int, data: bytes, *, size: int | None = None) -> bytes:
    return struct.pack("<II", kind, len(data) if size is None else size) + data + bytes(-len(data) % 8)


def matrix(
    kind: int = 9, dims: tuple[int, ...] = (1, 4), name: bytes = b"x", content: bytes | None = None, *, flags: int = 0
) -> bytes:
    head = (
        element(6, struct.pack("<II", kind | flags << 8, 0))
        + element(5, struct.pack(f"<{len(dims)}i", *dims))
        + element(1, name)
    )
    return element(14, head + (element(2, b"\1\2\3\4") if content is None else content))


def mat(*elements: bytes) -> bytes:
    return b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM" + b"".join(elements)


def packed(data: bytes) -> bytes:
    found = zlib.compress(data, 9)
    return struct.pack("<II", 15, len(found)) + found


def matrices(outside: Path) -> Iterator[Input]:
    """Yield hostile files of MATLAB."""
    deep = matrix(1, (1, 1), content=matrix(1, (1, 1), b"", element(2, b"")))
    for _ in range(400):
        deep = matrix(1, (1, 1), b"x", deep)
    whole = {
        "100 GB": mat(matrix(dims=(100_000, 1_000_000))),
        "2**62": mat(matrix(dims=(2**31 - 1, 2**31 - 1))),
        "below zero": mat(matrix(dims=(-1, -4))),
        "no dimensions": mat(matrix(dims=())),
        "a thousand dimensions": mat(matrix(dims=(1,) * 1000)),
        "100 million cells": mat(matrix(1, (10_000, 10_000), content=b"")),
        "cells below zero": mat(matrix(1, (-1, 1), content=b"")),
        "cells in cells": mat(deep),
        "a billion structs": mat(
            matrix(2, (30_000, 30_000), content=element(5, struct.pack("<i", 8)) + element(1, b"a".ljust(8, b"\0")))
        ),
        "names of no length": mat(matrix(2, (1, 1), content=element(5, struct.pack("<i", 0)) + element(1, b"abc"))),
        "names below zero": mat(matrix(2, (1, 1), content=element(5, struct.pack("<i", -8)) + element(1, b"a" * 8))),
        "fields of a call": mat(
            matrix(
                2,
                (1, 1),
                content=element(5, struct.pack("<i", 32)) + element(1, b"__class__".ljust(32, b"\0")) + matrix(),
            )
        ),
        "an object": mat(
            matrix(3, (1, 1), content=element(1, b"os") + element(5, struct.pack("<i", 8)) + element(1, b""))
        ),
        "a function": mat(matrix(16, (1, 1), content=matrix())),
        "opaque": mat(matrix(17, (1, 1), content=b"")),
        "sparse": mat(
            matrix(
                5,
                (4, 4),
                content=element(5, struct.pack("<4i", 0, 9, -1, 2**31 - 1))
                + element(5, struct.pack("<5i", 0, 99, 99, 99, 99))
                + element(9, struct.pack("<4d", 1, 2, 3, 4)),
            )
        ),
        "sparse of terabytes": mat(
            matrix(5, (2**31 - 1, 2**31 - 1), content=element(5, b"") + element(5, b"") + element(9, b""))
        ),
        "text": mat(matrix(4, (1, 100_000_000), content=element(16, b"ab"))),
        "an unknown class": mat(matrix(99)),
        "an unknown type": mat(matrix(content=element(99, b"abcd"))),
        "data of 4 GB": mat(matrix(content=element(2, b"ab", size=0xFFFFFFF0))),
        "less data": mat(matrix(dims=(1, 400))),
        "more data": mat(matrix(dims=(1, 1))),
        "an element of 4 GB": mat(element(14, b"abcd", size=0xFFFFFFF0)),
        "an element of nothing": mat(element(14, b"")),
        "elements without end": mat(element(14, b"") * 5000),
        "complex without": mat(matrix(flags=8)),
        "a small element": mat(struct.pack("<HH4s", 14, 4, b"abcd")),
        "a bomb": mat(
            packed(matrix(dims=(1, 300_000_000), content=element(2, bytes(1))[:8]) + bytes(0))
            + packed(matrix(dims=(20_000, 10_000), content=struct.pack("<II", 2, 200_000_000) + bytes(60_000_000)))
        ),
        "a packed 100 GB": mat(packed(matrix(dims=(100_000, 1_000_000)))),
        "packed twice": mat(packed(packed(matrix()))),
        "rubbish packed": mat(struct.pack("<II", 15, 100) + b"\xff" * 100),
        "packed and cut": mat(packed(matrix())[:-9]),
        "a long name": mat(matrix(name=b"n" * 100_000)),
        "a name of zeros": mat(matrix(name=b"\0" * 60)),
        "no name": mat(matrix(name=b"")),
        "names that are calls": mat(matrix(name=b"__import__")),
        "big bytes": mat(matrix())[:124] + b"\x01\x00MI" + mat(matrix())[128:],
        "version 4": struct.pack("<5i", 0, 10**5, 10**6, 0, 2) + b"x\0",
        "version 7.3": b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM" + bytes(400),
        "nothing": b"",
        "only a header": mat(),
        "cut": mat(matrix())[:150],
        "half a tag": mat(matrix()) + b"\x0e\0\0",
        "a workspace of functions": mat(matrix(name=b""))[:116]
        + struct.pack("<Q", 128)
        + b"\x00\x01IM"
        + matrix(9, name=b"", content=element(2, b"\1\2\3\4")),
    }
    for name, data in whole.items():
        yield Input(f"mat: {name}", data, "input.mat")


def sound_matrices(outside: Path) -> Iterator[Input]:
    from scipy.io import savemat

    for name, compressed in (("sound", False), ("sound and packed", True)):
        stream = io.BytesIO()
        table = {"x": np.ones((2, 3)), "y": np.array([["a", "b"]], object), "names": {"a": 1, "b": "text"}}
        savemat(stream, table, do_compression=compressed)
        yield Input(f"mat: {name}", stream.getvalue(), "input.mat")
