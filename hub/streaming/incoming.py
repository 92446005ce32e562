"""Incoming: the bytes of one artifact from front to back, wherever they are by now.

    in the store                        the blob
    arriving as they are                the partial that some process of this machine writes
    arriving packed, as a source says   the same, inflated here
    out of an archive, or from nowhere  waited for, until they are in the store

Whatever of these it is, the reader is given the same bytes in the same order, and waits for those that are not there
yet. What it was given is what will be published, or `check` says that it is not.
"""

from __future__ import annotations

import io
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, BinaryIO, cast

from hub.archives import inflated
from hub.digest import Hasher
from hub.errors import DigestMismatch
from hub.store import partials
from hub.streaming.following import Followed, Lost
from hub.streaming.supply import PAUSE
from hub.transfer import key_of_served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from _typeshed import WriteableBuffer

    from hub.cards import Artifact, Source
    from hub.streaming.supply import Supply

AT_ONCE = 1 << 20
"""Bytes that are compared, or passed over, at once."""

SELDOM = 25
"""Looks after which is asked whether the bytes have come another way: that lists a folder."""


class Incoming(io.RawIOBase):
    """The bytes of an artifact as they arrive.

    Reading raises what fetching has raised, where that has failed. Nothing is held in memory.
    """

    def __init__(self, artifact: Artifact, supply: Supply) -> None:
        super().__init__()
        self.name = artifact.name
        self._artifact = artifact
        self._supply = supply
        self._at = 0
        self._open = ExitStack()
        self._followed: dict[int, Followed] = {}
        """What bytes were read of as they are published, by the number of the file."""
        self._hasher: Hasher | None = None
        """Of what was unpacked here."""
        self._way: BinaryIO | _Arriving | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_END:
            offset += self._supply.wait(self._artifact).size
        self._at = offset + (self._at if whence == io.SEEK_CUR else 0)
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        data = self._some(len(view), self._at)
        view[: len(data)] = data
        self._at += len(data)
        return len(data)

    def at(self, offset: int, size: int) -> bytes:
        """Return `size` bytes from `offset` on, once they have arrived; fewer at the end."""
        parts: list[bytes] = []
        while size and (data := self._some(size, offset)):
            parts.append(data)
            offset, size = offset + len(data), size - len(data)
        return b"".join(parts)

    def check(self, path: Path) -> None:
        """Raise DigestMismatch unless what was read is what was published in the end, at `path`."""
        number = path.stat().st_ino
        for inode, followed in self._followed.items():
            if inode != number and not _same(followed, path):
                raise self._mismatch("the bytes of the published file")
        if self._hasher is not None and not self._is_same(path, self._hasher):
            raise self._mismatch(f"sha256:{path.name}")

    def close(self) -> None:
        self._open.close()
        super().close()

    def _some(self, size: int, offset: int) -> bytes:
        while True:
            try:
                if self._way is None:
                    self._way = self._found()
                if isinstance(self._way, _Arriving):
                    data = self._way.some(size, offset)
                else:
                    self._way.seek(offset)
                    data = self._way.read(size)
            except Lost:
                self._way = None
                continue
            return data

    def _found(self) -> BinaryIO | _Arriving:
        """Return the way that the bytes come now, once there is one."""
        while True:
            local = self._supply.local(self._artifact)
            if local is not None:
                return cast("BinaryIO", self._open.enter_context(local.path.open("rb", buffering=0)))
            for source, folder in self._candidates():
                try:
                    followed = Followed(folder)
                except (FileNotFoundError, Lost):
                    continue
                return self._along(source, followed)
            time.sleep(PAUSE)

    def _along(self, source: Source, followed: Followed) -> BinaryIO | _Arriving:
        self._open.callback(followed.close)
        arriving = _Arriving(followed, self)
        if not source.wrapped:
            self._followed.setdefault(followed.inode, followed)
            return arriving
        self._hasher = Hasher(self._artifact.digests)
        raw = _Raw(arriving)
        return cast(
            "BinaryIO", _Hashed(inflated(cast("BinaryIO", raw), source.unwrap, self.name, self.name), self._hasher)
        )

    def _candidates(self) -> Iterator[tuple[Source, Path]]:
        """Yield what arrives now, or was left, for each source that can be read from the front."""
        root = self._supply.layout.partials
        for source in self._artifact.sources:
            if "#" in source.url:
                continue
            digests = source.digests if source.wrapped else (*self._artifact.digests, *source.digests)
            for folder in root.glob(f"{key_of_served(source.url, digests)}.*"):
                if not partials.is_abandoned(folder):
                    yield source, folder

    def is_outrun(self, followed: Followed) -> bool:
        """Tell whether the artifact is in the store, or arrives in another way than through `followed`."""
        if self._supply.local(self._artifact) is not None:
            return True
        inodes = [_inode(folder / "data") for _, folder in self._candidates()]
        return bool(inodes) and followed.inode not in inodes

    def _is_same(self, path: Path, hasher: Hasher) -> bool:
        """Tell whether the published file begins with what was unpacked."""
        if hasher.size == path.stat().st_size:
            return hasher.sha256 == path.name
        again = Hasher(())
        with path.open("rb") as file:
            left = hasher.size
            while left and (data := file.read(min(left, AT_ONCE))):
                again.update(data)
                left -= len(data)
        return again.sha256 == hasher.sha256

    def _mismatch(self, expected: str) -> DigestMismatch:
        return DigestMismatch(
            f"samples were made of bytes of {self.name} that are not the published ones",
            expected=expected,
            found="other bytes, which a source had sent before",
            hint="nothing wrong was kept: begin this epoch anew, and it reads the published file",
        )


class _Arriving:
    """What is followed, read at any place as soon as it is there."""

    def __init__(self, followed: Followed, incoming: Incoming) -> None:
        self._followed = followed
        self._incoming = incoming

    def some(self, size: int, offset: int) -> bytes:
        """Return some of the bytes from `offset` on, once there are any; none at the end. Raises Lost."""
        looks = 0
        while True:
            self._followed.look()
            if offset < self._followed.frontier and (data := self._followed.read(size, offset)):
                return data
            if self._followed.is_complete and offset >= (self._followed.total or 0):
                return b""
            looks += 1
            if looks % SELDOM == 0 and self._incoming.is_outrun(self._followed):
                raise Lost
            time.sleep(PAUSE)


class _Raw(io.RawIOBase):
    """The same as a file, for what unpacks it."""

    def __init__(self, arriving: _Arriving) -> None:
        super().__init__()
        self._arriving = arriving
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + (self._at if whence == io.SEEK_CUR else 0)
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        data = self._arriving.some(len(view), self._at)
        view[: len(data)] = data
        self._at += len(data)
        return len(data)


class _Hashed:
    """What is unpacked, hashed once as it comes; going back reads again and hashes nothing twice."""

    def __init__(self, stream: BinaryIO, hasher: Hasher) -> None:
        self._stream = stream
        self._hasher = hasher

    def seek(self, offset: int) -> None:
        """Go to a place; what lies between is hashed on the way."""
        while self._hasher.size < offset and self._passed(min(AT_ONCE, offset - self._hasher.size)):
            pass
        if self._stream.tell() != offset:
            self._stream.seek(offset)

    def read(self, size: int) -> bytes:
        """Return some bytes; none at the end."""
        begin = self._stream.tell()
        data: bytes = self._stream.read1(size)  # type: ignore[attr-defined]  # a BufferedReader
        new = data[self._hasher.size - begin :] if begin <= self._hasher.size else b""
        self._hasher.update(new)
        return data

    def _passed(self, size: int) -> bytes:
        self._stream.seek(self._hasher.size)
        return self.read(size)


def _same(followed: Followed, path: Path) -> bool:
    """Tell whether what was read of a partial is what a file begins with."""
    with path.open("rb") as file:
        for offset in range(0, followed.furthest, AT_ONCE):
            count = min(AT_ONCE, followed.furthest - offset)
            if file.read(count) != followed.content(count, offset):
                return False
    return True


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return -1
