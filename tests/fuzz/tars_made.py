"""Hostile tars: headers made field by field, which no program that writes tars would do."""

from __future__ import annotations

import bz2
import gzip
import lzma
from itertools import chain
from typing import TYPE_CHECKING

from fuzz.cases import Input
from fuzz.names_made import colliding, leading_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

BLOCK = 512
END = bytes(2 * BLOCK)
MB = 1 << 20


def header(  # noqa: PLR0913  # the fields of a header
    name: bytes = b"a",
    size: bytes | int = 0,
    kind: bytes = b"0",
    *,
    target: bytes = b"",
    mode: bytes = b"0000644\0",
    magic: bytes = b"ustar\x0000",
    prefix: bytes = b"",
    checksum: int = 0,
) -> bytes:
    """Return a header with a right checksum, or one that is wrong by `checksum`."""
    said = b"%011o\0" % size if isinstance(size, int) else size
    head = bytearray(name[:100].ljust(100, b"\0") + mode + b"0000000\0" * 2 + said[:12].ljust(12, b"\0"))
    head += b"00000000000\0" + b" " * 8 + kind + target[:100].ljust(100, b"\0") + magic.ljust(8, b"\0")
    head += bytes(80) + prefix[:155].ljust(155, b"\0")
    head = head.ljust(BLOCK, b"\0")
    head[148:156] = b"%06o\0 " % (sum(head) + checksum)
    return bytes(head)


def member(name: bytes, data: bytes = b"data", kind: bytes = b"0", **about: bytes) -> bytes:
    return header(name, len(data), kind, **about) + padded(data)  # type: ignore[arg-type]  # a few of the fields


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % BLOCK)


def said(records: bytes, kind: bytes = b"x") -> bytes:
    """Return an extended header."""
    return header(b"PaxHeader", len(records), kind) + padded(records)


def record(keyword: bytes, value: bytes) -> bytes:
    length = len(keyword) + len(value) + 3
    total = length + len(str(length + len(str(length))))
    return b"%d %s=%s\n" % (total, keyword, value)


def long_name(name: bytes, kind: bytes = b"L") -> bytes:
    return header(b"././@LongLink", len(name) + 1, kind) + padded(name + b"\0")


def hostile(outside: Path) -> Iterator[Input]:
    """Yield hostile tars, packed and plain."""
    plain = dict(chain(_names(outside), _links(outside), _kinds(), _sizes(), _records(outside), _shapes()))
    for name, data in plain.items():
        yield Input(f"tar: {name}", data, "input.tar")
    for name in ("up", "a link out, then through it", "cut in a header", "a size below zero", "a long path"):
        chosen = next(data for each, data in plain.items() if each.startswith(name))
        yield Input(f"tar.gz: {name}", gzip.compress(chosen), "input.tar.gz")
        yield Input(f"tar.bz2: {name}", bz2.compress(chosen), "input.tar.bz2")
        yield Input(f"tar.xz: {name}", lzma.compress(chosen), "input.tar.xz")
    yield from _bombs()


def _names(outside: Path) -> Iterator[tuple[str, bytes]]:
    for name, spelled in leading_out(outside).items():
        if len(spelled) <= 100:
            yield f"{name}, in the header", member(spelled) + END
        yield f"{name}, as GNU's long name", long_name(spelled) + member(b"good") + END
        yield f"{name}, in an extended header", said(record(b"path", spelled)) + member(b"good") + END
    yield "up in a prefix", member(b"written", prefix=b"../..") + END
    yield "a folder that leads up", header(b"../made/", kind=b"5") + END
    yield "a folder that leads up, old", header(b"../made/", kind=b"\0") + END
    for name, both in colliding().items():
        yield f"{name} collide", b"".join(member(each) for each in both) + END


def _links(outside: Path) -> Iterator[tuple[str, bytes]]:
    out = str(outside).encode()
    canary = out + b"/canary.txt"
    for kind, which in ((b"2", "a link"), (b"1", "a hard link")):
        for name, target in (
            ("out", out),
            ("to a file outside", canary),
            ("up", b"../../.."),
            ("to a device", b"/dev/zero"),
            ("to nothing", b""),
            ("to itself", b"l"),
            ("to proc", b"/proc/self/environ"),
            ("into a folder of its own", b"l/l"),
            ("with a drive", b"C:\\Windows"),
        ):
            yield f"{which} {name}", header(b"l", kind=kind, target=target) + END
            through = header(b"l", kind=kind, target=target) + member(b"l/written") + END
            yield f"{which} {name}, then through it", through
            yield f"{which} {name}, then over it", header(b"l", kind=kind, target=target) + member(b"l") + END
        longer = long_name(b"../" * 60 + canary[1:], b"K") + header(b"l", kind=kind) + END
        yield f"{which} to a long name", longer
        yield (
            f"{which}, told of by records",
            said(record(b"linkpath", canary)) + header(b"l", kind=kind, target=b"x") + END,
        )
        ring = header(b"x", kind=kind, target=b"y") + header(b"y", kind=kind, target=b"x") + END
        yield f"{which} in a ring", ring
        chain_ = [header(b"%d" % n, kind=kind, target=b"%d" % (n + 1)) for n in range(300)]
        yield f"{which} in a long chain", b"".join(chain_) + member(b"300") + END
        yield f"{which} with data", header(b"l", 4, kind, target=b"a") + padded(b"data") + member(b"a") + END
        yield (
            f"{which} to a folder",
            header(b"d/", kind=b"5") + header(b"l", kind=kind, target=b"d") + member(b"l/a") + END,
        )
    copies = b"".join(header(b"copy%d" % n, kind=b"1", target=b"a") for n in range(150))
    yield "many hard links to a large file", member(b"a", bytes(100_000)) + copies + END


def _kinds() -> Iterator[tuple[str, bytes]]:
    for kind in (
        b"3",
        b"4",
        b"6",
        b"7",
        b"8",
        b"9",
        b"A",
        b"D",
        b"M",
        b"N",
        b"S",
        b"V",
        b"X",
        b"Z",
        b"g",
        b"\xff",
        b" ",
    ):
        yield f"type {kind!r}", header(b"odd", 0, kind) + member(b"a") + END
        yield f"type {kind!r} with data", member(b"odd", b"x" * 700, kind) + member(b"a") + END
    yield "setuid", member(b"a", mode=b"0006755\0") + END
    yield "all bits", header(b"d/", kind=b"5", mode=b"7777777\0") + member(b"d/a", mode=b"\xff" * 8) + END


def _sizes() -> Iterator[tuple[str, bytes]]:
    sizes = {
        "below zero": b"\xff" * 12,
        "one below zero": b"\xff" * 11 + b"\xfe",
        "of base 256": b"\x80" + b"\x7f" * 11,
        "of 2**64": b"\x80" + bytes(2) + b"\x01" + bytes(8),
        "of 8 GB": b"77777777777\0",
        "in twelve digits": b"7" * 12,
        "with a minus": b"-0000000001\0",
        "in blanks": b" " * 12,
        "of nothing": bytes(12),
        "in hex": b"0x100\0",
        "as a float": b"1e9\0",
        "with a zero inside": b"000\00000001\0",
        "no number": b"zzzzzzzzzzz\0",
        "signed": b"+7\0",
        "with a line": b"1_0\0",
        "just beyond the file": b"%011o\0" % 1537,
    }
    for name, spelled in sizes.items():
        yield f"a size {name}", header(b"a", spelled) + padded(b"data") + END
    for spelled in (
        b"-1",
        b"-512",
        b"1e400",
        b"9" * 19,
        b"9" * 400,
        "٣".encode(),
        b"",
        b" 4",
        b"0x4",
        b"4.0",
        b"4_0",
        b"\0",
    ):
        yield f"a told size of {spelled[:20]!r}", said(record(b"size", spelled)) + member(b"a") + END
    yield "a link with a size", header(b"l", b"77777777777\0", b"2", target=b"a") + member(b"a") + END
    yield "a folder with a size", header(b"d/", b"\xff" * 12, b"5") + member(b"a") + END
    yield "an extended header of 8 GB", header(b"x", b"77777777777\0", b"x") + END
    yield "a long name of 8 GB", header(b"x", b"77777777777\0", b"L") + END
    yield "a long name below zero", header(b"x", b"\xff" * 12, b"L") + END


def _records(outside: Path) -> Iterator[tuple[str, bytes]]:
    place = str(outside / "written").encode()
    whole: Iterable[tuple[str, bytes]] = (
        ("a path of all files", said(record(b"path", place), b"g") + member(b"a")),
        ("two paths", said(record(b"path", b"good") + record(b"path", place)) + member(b"a")),
        ("a path with a zero", said(record(b"path", place + b"\0good")) + member(b"a")),
        ("a link for a file", said(record(b"linkpath", place)) + member(b"a")),
        ("another charset", said(record(b"hdrcharset", b"BINARY") + record(b"path", b"\xff\xfe")) + member(b"a")),
        ("a length of zero", said(b"0 path=x\n") + member(b"a")),
        ("a length below zero", said(b"-5 path=x\n") + member(b"a")),
        ("a length too long", said(b"99999 path=x\n") + member(b"a")),
        ("a length in other digits", said("\u0661\u0660 path=x\n".encode()) + member(b"a")),
        ("no end of a line", said(b"10 path=xyz") + member(b"a")),
        ("no equals", said(b"8 pathx\n") + member(b"a")),
        ("records about records", said(record(b"path", b"b")) * 300 + member(b"a")),
        ("records about nothing", said(record(b"path", b"b"))),
        ("many records", said(b"6 a=b\n" * 150_000) + member(b"a")),
        ("many long names", long_name(b"n" * 5000) * 40 + member(b"a")),
        ("a record of a megabyte", said(record(b"path", b"n" * (MB - 40))) + member(b"a")),
        ("a record of two megabytes", said(record(b"path", b"n" * (2 * MB))) + member(b"a")),
        (
            "sparse 0.0",
            said(record(b"GNU.sparse.size", b"99999999999") + record(b"GNU.sparse.numblocks", b"1")) + member(b"a"),
        ),
        ("sparse 0.1", said(record(b"GNU.sparse.map", b"0,99999999999")) + member(b"a")),
        (
            "sparse 1.0",
            said(
                record(b"GNU.sparse.major", b"1")
                + record(b"GNU.sparse.name", place)
                + record(b"GNU.sparse.realsize", b"9" * 12)
            )
            + member(b"a", b"1\n0\n99999999\n"),
        ),
    )
    for name, data in whole:
        yield name, data + END


def _shapes() -> Iterator[tuple[str, bytes]]:
    sound = member(b"a", b"x" * 700) + said(record(b"path", b"n" * 150)) + member(b"b", b"y" * 1500) + END
    for end, where in (
        (0, "at once"),
        (100, "in a header"),
        (512, "behind a header"),
        (900, "in data"),
        (1300, "in what fills up"),
        (1536, "behind a file"),
        (1800, "in an extended header"),
        (2100, "in records"),
        (2600, "before a file"),
    ):
        yield f"cut {where}", sound[:end]
    yield "no end", sound[:-1024]
    yield "rubbish behind the end", sound + b"\xff" * 2000
    yield "rubbish in place of the second header", sound[:1536] + b"\xff" * 512 + sound[2048:]
    yield "a wrong checksum", header(b"a", checksum=1) + END
    yield "an old magic", member(b"a", magic=b"ustar  \0") + END
    yield "no magic", member(b"a", magic=b"") + END
    yield "zeros", bytes(20 * BLOCK)
    yield "one block of zeros between", member(b"a") + bytes(BLOCK) + member(b"../written") + END
    yield "a tar in a tar", member(b"inner.tar", member(b"../written") + END) + END
    yield "a zip at its end", member(b"a.zip", b"PK\x05\x06" + bytes(18)) + END


def _bombs() -> Iterator[Input]:
    yield Input("tar.gz: 600 MB of zeros", _zeros(gzip.compress, header(b"zeros", 600 * MB), 600), "input.tar.gz")
    yield Input("tar.bz2: 300 MB of zeros", _zeros(bz2.compress, header(b"zeros", 300 * MB), 300), "input.tar.bz2")
    empty = b"".join(header(b"%07d" % number) for number in range(300))
    yield Input("tar.gz: 300 empty members", gzip.compress(empty + END), "input.tar.gz")
    same = header(b"same") * 100_000
    yield Input("tar.gz: 100,000 members of one name", gzip.compress(same + END, 1), "input.tar.gz")
    folders = b"".join(header(b"d/" * 40 + b"%d/" % number, kind=b"5") for number in range(50))
    yield Input("tar: 50 deep folders", folders + END, "input.tar")


def _zeros(pack: Callable[[bytes], bytes], head: bytes, megabytes: int) -> bytes:
    """Return a header and so many megabytes of zeros, packed as many streams so that it takes no time."""
    return pack(head) + pack(bytes(10 * MB)) * (megabytes // 10) + pack(END)


def sound(outside: Path) -> Iterator[Input]:
    """Yield tars that are read."""
    data = member(b"a.txt", b"one") + header(b"d/", kind=b"5") + member(b"d/b.txt", b"two" * 400)
    data += said(record(b"path", b"n" * 120)) + member(b"x", b"three") + header(b"l", kind=b"2", target=b"a.txt") + END
    yield Input("tar: sound", data, "input.tar")
    yield Input("tar.gz: sound", gzip.compress(data), "input.tar.gz")
    yield Input("tar.bz2: sound", bz2.compress(data), "input.tar.bz2")
    yield Input("tar.xz: sound", lzma.compress(data), "input.tar.xz")
