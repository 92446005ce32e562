"""Other people's stores: folders that are looked into and never written, on a share, another disk, another account.

A blob there is used where it lies. It is hashed once; then its size, times of change and inode tell that it still is
the same, and that is recorded in one's own store, a small file a blob. Nothing there is trusted for its name: what
does not hash to it is not used, nor moved. A store that is not there, or no longer, is as good as an empty one.

What others have made of blobs, prepared datasets and converted weights, is not used out of a folder: no published
digest tells whether it is right. On object storage it is, where there is no other way to read at once what somebody
has prepared: whoever names such a store trusts those who write it.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hub.digest import Digest, hash_file
from hub.errors import StoreError
from hub.places import is_object, is_url
from hub.store import refs
from hub.store.files import write_small
from hub.store.layout import Layout

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from hub.store.refs import Entry

logger = logging.getLogger("hub")


@dataclass(frozen=True, slots=True)
class Seen:
    """A state of a file that was hashed, and the digests that it has."""

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    digests: tuple[str, ...]

    @classmethod
    def of(cls, path: Path, status: os.stat_result, digests: Iterable[str]) -> Seen:
        """Return the present state of a file."""
        times = status.st_mtime_ns, status.st_ctime_ns
        return cls(str(path), status.st_size, *times, status.st_ino, tuple(sorted(digests)))


def stores(places: Iterable[str]) -> list[Layout]:
    """Return the layouts of those places that are folders."""
    return [Layout(Path(place)) for place in places if not is_url(place) and not is_object(place)]


def entries(others: Iterable[Layout], owner: str, name: str) -> Iterator[Entry]:
    """Yield what other stores have recorded of an artifact."""
    for other in others:
        with suppress(OSError):
            entry = refs.read(other, owner).get(name)
            if entry is not None:
                yield entry


def find(
    layout: Layout, others: Iterable[Layout], sha256: str, size: int | None = None, known: Iterable[Digest] = ()
) -> Path | None:
    """Return the path of a blob in one of the other stores, verified, or None.

    `known` are further digests that it must have. `layout` is one's own store, which records what was verified.
    """
    for other in others:
        path = other.blob(sha256)
        wanted = {str(Digest("sha256", sha256)), *map(str, known)}
        try:
            status = path.stat()
            if size in (None, status.st_size) and _is_verified(layout, path, status, wanted, sha256):
                return path
        except OSError:
            continue  # not there, or not readable, or its disk has gone
    return None


def _is_verified(layout: Layout, path: Path, status: os.stat_result, wanted: set[str], sha256: str) -> bool:
    record = layout.seen(sha256)
    earlier = _read(record)
    if earlier and earlier == Seen.of(path, status, earlier.digests) and wanted <= set(earlier.digests):
        return True
    logger.info("hashing %s, which is used for the first time", path)
    hasher = hash_file(path, [Digest.parse(each) for each in sorted(wanted)])
    if mismatch := hasher.mismatch():
        logger.warning("%s is not used: it has %s and not %s", path, mismatch[1], mismatch[0])
        return False
    with suppress(StoreError, OSError):  # a store that cannot be written costs a hashing each time
        seen = Seen.of(path, path.stat(), wanted)
        if seen == Seen.of(path, status, wanted):
            write_small(record, json.dumps({name: getattr(seen, name) for name in Seen.__slots__}) + "\n", layout)
    return True


def _read(record: Path) -> Seen | None:
    try:
        table = json.loads(record.read_text("utf-8"))
        return Seen(**(table | {"digests": tuple(table["digests"])}))
    except (OSError, ValueError, TypeError, KeyError):
        return None
