"""Verifying: what is in the store is read anew, as fast as the disk or the processor allows. Needs no network.

Blobs are hashed and compared with their names, prepared data and weights with what was noted when they were made
(`origins`). One thread a core, since sha256 runs without Python's lock; the largest files first, so that none is left
over at the end. Each thread has one buffer, and asks the disk for what comes next while it hashes. What was read for
this alone is dropped from the page cache: it would push out what others work with.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from hub.store import blobs, origins, units
from hub.store.units import BLOB, DERIVED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from hub.store.layout import Layout
    from hub.store.units import Unit

# perf: larger reads are not faster. Disks are asked for this much ahead in chunks, since Linux cuts larger wishes off.
CHUNK = 1 << 20
AHEAD = 8 << 20

PAGE = 4096


@dataclass(frozen=True, slots=True)
class Piece:
    """One file to verify; `name` is its digest, or the fingerprint and the `crc32` it must have, if that is known."""

    kind: str
    name: str
    path: Path
    size: int
    crc32: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: `wrong` says what is, or is ""; `quarantined` is where a bad file now lies."""

    piece: Piece
    wrong: str = ""
    quarantined: Path | None = None


class _Stopped(Exception):
    """Somebody else failed, or wants no more."""


def pieces(layout: Layout, names: Collection[str] | None = None) -> list[Piece]:
    """Return what can be verified, largest first: all of it, or what has to do with blobs of these digests."""
    found = [piece for unit in units.every(layout, 0.0) for piece in _pieces(unit, layout, names)]
    return sorted(found, key=lambda piece: (-piece.size, piece.path))


def _pieces(unit: Unit, layout: Layout, names: Collection[str] | None) -> Iterator[Piece]:
    if unit.kind == BLOB and (names is None or unit.name in names):
        yield Piece(BLOB, unit.name, Path(unit.path), unit.size)
    origin = origins.read(layout, unit.name) if unit.kind in DERIVED else None
    if origin is not None and (names is None or not set(origin.of).isdisjoint(names)):
        folder = layout.prepared(unit.name) if unit.kind == units.PREPARED else layout.weights(unit.name).parent
        for name, (size, crc32) in origin.files.items():
            yield Piece(unit.kind, unit.name, folder / name, size, crc32)


def verify(
    layout: Layout,
    wanted: Sequence[Piece],
    *,
    workers: int | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> list[Verdict]:
    """Return a verdict on each piece, but for those that are gone; a bad file is moved aside.

    `advance` is told the bytes that were read, by one thread at a time.
    """
    run = _Run(layout, iter(wanted), advance)
    workers = workers or _cores()
    with ThreadPoolExecutor(workers) as pool:
        threads = [pool.submit(run.work) for _ in range(min(workers, len(wanted)))]
        try:
            for thread in threads:
                thread.result()
        finally:
            run.stop.set()
    return sorted(run.verdicts, key=lambda verdict: verdict.piece.path)


def _cores() -> int:
    """Those that this process may use, which may be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Run:
    """What the threads of one run share."""

    def __init__(self, layout: Layout, wanted: Iterator[Piece], advance: Callable[[int], None]) -> None:
        self._layout = layout
        self._wanted = wanted
        self._advance = advance
        self._lock = threading.Lock()
        self.stop = threading.Event()
        self.verdicts: list[Verdict] = []

    def work(self) -> None:
        """Take one piece after the other until there are none."""
        buffer = memoryview(bytearray(CHUNK))
        while (piece := self._next()) is not None:
            with suppress(FileNotFoundError, _Stopped):  # gone since: a gc was here
                verdict = self._judge(piece, buffer)
                with self._lock:
                    self.verdicts.append(verdict)

    def _next(self) -> Piece | None:
        with self._lock:
            return None if self.stop.is_set() else next(self._wanted, None)

    def _judge(self, piece: Piece, buffer: memoryview) -> Verdict:
        inode = piece.path.stat().st_ino
        try:
            wrong = self._wrong(piece, buffer)
        except FileNotFoundError:
            raise
        except PermissionError as error:  # somebody else's; it may well be good
            return Verdict(piece, str(error.strerror))
        except OSError as error:  # the disk fails
            wrong = str(error.strerror)
        # Somebody may have brought it anew meanwhile.
        aside = wrong and piece.path.stat().st_ino == inode
        return Verdict(piece, wrong, blobs.quarantine(self._layout, piece.path) if aside else None)

    def _wrong(self, piece: Piece, buffer: memoryview) -> str:
        """Return what is wrong with a piece, or ""."""
        size = piece.path.stat().st_size
        if piece.kind == BLOB:
            state = sha256()
            self._read(piece, buffer, state.update)
            return "" if state.hexdigest() == piece.name else f"sha256:{state.hexdigest()}"
        if size != piece.size:
            return f"{size} bytes instead of {piece.size}"
        if piece.crc32 is None:
            return ""
        crc = origins.Crc()
        self._read(piece, buffer, crc.update)
        return "" if crc.value == piece.crc32 else f"crc32 {crc.value:08x} instead of {piece.crc32:08x}"

    def _read(self, piece: Piece, buffer: memoryview, take: Callable[[memoryview], object]) -> None:
        with _opened(piece.path) as descriptor:
            reading = _Reading(descriptor, os.fstat(descriptor).st_size)
            while count := reading.into(buffer):
                take(buffer[:count])
                with self._lock:
                    self._advance(count)
                if self.stop.is_set():
                    raise _Stopped
            reading.forget()


class _Reading:
    """A file read from front to back, its pages asked for ahead and given back afterwards if nobody had them."""

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor = descriptor
        self._size = size
        self._done = self._asked = 0
        self._was_cached = any(_is_cached(descriptor, place) for place in (0, size // 2, max(0, size - PAGE)))

    def into(self, buffer: memoryview) -> int:
        """Read the next bytes and return how many there are; 0 at the end."""
        while self._asked < min(self._done + AHEAD, self._size):
            _advise(self._descriptor, self._asked, CHUNK, "POSIX_FADV_WILLNEED")
            self._asked += CHUNK
        count = os.readv(self._descriptor, [buffer])
        if self._done // AHEAD != (self._done + count) // AHEAD:
            self.forget()
        self._done += count
        return count

    def forget(self) -> None:
        """Give the pages back that have been read; those that a process has mapped stay anyway."""
        if not self._was_cached:
            _advise(self._descriptor, 0, self._done, "POSIX_FADV_DONTNEED")


def _advise(descriptor: int, offset: int, length: int, advice: str) -> None:
    if hasattr(os, "posix_fadvise") and length:
        with suppress(OSError):
            os.posix_fadvise(descriptor, offset, length, getattr(os, advice))


def _is_cached(descriptor: int, offset: int) -> bool:
    """Tell whether a page is in memory: a read that must not wait for the disk delivers it then."""
    if not hasattr(os, "RWF_NOWAIT"):
        return True
    try:
        return os.preadv(descriptor, [bytearray(1)], offset, os.RWF_NOWAIT) > 0
    except BlockingIOError:
        return False
    except OSError:  # this file system cannot tell
        return True


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """Open a file for reading without counting that as its use, where the system lets its owner do so."""
    flags = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)
    try:
        descriptor = os.open(path, flags | getattr(os, "O_NOATIME", 0))
    except PermissionError:
        descriptor = os.open(path, flags)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
