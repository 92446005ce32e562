"""LMDB databases, read in place: where each value lies in the file, so that nothing of LMDB is needed to get it.

A database is a tree of pages in one file, little-endian as 64-bit machines write it.

    page      8 its number, 2 unused, 2 kind, 2 end of the list of nodes, 2 unused; then 2 for the place of each node
    meta      pages 0 and 1, behind a header of 16 bytes: 4 magic, 4 version, 8 address, 8 size of the mapping, 48 tree
              of free pages, 48 tree of values, 8 last page, 8 transaction; the page with the later one counts
    tree      4 size of a page (of the first tree alone), 2 flags, 2 depth, 3 times 8 for counts of pages, 8 count of
              values, 8 number of the root page
    branch    nodes: 6 number of a page below, 2 size of the key, key
    leaf      nodes: 4 size of the value, 2 flags, 2 size of the key, key, value; with flag 1 a long value, and in its
              place 8 for the number of the page behind whose header it lies

Specified by `mdb.c` of LMDB 0.9, sections "Page headers" and "Meta Page"; values come in the order of their keys.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from hub.errors import FormatError
from hub.trees import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.trees import Tree

HEADER = struct.Struct("<8x2xHH2x")
META = struct.Struct("<16xII16x48s48s8xQ")
TREE = struct.Struct("<IHH24xQQ")
NODE = struct.Struct("<IHH")
NUMBER = struct.Struct("<Q")
MAGIC = 0xBEEFC0DE
VERSION = 1
SMALLEST_PAGE = 256
DEEPEST = 32
"""As LMDB itself has it."""

BRANCH, LEAF, LONG = 1, 2, 1
NO_PAGE = 2**64 - 1
SEVERAL = 0x04
"""Flag of a tree that has several values a key, which no data set here has."""


@dataclass(frozen=True, slots=True)
class Database:
    """An open file: `end` is its size, `page` that of a page."""

    stream: BinaryIO
    name: str
    end: int
    page: int
    root: int
    depth: int
    count: int
    seen: set[int] = field(default_factory=set)
    """Pages that were read: one that stood in two places could hold more values than there are atoms."""

    def values(self, number: int, level: int) -> Iterator[tuple[bytes, int, int]]:
        """Yield key, offset and size of each value below a page; `level` counts down to the leaves."""
        if number in self.seen:
            raise self.wrong(number, "one place in the tree", "two")
        self.seen.add(number)
        data = self._read(number)
        kind, stop = HEADER.unpack_from(data)
        if kind & (BRANCH | LEAF) != (BRANCH if level > 1 else LEAF):
            raise self.wrong(number, "a branch" if level > 1 else "a leaf", f"kind {kind:#x}")
        try:
            for (place,) in struct.iter_unpack("<H", data[HEADER.size : stop]):
                if level > 1:
                    low, high, _ = NODE.unpack_from(data, place)
                    yield from self.values(low | high << 32, level - 1)
                else:
                    yield self._value(data, number, place)
        except struct.error as error:
            raise self.wrong(number, "whole nodes", "one that leaves the page") from error

    def _value(self, data: bytes, number: int, place: int) -> tuple[bytes, int, int]:
        size, flags, key_size = NODE.unpack_from(data, place)
        start = place + NODE.size + key_size
        if flags & LONG:
            offset = NUMBER.unpack_from(data, start)[0] * self.page + HEADER.size
        else:
            offset = number * self.page + start
        if offset + size > self.end:
            raise self.wrong(number, f"a file of {offset + size} bytes", f"{self.end} bytes")
        return data[start - key_size : start], offset, size

    def _read(self, number: int) -> bytes:
        self.stream.seek(min(number * self.page, self.end))
        data = self.stream.read(self.page)
        if len(data) < self.page:
            raise self.wrong(number, f"a page of {self.page} bytes", f"{len(data)} bytes")
        return data

    def wrong(self, number: int, expected: str, found: str) -> FormatError:
        """Return the error to raise for a page that is not as expected."""
        return FormatError(f"page {number} of {self.name} is damaged", path=self.name, expected=expected, found=found)


def values(tree: Tree, name: str) -> list[Place]:
    """Return where each value of a database lies; it is called by its key.

    Raises FormatError if the file is no such database, is damaged or ends early.
    """
    whole = tree.place(name)
    if whole.zipped:
        wanted, found = "a file of its own", "a member of a zip"
        raise FormatError(f"{name} in {tree} cannot be read in place", path=name, expected=wanted, found=found)
    container, start = (whole.container / whole.name, 0) if whole.offset < 0 else (whole.container, whole.offset)
    with tree.open(name) as stream:
        database = _opened(stream, f"{name} in {tree}")
        walked = database.values(database.root, database.depth) if database.root != NO_PAGE else ()
        found_places = [
            Place(container, key.decode("ascii", "backslashreplace"), start + offset, size)
            for key, offset, size in walked
        ]
    if len(found_places) != database.count:
        raise database.wrong(database.root, f"{database.count} values", str(len(found_places)))
    return found_places


def _opened(stream: BinaryIO, name: str) -> Database:
    """Return the database as the last whole transaction has left it."""
    end = stream.seek(0, 2)
    first = _meta(stream, name, 0)
    page = TREE.unpack(first[2])[0]
    if page < SMALLEST_PAGE:
        raise FormatError(f"{name} is damaged", path=name, expected="a size of pages", found=str(page))
    latest = max(first, _meta(stream, name, page), key=lambda meta: meta[4])
    _, flags, depth, count, root = TREE.unpack(latest[3])
    if depth > DEEPEST:
        raise FormatError(f"{name} is damaged", path=name, expected=f"a depth of {DEEPEST} at most", found=str(depth))
    if flags & SEVERAL:
        raise FormatError(f"{name} is another database", path=name, expected="one value a key", found="several")
    return Database(stream, name, end, page, root, depth, count)


def _meta(stream: BinaryIO, name: str, offset: int) -> tuple[int, int, bytes, bytes, int]:
    stream.seek(offset)
    data = stream.read(META.size)
    found = META.unpack(data) if len(data) == META.size else (0, 0)
    if found[:2] != (MAGIC, VERSION):
        raise FormatError(
            f"{name} is no database of LMDB 0.9",
            path=name,
            expected=f"{MAGIC:#x} and version {VERSION} behind the header of page {offset and 1}",
            found=f"{found[0]:#x} and version {found[1]}" if len(data) == META.size else f"{len(data)} bytes",
        )
    magic, version, free, values_tree, transaction = found
    return magic, version, free, values_tree, transaction
