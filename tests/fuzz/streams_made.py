"""Hostile streams of gzip, bzip2, xz and Zstandard."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import zlib
from typing import TYPE_CHECKING

from backports import zstd
from fuzz.cases import Input

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MB = 1 << 20
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstd.compress,
}
TEXT = b"some text, and more of it. " * 60


def hostile(outside: Path) -> Iterator[Input]:
    """Yield hostile streams of every kind."""
    for how, pack in PACKED.items():
        for name, data in _of(pack):
            yield Input(f"{how}: {name}", data, f"input.{how}")
    for name, data in _of_gzip(str(outside / "written").encode()):
        yield Input(f"gz: {name}", data, "input.gz")
    for name, data in _of_others():
        yield Input(name, data, f"input.{name.partition(':')[0]}")


def _of(pack: Callable[[bytes], bytes]) -> Iterator[tuple[str, bytes]]:
    sound = pack(TEXT)
    for end in (0, 1, 2, 3, 5, 9, len(sound) // 2, len(sound) - 9, len(sound) - 4, len(sound) - 1):
        yield f"cut at {end}", sound[:end]
    for place in (3, 4, 7, len(sound) // 2, len(sound) - 6, len(sound) - 1):
        yield f"byte {place} changed", sound[:place] + bytes([sound[place] ^ 0x55]) + sound[place + 1 :]
    yield "zeros behind", sound + bytes(1000)
    yield "rubbish behind", sound + b"rubbish" * 99
    yield "one byte behind", sound + sound[:1]
    yield "half a stream behind", sound + sound[: len(sound) // 2]
    yield "a thousand streams", pack(b"") * 1000
    yield "only what begins it", sound[:6] * 50
    yield "300 MB of zeros", pack(bytes(10 * MB)) * 30
    yield "a bomb in a bomb", pack(pack(bytes(10 * MB)) * 20)


def _of_gzip(place: bytes) -> Iterator[tuple[str, bytes]]:
    machine = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = machine.compress(TEXT) + machine.flush() + struct.pack("<II", zlib.crc32(TEXT), len(TEXT))
    for flags, name, field in (
        (8, "a name that leads out", b"../../" + place + b"\0"),
        (8, "a name without end", b"n" * 70_000),
        (4, "an extra field", struct.pack("<H", 60_000)),
        (16, "a comment without end", b"c" * 9_000),
        (2, "a checksum of its header", b"\0\0"),
        (0xE0, "unknown flags", b""),
    ):
        yield name, b"\x1f\x8b\x08" + bytes([flags]) + bytes(6) + field + body
    yield "another method", b"\x1f\x8b\x07" + bytes(7) + body
    yield "another length", b"\x1f\x8b\x08" + bytes(7) + body[:-4] + b"\xff" * 4
    yield "far distances", b"\x1f\x8b\x08" + bytes(7) + b"\x05\xe0\x81\x08\x00\x00\x00\x00\x20\x7f" * 20
    yield "blocks without end", b"\x1f\x8b\x08" + bytes(7) + b"\x00\x00\x00\xff\xff" * 100_000


def _of_others() -> Iterator[tuple[str, bytes]]:
    yield "xz: a dictionary of 4 GB", _xz_of(0x28)
    yield "xz: a dictionary of no size", _xz_of(0xFF)
    yield "bz2: a block of another size", b"BZh0" + bz2.compress(TEXT)[4:]
    yield "bz2: only an end", b"BZh9\x17\x72\x45\x38\x50\x90" + bytes(4)
    frame = zstd.compress(TEXT)
    yield "zst: notes", struct.pack("<II", 0x184D2A50, 4) + b"note" + frame
    yield "zst: notes without end", struct.pack("<II", 0x184D2A5F, 0xFFFFFFFF) + b"note"
    yield "zst: a window of terabytes", b"\x28\xb5\x2f\xfd\x00\xff" + frame[6:]
    yield "zst: a size of exabytes", b"\x28\xb5\x2f\xfd\xe0" + b"\xff" * 8 + frame[6:]
    yield "zst: a dictionary", b"\x28\xb5\x2f\xfd\x63" + b"\x01" * 9 + frame[6:]


def _xz_of(size: int) -> bytes:
    """Return xz whose block asks for a dictionary of this size."""
    sound = lzma.compress(TEXT, preset=0)
    start = sound.index(b"\x21\x01", 12)
    head = bytearray(sound[12 : 12 + (sound[12] + 1) * 4])
    head[start - 12 + 2] = size
    head[-4:] = struct.pack("<I", zlib.crc32(bytes(head[:-4])))
    return sound[:12] + bytes(head) + sound[12 + len(head) :]


def sound(outside: Path) -> Iterator[Input]:
    """Yield streams that are read."""
    for how, pack in PACKED.items():
        yield Input(f"{how}: sound", pack(TEXT), f"input.{how}")
