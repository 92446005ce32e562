"""Locks that save bandwidth; nothing here is needed for correctness."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

# filelock: flock, msvcrt and NFS's lack of both, kept up by people who test on all of them.
from filelock import FileLock, Timeout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hub.store.layout import Layout


@contextmanager
def held(layout: Layout, owner: str, *, on_wait: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the lock of `owner`; call `on_wait` once if another process has it. Go on without where locks fail."""
    lock = FileLock(layout.lock(owner), thread_local=False)
    try:
        _acquire(lock, on_wait)
    except (OSError, NotImplementedError):
        # No locks on this file system, or it cannot be written: the latter shows at the first write, in better words.
        yield
        return
    try:
        yield
    finally:
        lock.release()


def _acquire(lock: FileLock, on_wait: Callable[[], None] | None) -> None:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if on_wait is not None:
            on_wait()
        lock.acquire()
