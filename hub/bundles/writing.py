"""Writing a bundle: member by member into a stream, each blob hashed as it goes by."""

from __future__ import annotations

import tarfile
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from hub.bundles.form import LOCK, README, blob_name, readme
from hub.bundles.members import BLOCK
from hub.bundles.reading import sizes
from hub.digest import CHUNK, Hasher
from hub.errors import DigestMismatch
from hub.lockfile import text_of
from hub.store.files import disk_errors, flush, require_space

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from hub.lockfile import Lockfile
    from hub.progress import Progress

# Headers, fillings and what ends a tar take this much at most, a member.
AROUND = 4 * BLOCK


def write(
    out: BinaryIO, lock: Lockfile, said: Mapping[str, bytes], paths: Mapping[str, Path], progress: Progress
) -> None:
    """Write the bundle of what `lock` names, with `said` as further small members; `paths` has the blobs by digest.

    Raises DigestMismatch for a blob that is damaged.
    """
    _add(out, LOCK, text_of(lock).encode())
    _add(out, README, readme(lock).encode())
    for name, data in sorted(said.items()):
        _add(out, name, data)
    found = sizes(lock)
    progress.start(f"write {len(found):,} file{'s' * (len(found) != 1)}", sum(found.values()))
    for sha256, size in found.items():
        _add_blob(out, paths[sha256], sha256, size, progress)
    out.write(bytes(2 * BLOCK))
    progress.finish()


@contextmanager
def replaced(target: Path, size: int) -> Iterator[BinaryIO]:
    """Give a stream into a file that takes its name when all is written, and is gone if that fails."""
    new = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
    hint = "name another file"
    with disk_errors(target.parent, hint=hint):
        target.parent.mkdir(parents=True, exist_ok=True)
        require_space(target.parent, size, hint=hint)
        try:
            with new.open("xb") as out:
                yield out
            flush(new)
            new.replace(target)
        finally:
            new.unlink(missing_ok=True)


def size_of(lock: Lockfile, said: Mapping[str, bytes]) -> int:
    """Return about how many bytes the bundle takes, rather too many."""
    found = sizes(lock)
    texts = 3 * len(text_of(lock)) + sum(map(len, said.values()))
    return sum(found.values()) + texts + AROUND * (len(found) + len(said) + 2)


def _add(out: BinaryIO, name: str, data: bytes) -> None:
    out.write(_header(name, len(data)) + data + bytes(-len(data) % BLOCK))


def _add_blob(out: BinaryIO, path: Path, sha256: str, size: int, progress: Progress) -> None:
    out.write(_header(blob_name(sha256), size))
    hasher = Hasher()
    with path.open("rb") as file:
        while data := file.read(min(CHUNK, size - hasher.size)):
            hasher.update(data)
            out.write(data)
            progress.advance(len(data))
    if hasher.sha256 != sha256:
        raise DigestMismatch(
            f"{path} is not what its name says",
            expected=f"sha256:{sha256}",
            found=f"sha256:{hasher.sha256}",
            hint="`hub verify` moves it aside; export once more then, and it is fetched anew",
        )
    out.write(bytes(-size % BLOCK))


def _header(name: str, size: int) -> bytes:
    """Return the header of a regular file that all may read: of nobody, and of no time."""
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = 0o644
    return info.tobuf(tarfile.PAX_FORMAT)
