"""Hostile 7z and rar: a rar written field by field, a 7z by libarchive; both cut, changed and lied about."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from archives.rars import MAGIC, block, file, number, rar
from fuzz.cases import Input
from fuzz.names_made import leading_out
from readers.packing import sevened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RAR4 = b"Rar!\x1a\x07\x00"
LINK = 0o120777
PACKED, LARGE_WINDOW = 3 << 7, 3 << 7 | 31 << 10


def link(name: bytes, target: bytes, kind: int = 1) -> bytes:
    record = number(5) + number(kind) + number(0) + number(len(target)) + target
    return file(name, b"", mode=LINK, extra=number(len(record)) + record)


def old_file(
    name: bytes = b"a.txt",
    data: bytes = b"data",
    *,
    size: int | None = None,
    packed: int | None = None,
    method: int = 0x30,
    flags: int = 0x8000,
) -> bytes:
    """Return a file of RAR 4."""
    head = (
        struct.pack(
            "<IIBIIBBHI",
            len(data) if packed is None else packed,
            len(data) if size is None else size,
            3,
            zlib.crc32(data),
            0,
            20,
            method,
            len(name),
            0o100644 << 16,
        )
        + name
    )
    head = struct.pack("<BHH", 0x74, flags, 7 + len(head)) + head
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + data


def old_rar(*files: bytes) -> bytes:
    head = struct.pack("<BHH", 0x73, 0, 13) + bytes(6)
    return (
        RAR4 + struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + b"".join(files) + b"\xc4\x3d\x7b\x00\x40\x07\x00"
    )


def headed(body: bytes, *, start: bytes = b"", size: int | None = None) -> bytes:
    """Return a 7z with this header behind what it packs."""
    place = struct.pack("<QQI", len(start), len(body) if size is None else size, zlib.crc32(body))
    return b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<I", zlib.crc32(place)) + place + start + body


def hostile(outside: Path) -> Iterator[Input]:
    """Yield hostile archives."""
    for name, data in _rars(outside).items():
        yield Input(f"rar: {name}", data, "input.rar")
    for name, data in _sevens(outside).items():
        yield Input(f"7z: {name}", data, "input.7z")


def _rars(outside: Path) -> dict[str, bytes]:
    canary = str(outside / "canary.txt").encode()
    sound, names = rar(file(b"a.txt", b"data")), list(leading_out(outside).items())[:12]
    return {
        **{name: rar(file(spelled, b"data")) for name, spelled in names if spelled},
        **{f"{name}, old": old_rar(old_file(spelled)) for name, spelled in names[:4]},
        "a link out": rar(link(b"l", canary), file(b"l", b"x")),
        "a link out, then through it": rar(link(b"l", str(outside).encode()), file(b"l/written", b"x")),
        "a hard link out": rar(link(b"l", canary, 4)),
        "a copy of what is not there": rar(link(b"l", canary, 5)),
        "a size of 2**62": rar(file(b"a", b"data", size=2**62)),
        "a larger size": rar(file(b"a", b"data", size=9999)),
        "packed more than there is": rar(file(b"a", b"data", packed=2**40)),
        "packed rubbish": rar(file(b"a", b"\xff" * 500, method=PACKED, size=10**6)),
        "a window of terabytes": rar(file(b"a", b"\xff" * 99, method=LARGE_WINDOW, size=10**9)),
        "twice": rar(file(b"a.txt", b"data"), file(b"a.txt", b"data")),
        "case": rar(file(b"a", b"1"), file(b"A", b"2")),
        "a header without end": MAGIC + struct.pack("<I", 0) + b"\xff" * 40,
        "a header of nothing": MAGIC + bytes(40),
        "another checksum": MAGIC + block(1, number(0), wrong=1),
        "no end": rar(file(b"a.txt", b"data"), end=b""),
        "cut": sound[:40],
        "cut in data": rar(file(b"a", b"x" * 500))[:-300],
        "encrypted": MAGIC + block(4, number(0) + number(0) + bytes([15]) + bytes(16)) + b"\xff" * 99,
        "an extra field without end": rar(file(b"a", b"", extra=b"\xff" * 30)),
        "only the magic": MAGIC,
        "only the old magic": RAR4,
        "old": old_rar(old_file(size=2**31)),
        "old and packed": old_rar(old_file(data=b"\xff" * 400, method=0x33, size=10**6)),
        "old and encrypted": old_rar(old_file(flags=0x8004)),
        "old with a name of nothing": old_rar(old_file(b"")),
        "old, a name in Unicode": old_rar(old_file(b"a\0" + b"\xff" * 30, flags=0x8200)),
        "a rar in a rar": rar(file(b"in.rar", sound)),
        "a device": rar(file(b"a", b"", mode=0o020666)),
        "setuid": rar(file(b"a", b"", mode=0o106755)),
        "zeros behind": sound + bytes(1000),
        "a bomb": rar(*[file(b"%d" % n, bytes(10)) for n in range(1000)]),
    }


def _sevens(outside: Path) -> dict[str, bytes]:
    sound = sevened({"a.txt": b"text " * 99})
    return {
        "up": sevened({"../written": b"x"}),
        "root": sevened({str(outside / "written"): b"x"}),
        "twice": sevened({"a": b"1", "a/b": b"2"}),
        "cut": sound[:50],
        "cut at its end": sound[:-5],
        "only the magic": sound[:6],
        "another checksum": sound[:8] + b"\0\0\0\0" + sound[12:],
        "a header far away": sound[:12] + struct.pack("<Q", 2**62) + sound[20:],
        "a header of 2**62": headed(b"\x01", size=2**62),
        "a header of nothing": headed(b""),
        "no header": headed(b"\x01\x00"),
        "a packed header": headed(b"\x17\x06\x00\x01\x09\xff\xff"),
        "files without end": headed(b"\x01\x05" + b"\xff" * 9 + b"\x00"),
        "streams without end": headed(b"\x01\x04\x06\x00\xff" + b"\xff" * 8),
        "folders without end": headed(b"\x01\x04\x07\x0b\xff" + b"\xff" * 8),
        "a coder without end": headed(
            b"\x01\x04\x06\x00\x01\x09\x04\x00\x07\x0b\x01\x00\xff\xff\xff\xff", start=b"data"
        ),
        "rubbish": headed(b"\xff" * 200),
        "ones": sound[:32] + b"\xff" * 200,
        "zeros": sound[:32] + bytes(200),
        "a bomb": sevened({"zeros": bytes(80 << 20)}),
        "many files": sevened({str(n): b"" for n in range(500)}),
        **{
            f"byte {place} changed": sound[:place] + bytes([sound[place] ^ 0x55]) + sound[place + 1 :]
            for place in (33, 40, len(sound) - 40, len(sound) - 20, len(sound) - 3)
        },
    }


def sound(outside: Path) -> Iterator[Input]:
    """Yield archives that are read."""
    yield Input("rar: sound", rar(file(b"a.txt", b"data"), file(b"d/b.txt", b"more " * 50)), "input.rar")
    yield Input("rar: sound and old", old_rar(old_file(), old_file(b"b.txt")), "input.rar")
    yield Input("7z: sound", sevened({"a.txt": b"text " * 99, "d/b.txt": b"more"}), "input.7z")
