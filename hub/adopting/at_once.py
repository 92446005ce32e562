"""Several files at a time: hashing and inflating leave Python's lock alone, so threads use all cores."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING, TypeVar

from hub.errors import HubError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from hub.progress import Progress

    OnBytes = Callable[[int], object]

K = TypeVar("K")
V = TypeVar("V")
R = TypeVar("R")

# More readers than this make a disk slower and not faster.
MOST = 8


class _Stopped(Exception):
    """The run ends: nobody waits for the rest of this file."""


def results(
    jobs: Mapping[K, V], work: Callable[[K, V, OnBytes], R | None], progress: Progress, label: str, total: int
) -> Iterator[tuple[K, R | None]]:
    """Yield what `work` makes of each job, as each is done; a file that cannot be read is told, and makes None.

    Whatever else goes wrong, Ctrl-C too, stops all within moments.
    """
    if not jobs:
        return
    stop = threading.Event()
    on_bytes = _counting(progress, stop)
    progress.start(label, total)
    with ThreadPoolExecutor(min(MOST, os.cpu_count() or 1)) as pool:
        futures = {pool.submit(work, key, job, on_bytes): key for key, job in jobs.items()}
        try:
            for future in as_completed(futures):
                yield futures[future], _readable(future.result, progress)
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)
    progress.finish()


def _counting(progress: Progress, stop: threading.Event) -> OnBytes:
    lock = threading.Lock()

    def on_bytes(count: int) -> None:
        if stop.is_set():
            raise _Stopped
        with lock:
            progress.advance(count)

    return on_bytes


def _readable(result: Callable[[], R | None], progress: Progress) -> R | None:
    try:
        return result()
    except StoreError:
        raise
    except HubError as error:
        progress.note(f"{error.what}; left alone")
    except OSError as error:
        progress.note(f"cannot read {error.filename}: {error.strerror}; left alone")
    return None
