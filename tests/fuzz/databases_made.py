"""Hostile databases of LMDB, written page by page."""

from __future__ import annotations

import pickle
import struct
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from fuzz.cases import Input

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = 4096


def hostile(outside: Path) -> Iterator[Input]:
    """Yield hostile databases."""
    for name, data in _databases().items():
        yield Input(f"lmdb: {name}", data, "data.mdb")


def meta(
    root: int = 2,
    depth: int = 1,
    count: int = 1,
    *,
    page: int = PAGE,
    flags: int = 0,
    transaction: int = 1,
    magic: int = 0xBEEFC0DE,
) -> bytes:
    tree = struct.pack("<IHH24xQQ", page, flags, depth, count, root)
    head = struct.pack("<Q2xHH2x", 0, 8, 0) + struct.pack("<IIQQ", magic, 1, 0, 1 << 20)
    return (
        head + struct.pack("<IHH24xQQ", page, 0, 0, 0, 2**64 - 1) + tree + struct.pack("<QQ", 9, transaction)
    ).ljust(PAGE, b"\0")


def leaf(nodes: list[bytes], *, kind: int = 2, places: list[int] | None = None) -> bytes:
    body, found, at = b"", [], PAGE
    for node in nodes:
        at -= len(node)
        found.append(at)
        body = node + body
    found = found if places is None else places
    head = struct.pack("<Q2xHH2x", 2, kind, 16 + 2 * len(found)) + struct.pack(f"<{len(found)}H", *found)
    return head + bytes(PAGE - len(head) - len(body)) + body


def node(
    key: bytes = b"key",
    value: bytes = b"value",
    *,
    size: int | None = None,
    flags: int = 0,
    key_size: int | None = None,
) -> bytes:
    found = (
        struct.pack("<IHH", len(value) if size is None else size, flags, len(key) if key_size is None else key_size)
        + key
        + value
    )
    return found + bytes(len(found) % 2)


def branch(pages: list[int]) -> bytes:
    return leaf([struct.pack("<IHH", page & 0xFFFFFFFF, page >> 32, 1) + b"k\0" for page in pages], kind=1)


def _databases() -> dict[str, bytes]:
    two = meta() + meta(transaction=0)
    sound = two + leaf([node()])
    return {
        "a value of 4 GB": two + leaf([node(size=0xFFFFFFFF)]),
        "a key of 64 KB": two + leaf([node(key_size=0xFFFF)]),
        "a place beyond the page": two + leaf([node()], places=[0xFFFF]),
        "a place in the header": two + leaf([node()], places=[0]),
        "a long value far away": two + leaf([node(value=struct.pack("<Q", 2**60), flags=1)]),
        "a long value at the end": two + leaf([node(value=struct.pack("<Q", 3), size=100, flags=1)]),
        "a list of nodes too long": two + leaf([node()])[:12] + b"\xff\xff" + leaf([node()])[14:],
        "a list of nodes below zero": two + leaf([node()])[:12] + b"\0\0" + leaf([node()])[14:],
        "a branch of itself": meta(depth=60) + meta(depth=60, transaction=0) + branch([2] * 200),
        "a deep tree of itself": meta(depth=65_535) * 2 + branch([2]),
        "a branch to nowhere": meta(depth=2) * 2 + branch([2**40]),
        "a branch to a meta page": meta(depth=2) * 2 + branch([0]),
        "a root far away": meta(root=2**60) * 2 + leaf([node()]),
        "a root of nothing": meta(root=2**64 - 1, count=0) * 2,
        "no depth": meta(depth=0) * 2 + leaf([node()]),
        "another count": meta(count=2**63) * 2 + leaf([node()]),
        "pages of 4 GB": meta(page=2**32 - 1) * 2 + leaf([node()]),
        "pages of one byte": meta(page=1) * 2 + leaf([node()]),
        "pages of 256": meta(page=256)[:256] + meta(page=256)[:256] + leaf([node()]),
        "several values": meta(flags=4) * 2 + leaf([node()]),
        "another magic": meta(magic=1) * 2,
        "one meta page": meta(),
        "cut": sound[:-100],
        "nothing": b"",
        "zeros": bytes(3 * PAGE),
        "ones": b"\xff" * 3 * PAGE,
        "keys that lead out": two + leaf([node(b"../../written")]),
        "the same page twice": meta(depth=2, count=2) * 2 + branch([3, 3]) + leaf([node()]),
        "a pickle for a value": two + leaf([node(value=pickle.dumps(print))]),
    }


def sound(outside: Path) -> Iterator[Input]:
    import lmdb

    with tempfile.TemporaryDirectory() as folder:
        with lmdb.open(folder, map_size=1 << 22) as made, made.begin(write=True) as writing:
            for number in range(300):
                writing.put(b"%05d" % number, b"value" * (number * 3))
        yield Input("lmdb: sound", (Path(folder) / "data.mdb").read_bytes(), "data.mdb")
    yield Input("lmdb: sound, by hand", meta() + meta(transaction=0) + leaf([node()]), "data.mdb")
