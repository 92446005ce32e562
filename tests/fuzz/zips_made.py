"""Hostile zips: local headers, directory and end made field by field."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from fuzz.cases import Input
from fuzz.names_made import colliding, leading_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
EOCD = struct.Struct("<4s4H2IH")
MB = 1 << 20
LINK, DEVICE, PIPE, FOLDER = 0o120777 << 16, 0o020666 << 16, 0o010644 << 16, 0o040755 << 16


@dataclass(frozen=True)
class Entry:
    """A file of a zip, and every lie about it; None is the truth."""

    name: bytes = b"a"
    data: bytes = b"data"
    method: int = 0
    flags: int = 0x800
    mode: int = 0
    extra: bytes = b""
    local_name: bytes | None = None
    size: int | None = None
    packed_size: int | None = None
    crc: int | None = None
    offset: int | None = None
    disk: int = 0
    comment: bytes = b""

    @property
    def packed(self) -> bytes:
        return deflated(self.data) if self.method == 8 else self.data

    def sizes(self) -> tuple[int, int, int]:
        return (
            zlib.crc32(self.data) if self.crc is None else self.crc,
            len(self.packed) if self.packed_size is None else self.packed_size,
            len(self.data) if self.size is None else self.size,
        )

    def local(self) -> bytes:
        name = self.name if self.local_name is None else self.local_name
        numbers = LOCAL.pack(b"PK\x03\x04", 20, self.flags, self.method, 0, 33, *self.sizes(), len(name) & 0xFFFF, 0)
        return numbers + name + self.packed

    def central(self, offset: int) -> bytes:
        offset = offset if self.offset is None else self.offset
        return (
            CENTRAL.pack(
                b"PK\x01\x02",
                0x314,
                20,
                self.flags,
                self.method,
                0,
                33,
                *self.sizes(),
                len(self.name) & 0xFFFF,
                len(self.extra),
                len(self.comment),
                self.disk,
                0,
                self.mode,
                offset,
            )
            + self.name
            + self.extra
            + self.comment
        )


def deflated(data: bytes) -> bytes:
    machine = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return machine.compress(data) + machine.flush()


def zipped(
    entries: Sequence[Entry],
    *,
    count: int | None = None,
    size: int | None = None,
    start: int | None = None,
    comment: bytes = b"",
) -> bytes:
    """Return a zip of these entries."""
    body, offsets = b"", []
    for entry in entries:
        offsets.append(len(body))
        body += entry.local()
    directory = b"".join(entry.central(offset) for entry, offset in zip(entries, offsets, strict=True))
    number = min(len(entries), 0xFFFF) if count is None else count
    end = EOCD.pack(
        b"PK\x05\x06",
        0,
        0,
        number,
        number,
        len(directory) if size is None else size,
        len(body) if start is None else start,
        len(comment),
    )
    return body + directory + end + comment


def hostile(outside: Path) -> Iterator[Input]:
    """Yield hostile zips."""
    for name, data in chain(_names(outside), _modes(outside), _lies(), _bombs(), _shapes(outside)):
        yield Input(f"zip: {name}", data, "input.zip")


def _names(outside: Path) -> Iterator[tuple[str, bytes]]:
    for name, spelled in leading_out(outside).items():
        yield name, zipped([Entry(spelled), Entry(b"b")])
    for name, spelled in list(leading_out(outside).items())[:6]:
        yield f"{name}, where it lies", zipped([Entry(b"a", local_name=spelled)])
        told = struct.pack("<HHBI", 0x7075, 5 + len(spelled), 1, zlib.crc32(b"a")) + spelled
        yield f"{name}, in a Unicode field", zipped([Entry(b"a", extra=told)])
        yield f"{name}, as a folder", zipped([Entry(spelled + b"/", b"", mode=FOLDER)])
    for name, both in colliding().items():
        yield f"{name} collide", zipped([Entry(each) for each in both])


def _modes(outside: Path) -> Iterator[tuple[str, bytes]]:
    out = str(outside).encode()
    for name, target in (
        ("out", out),
        ("to a file", out + b"/canary.txt"),
        ("up", b"../.."),
        ("to itself", b"l"),
        ("to a device", b"/dev/zero"),
        ("to nothing", b""),
        ("of 100 KB", b"x" * 100_000),
    ):
        link = Entry(b"l", target, mode=LINK)
        yield f"a link {name}", zipped([link])
        yield f"a link {name}, then through it", zipped([link, Entry(b"l/written")])
        yield f"a link {name}, then over it", zipped([link, Entry(b"l")])
    yield "a link in a ring", zipped([Entry(b"x", b"y", mode=LINK), Entry(b"y", b"x", mode=LINK)])
    yield "a device", zipped([Entry(b"d", mode=DEVICE)])
    yield "a pipe", zipped([Entry(b"p", mode=PIPE)])
    yield "a folder by its mode alone", zipped([Entry(b"d", b"", mode=FOLDER), Entry(b"d/a")])
    yield "a folder with data", zipped([Entry(b"d/", b"data")])
    yield "setuid", zipped([Entry(b"a", mode=0o106755 << 16)])


def _lies() -> Iterator[tuple[str, bytes]]:
    for name, entry in {
        "a smaller size": Entry(data=b"x" * 500, size=10),
        "a larger size": Entry(size=10_000),
        "a size of 4 GB": Entry(size=0xFFFFFFFE),
        "a packed size of 4 GB": Entry(packed_size=0xFFFFFFFE),
        "deflated, a larger size": Entry(data=b"x" * 500, method=8, size=5_000),
        "deflated, a smaller size": Entry(data=b"x" * 500, method=8, size=5),
        "another checksum": Entry(crc=1),
        "deflated rubbish": replace(Entry(b"a", b"\xff" * 99), method=9),
        "an offset of 4 GB": Entry(offset=0xFFFFFFFE),
        "an offset in the directory": Entry(offset=34),
        "encrypted": Entry(flags=0x801),
        "strongly encrypted": Entry(flags=0x841),
        "patched": Entry(flags=0x820),
        "a descriptor": Entry(flags=0x808),
        "no UTF-8 in UTF-8": Entry(b"\xff\xfe"),
        "another disk": Entry(disk=7),
        "zip64 cut": Entry(extra=struct.pack("<HH", 1, 8), size=0xFFFFFFFF),
        "zip64 of all": Entry(
            extra=struct.pack("<HHQQQ", 1, 24, 2**63, 2**63, 2**63),
            size=0xFFFFFFFF,
            packed_size=0xFFFFFFFF,
            offset=0xFFFFFFFF,
        ),
        "zip64 at the end of all": Entry(
            extra=struct.pack("<HHQQQ", 1, 24, 4, 4, 2**64 - 1),
            size=0xFFFFFFFF,
            packed_size=0xFFFFFFFF,
            offset=0xFFFFFFFF,
        ),
        "an extra field too long": Entry(extra=struct.pack("<HH", 1, 60_000)),
        "a comment": Entry(comment=b"PK\x05\x06" * 9),
    }.items():
        yield name, zipped([entry, Entry(b"b")])
    for method in (1, 6, 9, 12, 14, 93, 95, 96, 97, 98, 99, 0xFFFF):
        yield f"method {method}", zipped([Entry(method=method)])
    for name, about in {
        "too many": {"count": 500},
        "too few": {"count": 0},
        "a directory too large": {"size": 2**31},
        "a directory too small": {"size": 10},
        "a directory far away": {"start": 2**31},
        "a directory before all": {"start": 0},
        "zip64 that is not there": {"count": 0xFFFF, "start": 0xFFFFFFFF},
    }.items():
        yield name, zipped([Entry(), Entry(b"b")], **about)  # type: ignore[arg-type]
    sound = zipped([Entry(data=b"x" * 300, method=8), Entry(b"b")])
    far = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 2, 2, 2**62, 2**62)
    yield (
        "a far zip64 directory",
        sound[:-22] + far + struct.pack("<4sIQI", b"PK\x06\x07", 0, len(sound) - 22, 1) + sound[-22:],
    )
    yield "a zip64 locator to nowhere", sound[:-22] + struct.pack("<4sIQI", b"PK\x06\x07", 0, 2**63, 1) + sound[-22:]


def _bombs() -> Iterator[tuple[str, bytes]]:
    yield "300 MB of zeros", _zeros(300 * MB)
    yield "300 MB of zeros that say 10", _zeros(10)
    kernel = Entry(b"0", bytes(8 * MB), method=8)
    crc, packed_size, size = kernel.sizes()
    told = Entry(method=8, crc=crc, packed_size=packed_size, size=size)
    shared = b"".join(replace(told, name=b"%d" % number).central(0) for number in range(2_000))
    body = kernel.local()
    yield (
        "2,000 files in one place",
        body + shared + EOCD.pack(b"PK\x05\x06", 0, 0, 2_000, 2_000, len(shared), len(body), 0),
    )
    yield "files within files", _quoted(60)
    inner = zipped([Entry(b"zeros", bytes(10 * MB), method=8)])
    for level in range(4):
        inner = zipped([Entry(b"%d.zip" % number, inner, method=8) for number in range(4)])
        yield f"zips {level + 2} deep", inner
    yield "300 empty files", zipped([Entry(b"%d" % number, b"") for number in range(300)])
    yield "5,000 files of one name", zipped([Entry(b"a", b"")] * 5_000)


def _zeros(size: int) -> bytes:
    """Return a zip of 300 MB of zeros that says that they are `size`."""
    machine, crc = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS), 0
    packed = b"".join(machine.compress(bytes(MB)) for _ in range(300)) + machine.flush()
    for _ in range(300):
        crc = zlib.crc32(bytes(MB), crc)
    sound = zipped([Entry(b"zeros", packed, size=size, crc=crc)])
    changed = bytearray(sound)
    changed[8:10] = struct.pack("<H", 8)
    place = sound.rindex(b"PK\x01\x02") + 10
    changed[place : place + 2] = struct.pack("<H", 8)
    return bytes(changed)


def _quoted(count: int) -> bytes:
    """Return a zip whose files each hold the headers of those behind: stored blocks of deflate quote them."""
    body, entries = b"", []
    data = deflated(bytes(4 * MB))
    size = 4 * MB
    for number in reversed(range(count)):
        name = b"%03d" % number
        if body:
            quoted = LOCAL.size + len(name)
            data = struct.pack("<BHH", 0, quoted, quoted ^ 0xFFFF) + body[:quoted] + data
            size += quoted
        numbers = (0, len(data), size)
        body = LOCAL.pack(b"PK\x03\x04", 20, 0, 8, 0, 33, *numbers, len(name), 0) + name + data
        entries.append((name, numbers, len(body)))
    directory = b"".join(
        CENTRAL.pack(b"PK\x01\x02", 20, 20, 0, 8, 0, 33, *numbers, len(name), 0, 0, 0, 0, 0, len(body) - back) + name
        for name, numbers, back in entries
    )
    return body + directory + EOCD.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)


def _shapes(outside: Path) -> Iterator[tuple[str, bytes]]:
    sound = zipped([Entry(data=b"x" * 300, method=8), Entry(b"b")])
    for end in (0, 2, 4, 20, 31, 40, len(sound) - 60, len(sound) - 23, len(sound) - 1):
        yield f"cut at {end}", sound[:end]
    yield "rubbish before", b"#!/bin/sh\ntouch written\n" + sound
    yield "a program before", b"MZ" + bytes(500) + sound
    yield "rubbish behind", sound + b"\xff" * 500
    yield "two ends", zipped([Entry()], comment=zipped([Entry(b"../written")]))
    yield "an end in a comment", zipped([Entry()], comment=EOCD.pack(b"PK\x05\x06", 0, 0, 0, 0, 0, 0, 0))
    yield "no files", zipped([])
    yield "a gzip and a zip", b"\x1f\x8b\x08\x00" + bytes(20) + sound
    yield "only a local header", Entry(str(outside / "written").encode()).local()


def sound(outside: Path) -> Iterator[Input]:
    """Yield zips that are read."""
    entries = [Entry(b"d/", b"", mode=FOLDER), Entry(b"d/a.txt", b"one" * 99, method=8), Entry(b"b.txt", b"two")]
    yield Input("zip: sound", zipped(entries), "input.zip")
    yield Input("zip: sound with a link", zipped([*entries, Entry(b"l", b"b.txt", mode=LINK)]), "input.zip")
