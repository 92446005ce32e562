"""Origins: of what, and by which code, prepared data and weights were made; small, and harmless to lose.

    origins/<fingerprint>.json    {"of": ["<sha256>"], "by": {"idx": 1, "prepare": 2},
                                   "files": {"train.arrow": [size, crc32]}}    crc32: null if not known

They tell what can never be used again, since what it was made of is gone or the code has changed, and what the files
must still hold. A crc32 finds what a disk gets wrong, at a tenth of the cost of a sha256; it need not withstand more,
as whoever could write here could write both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.errors import StoreError
from hub.store.files import write_small

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from hub.store.layout import Layout

CHUNK = 1 << 20

# What is larger may have left the page cache since it was written, and is not read again for this; its size tells much.
CHECKED_UP_TO = 4 << 30


class Origin(msgspec.Struct, frozen=True):
    """One of them: digests of blobs and fingerprints, name -> version of code, name of file -> (size, crc32)."""

    of: tuple[str, ...] = ()
    by: dict[str, int] = {}
    files: dict[str, tuple[int, int | None]] = {}


def record(layout: Layout, fingerprint: str, path: Path, of: Iterable[str], by: Mapping[str, int]) -> None:
    """Note what a file of this fingerprint was made of. Nothing happens where it cannot be written."""
    before = read(layout, fingerprint) or Origin()
    size = path.stat().st_size
    check = _crc32(path) if size <= CHECKED_UP_TO else None
    origin = Origin(tuple(sorted({*before.of, *of})), {**before.by, **by}, {**before.files, path.name: (size, check)})
    try:
        write_small(layout.origin(fingerprint), msgspec.json.encode(origin).decode(), layout)
    except StoreError:
        return


def read(layout: Layout, fingerprint: str) -> Origin | None:
    """Return what is noted of a fingerprint, or None if nothing is, or nothing that can be read."""
    try:
        return msgspec.json.decode(layout.origin(fingerprint).read_bytes(), type=Origin)
    except (OSError, msgspec.DecodeError):
        return None


class Crc:
    """A CRC-32 that grows with what is handed to it."""

    def __init__(self) -> None:
        from isal import isal_zlib  # several times as fast as zlib's, and what asks for none should not import it

        self._next = isal_zlib.crc32
        self.value = 0

    def update(self, data: memoryview) -> None:
        """Take the next bytes."""
        self.value = self._next(data, self.value)


def _crc32(path: Path) -> int:
    crc = Crc()
    buffer = memoryview(bytearray(CHUNK))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            crc.update(buffer[:count])
    return crc.value
