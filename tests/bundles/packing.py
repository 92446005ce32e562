"""Bundles of files that a test makes up, and the store that they come from."""

from __future__ import annotations

import hashlib
import io
import tarfile
from typing import TYPE_CHECKING

from hub import lockfile
from hub.bundles import importing, writing
from hub.progress import Silent
from hub.settings import Settings
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from hub.bundles.importing import Outcome


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def lock_of(contents: dict[str, bytes], owner: str = "dataset/words/1.0.0") -> lockfile.Lockfile:
    """A lockfile of one entry with these files, by name."""
    artifacts = tuple(
        lockfile.Artifact(name=name, sha256=sha256(data), size=len(data)) for name, data in sorted(contents.items())
    )
    name = owner.split("/")[1]
    entry = lockfile.Entry(owner=owner, name=name, kind="dataset", version="1.0.0", artifacts=artifacts)
    return lockfile.Lockfile(entries=(entry,))


def stored(layout: Layout, contents: Iterable[bytes]) -> None:
    """Put blobs into a store as if they had been fetched."""
    for data in contents:
        path = layout.blob(sha256(data))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def bundle(layout: Layout, contents: dict[str, bytes], lock: lockfile.Lockfile | None = None) -> bytes:
    """The bytes of a bundle with these files, by name."""
    stored(layout, contents.values())
    return written(layout, contents, lock)


def written(layout: Layout, contents: dict[str, bytes], lock: lockfile.Lockfile | None = None) -> bytes:
    """The same of what the store has."""
    out = io.BytesIO()
    paths = {sha256(data): layout.blob(sha256(data)) for data in contents.values()}
    writing.write(out, lock or lock_of(contents), {}, paths, Silent())
    return out.getvalue()


class Pipe(io.RawIOBase):
    """Bytes that come once, as through a pipe."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # what a BufferedReader gives
        data = self._data.read(len(buffer))
        buffer[: len(data)] = data
        self.taken += len(data)
        return len(data)


def bring(home: Path, data: bytes | io.IOBase, names: Sequence[str] = ()) -> Outcome:
    """Import a bundle, or a part of it, into the store in `home`."""
    stream = io.BytesIO(data) if isinstance(data, bytes) else data
    current = Settings(home=home)
    wanted, members = importing.read(stream, "x.tar", names, Layout(home))  # type: ignore[arg-type]  # it reads
    return importing.bring(wanted, members, current, Silent())


def members_of(data: bytes) -> list[tarfile.TarInfo]:
    """The members of a tar."""
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return archive.getmembers()


def whole(home: Path) -> set[bytes]:
    """The bytes of all blobs of a store."""
    return {path.read_bytes() for path in Layout(home).blobs.rglob("*") if path.is_file()}


def tar(*members: tuple[str | tarfile.TarInfo, bytes], lock: lockfile.Lockfile | str | None = None) -> bytes:
    """A tar with these members, behind a hub.lock if one is given."""
    out = io.BytesIO()
    text = lockfile.text_of(lock) if isinstance(lock, lockfile.Lockfile) else lock or ""
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, data in [("hub.lock", text.encode())] * (lock is not None) + list(members):
            info = tarfile.TarInfo(name) if isinstance(name, str) else name
            if info.isreg():
                info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()
