"""A registry in a folder.

Every file is written aside, flushed and given its name by a rename. Each state of the index has a number, and takes it
by making a link of that name, which one of several can do, on every file system, whether locks work there or not:

    registry/v1/history/00000012.json    the twelfth state of the index
    registry/v1/index.json               the latest of them, by rename
    registry/v1/.publishing              a lock, so that of two that finish at once the later is the one that stays

Where locks do nothing, the latter is looked after by looking again once the index was renamed.
"""

from __future__ import annotations

import os
import re
import time
import uuid
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.digest import CHUNK, Hasher
from hub.errors import DigestMismatch, MissingFile
from hub.publish.places import INDEX, State
from hub.store.files import ABANDONED_AFTER, disk_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hub.publish.places import OnBytes

HISTORY = "registry/v1/history"
LOCK = "registry/v1/.publishing"
ASIDE = "registry/v1/.aside"
NUMBERED = re.compile(r"(\d{8})\.json")

# Two renames take a millisecond; who waits for longer waits for a process that was stopped, and goes on.
PATIENCE = 10.0

HINT = "--to names a folder that can be written, on a disk with room"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that a web server serves, a share or a stick."""

    path: Path

    @property
    def address(self) -> str:
        return f"{self.path}/"

    def holds(self, path: str, size: int) -> bool:
        try:
            return (self.path / path).stat().st_size == size
        except OSError:
            return False

    def put_file(self, path: str, source: Path, sha256: str, on_bytes: OnBytes) -> None:
        with self._aside() as made:
            _copy(source, made, sha256, on_bytes)
            self._name(made, path)

    def put(self, path: str, data: bytes) -> None:
        with self._aside() as made:
            _write(made, data)
            self._name(made, path)

    def read(self, path: str) -> bytes | None:
        with disk_errors(self.path, HINT):
            try:
                return (self.path / path).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None

    def state(self) -> State:
        """Return the latest state, also one that was made and not yet renamed when its process was killed."""
        served = self.read(INDEX) or b""
        numbers = self._numbers()
        # What none of the states is was put there by `hub registry build`, which knows of no history.
        if not numbers or not any(self.read(_state(each)) == served for each in reversed(numbers)):
            return State(served, str(numbers[-1] if numbers else 0))
        return State(self.read(_state(numbers[-1])) or b"", str(numbers[-1]))

    def switch(self, before: State, data: bytes) -> bool:
        if data == before.data:
            if self.read(INDEX) != data:  # its process was killed before it was renamed
                self._serve_latest()
            return True
        with self._aside() as made, self._locked():
            _write(made, data)
            if not self._took(made, int(before.mark) + 1):
                return False
            self._serve_latest()
        self._sweep()
        return True

    def _sweep(self) -> None:
        """Remove what processes that were killed have left; nobody writes for so long."""
        with suppress(OSError):
            for path in (self.path / ASIDE).iterdir():
                with suppress(OSError):  # another process was faster
                    if time.time() - path.stat().st_mtime > ABANDONED_AFTER:
                        path.unlink()

    def _took(self, made: Path, number: int) -> bool:
        target = self.path / _state(number)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(made, target)
        except FileExistsError:
            return False
        return True

    def _serve_latest(self) -> None:
        """Make the latest state the index; again where another process took a number meanwhile."""
        while True:
            latest = self._numbers()[-1:]
            data = self.read(_state(latest[0])) if latest else None
            if data is None or data == self.read(INDEX):
                return
            self.put(INDEX, data)

    def _numbers(self) -> list[int]:
        try:
            names = os.listdir(self.path / HISTORY)  # noqa: PTH208  names are all that is wanted
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(int(found[1]) for name in names if (found := NUMBERED.fullmatch(name)))

    @contextmanager
    def _aside(self) -> Iterator[Path]:
        """Give a path on the same file system; gone afterwards."""
        folder = self.path / ASIDE
        with disk_errors(self.path, HINT):
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / uuid.uuid4().hex
            try:
                yield path
            finally:
                with suppress(FileNotFoundError):
                    path.unlink()

    def _name(self, made: Path, path: str) -> None:
        target = self.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        made.replace(target)
        _flush_folder(target.parent)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        lock = FileLock(self.path / LOCK, mode=0o664)
        try:
            lock.acquire(timeout=PATIENCE)
        except (Timeout, NotImplementedError, OSError):  # a file system without locks: the numbers decide alone
            yield
            return
        try:
            yield
        finally:
            lock.release()


def _state(number: int) -> str:
    return f"{HISTORY}/{number:08}.json"


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _copy(source: Path, target: Path, sha256: str, on_bytes: Callable[[int], object]) -> None:
    hasher, buffer = Hasher(), memoryview(bytearray(CHUNK))
    try:
        stream = source.open("rb", buffering=0)
    except FileNotFoundError as error:
        raise MissingFile(f"{source} is not there any more", expected=str(source)) from error
    with stream, target.open("wb", buffering=0) as file:
        while count := stream.readinto(buffer):
            hasher.update(buffer[:count])
            file.write(buffer[:count])
            on_bytes(count)
        os.fsync(file.fileno())
    if hasher.sha256 != sha256:
        raise changed(source, sha256, hasher.sha256)


def changed(source: Path, expected: str, found: str) -> DigestMismatch:
    """Return the error about a file that is another one than when it was first read."""
    return DigestMismatch(
        f"{source} was changed while it was published",
        expected=f"sha256:{expected}",
        found=f"sha256:{found}",
        hint="publish it again once it is complete; nothing was listed",
    )


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # folders cannot be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
