"""Locks that save bandwidth; nothing here is needed for correctness."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

# filelock: flock, msvcrt and NFS's lack of both, kept up by people who test on all of them.
from filelock import FileLock, Timeout

from hub.store.files import is_shared, make_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hub.store.layout import Layout


@contextmanager
def held(layout: Layout, owner: str, *, on_wait: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the lock of `owner`; call `on_wait` once if another process has it. Go on without where locks fail."""
    try:
        lock = _lock(layout.lock(owner))
        _acquire(lock, on_wait)
    except (OSError, NotImplementedError):
        # No locks on this file system, or it cannot be written: the latter shows at the first write, in better words.
        yield
        return
    try:
        yield
    finally:
        lock.release()


@contextmanager
def tried(layout: Layout, owner: str) -> Iterator[bool]:
    """Give whether the lock of `owner` could be had at once, and hold it if so; yes where locks fail."""
    try:
        lock = _lock(layout.lock(owner))
        lock.acquire(timeout=0)
    except Timeout:
        yield False
        return
    except (OSError, NotImplementedError):
        yield True
        return
    try:
        yield True
    finally:
        lock.release()


def _lock(path: Path) -> FileLock:
    make_folder(path.parent)
    # Whoever shares the store must be able to open the file for writing, which is what a lock takes.
    return FileLock(path, mode=0o664 if is_shared(path.parent) else 0o644, thread_local=False)


def _acquire(lock: FileLock, on_wait: Callable[[], None] | None) -> None:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if on_wait is not None:
            on_wait()
        lock.acquire()
