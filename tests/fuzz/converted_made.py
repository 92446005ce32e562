"""Hostile 7z and rar: a rar written field by field, a 7z by libarchive; both cut, changed and lied about."""

from __future__ import annotations

import struct
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from fuzz.cases import Input
from fuzz.names_made import leading_out

if TYPE_CHECKING:
    from collections.abc import Iterator

RAR5 = b"Rar!\x1a\x07\x01\x00"
RAR4 = b"Rar!\x1a\x07\x00"
LINK = 0o120777


def number(value: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    found = b""
    while value > 0x7F:
        found += bytes([value & 0x7F | 0x80])
        value >>= 7
    return found + bytes([value])


def block(kind: int, body: bytes, *, flags: int = 0, extra: bytes = b"", data: bytes = b"", size: int | None = None, crc: int = 0) -> bytes:
    """Return a block of RAR 5 with a right checksum, or one that is wrong by `crc`."""
    fields = number(kind) + number(flags | (1 if extra else 0) | (2 if data or size is not None else 0))
    fields += number(len(extra)) if extra else b""
    fields += number(len(data) if size is None else size) if data or size is not None else b""
    head = number(len(fields + body + extra)) + fields + body + extra
    return struct.pack("<I", (zlib.crc32(head) + crc) & 0xFFFFFFFF) + head + data


def file(name: bytes = b"a.txt", data: bytes = b"data", *, size: int | None = None, packed: int | None = None, method: int = 0, mode: int = 0o100644,
         window: int = 0, flags: int = 0, extra: bytes = b"") -> bytes:  # fmt: skip
    body = number(flags | 4) + number(len(data) if size is None else size) + number(mode) + struct.pack("<I", zlib.crc32(data))
    body += number(method << 7 | window << 10) + number(1) + number(len(name)) + name
    return block(2, body, data=data, size=packed, extra=extra)


def rar(*files: bytes, end: bytes = block(5, number(0))) -> bytes:
    return RAR5 + block(1, number(0)) + b"".join(files) + end


def link(name: bytes, target: bytes, kind: int = 1) -> bytes:
    record = number(5) + number(kind) + number(0) + number(len(target)) + target
    return file(name, b"", mode=LINK, extra=number(len(record)) + record)


def old_file(name: bytes = b"a.txt", data: bytes = b"data", *, size: int | None = None, packed: int | None = None, method: int = 0x30, flags: int = 0x8000) -> bytes:
    """Return a file of RAR 4."""
    head = struct.pack("<IIBIIBBHI", len(data) if packed is None else packed, len(data) if size is None else size, 3, zlib.crc32(data), 0, 20, method, len(name), 0o100644 << 16) + name
    head = struct.pack("<BHH", 0x74, flags, 7 + len(head)) + head
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + data


def old_rar(*files: bytes) -> bytes:
    head = struct.pack("<BHH", 0x73, 0, 13) + bytes(6)
    return RAR4 + struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + b"".join(files) + b"\xc4\x3d\x7b\x00\x40\x07\x00"


def seven(files: dict[str, bytes]) -> bytes:
    """Return a 7z that libarchive writes."""
    import libarchive

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.7z"
        with libarchive.file_writer(str(path), "7zip") as made:
            for name, data in files.items():
                made.add_file_from_memory(name, len(data), data)
        return path.read_bytes()


def headed(body: bytes, *, start: bytes = b"", size: int | None = None, crc: int = 0) -> bytes:
    """Return a 7z with this header behind what it packs."""
    place = struct.pack("<QQI", len(start), len(body) if size is None else size, (zlib.crc32(body) + crc) & 0xFFFFFFFF)
    return b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<I", zlib.crc32(place)) + place + start + body


def hostile(outside: Path) -> Iterator[Input]:
    """Yield hostile archives."""
    for name, data in _rars(outside).items():
        yield Input(f"rar: {name}", data, "input.rar")
    for name, data in _sevens(outside).items():
        yield Input(f"7z: {name}", data, "input.7z")


def _rars(outside: Path) -> dict[str, bytes]:
    canary = str(outside / "canary.txt").encode()
    sound, names = rar(file()), list(leading_out(outside).items())[:12]
    return {
        **{name: rar(file(spelled)) for name, spelled in names if spelled}, **{f"{name}, old": old_rar(old_file(spelled)) for name, spelled in names[:4]},
        "a link out": rar(link(b"l", canary), file(b"l")), "a link out, then through it": rar(link(b"l", str(outside).encode()), file(b"l/written")), "a hard link out": rar(link(b"l", canary, 4)), "a copy of what is not there": rar(link(b"l", canary, 5)),
        "a size of 2**62": rar(file(size=2**62)), "a larger size": rar(file(size=9999)), "packed more than there is": rar(file(packed=2**40)), "packed rubbish": rar(file(data=b"\xff" * 500, method=3, size=10**6)), "a window of terabytes": rar(file(data=b"\xff" * 99, method=3, window=31, size=10**9)),
        "twice": rar(file(), file()), "case": rar(file(b"a"), file(b"A")), "a header without end": RAR5 + struct.pack("<I", 0) + b"\xff" * 40, "a header of nothing": RAR5 + bytes(40), "another checksum": RAR5 + block(1, number(0), crc=1), "no end": rar(file(), end=b""), "cut": sound[:40], "cut in data": rar(file(data=b"x" * 500))[:-300],
        "encrypted": RAR5 + block(4, number(0) + number(0) + bytes([15]) + bytes(16)) + b"\xff" * 99, "an extra field without end": rar(file(extra=b"\xff" * 30)), "only the magic": RAR5, "only the old magic": RAR4, "old": old_rar(old_file(size=2**31)), "old and packed": old_rar(old_file(data=b"\xff" * 400, method=0x33, size=10**6)), "old and encrypted": old_rar(old_file(flags=0x8004)),
        "old with a name of nothing": old_rar(old_file(b"")), "old, a name in Unicode": old_rar(old_file(b"a\0" + b"\xff" * 30, flags=0x8200)), "a rar in a rar": rar(file(b"in.rar", sound)), "a device": rar(file(mode=0o020666)), "setuid": rar(file(mode=0o106755)), "zeros behind": sound + bytes(1000), "a bomb": rar(*[file(b"%d" % n, bytes(10)) for n in range(1000)]),
    }  # fmt: skip


def _sevens(outside: Path) -> dict[str, bytes]:
    sound = seven({"a.txt": b"text " * 99})
    return {
        "up": seven({"../written": b"x"}), "root": seven({str(outside / "written"): b"x"}), "twice": seven({"a": b"1", "a/b": b"2"}), "cut": sound[:50], "cut at its end": sound[:-5], "only the magic": sound[:6], "another checksum": sound[:8] + b"\0\0\0\0" + sound[12:], "a header far away": sound[:12] + struct.pack("<Q", 2**62) + sound[20:],
        "a header of 2**62": headed(b"\x01", size=2**62), "a header of nothing": headed(b""), "no header": headed(b"\x01\x00"), "a packed header": headed(b"\x17\x06\x00\x01\x09\xff\xff"), "files without end": headed(b"\x01\x05" + b"\xff" * 9 + b"\x00"), "streams without end": headed(b"\x01\x04\x06\x00\xff" + b"\xff" * 8),
        "folders without end": headed(b"\x01\x04\x07\x0b\xff" + b"\xff" * 8), "a coder without end": headed(b"\x01\x04\x06\x00\x01\x09\x04\x00\x07\x0b\x01\x00\xff\xff\xff\xff", start=b"data"), "rubbish": headed(b"\xff" * 200), "ones": sound[:32] + b"\xff" * 200, "zeros": sound[:32] + bytes(200), "a bomb": seven({"zeros": bytes(80 << 20)}), "many files": seven({str(n): b"" for n in range(500)}),
        **{f"byte {place} changed": sound[:place] + bytes([sound[place] ^ 0x55]) + sound[place + 1 :] for place in (33, 40, len(sound) - 40, len(sound) - 20, len(sound) - 3)},
    }  # fmt: skip


def sound(outside: Path) -> Iterator[Input]:
    """Yield archives that are read."""
    yield Input("rar: sound", rar(file(), file(b"d/b.txt", b"more " * 50)), "input.rar")
    yield Input("rar: sound and old", old_rar(old_file(), old_file(b"b.txt")), "input.rar")
    yield Input("7z: sound", seven({"a.txt": b"text " * 99, "d/b.txt": b"more"}), "input.7z")
