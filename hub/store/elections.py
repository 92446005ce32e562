"""Elections: of many processes that want one thing made, one makes it, and the others wait for what it publishes.

    elections/<key>    the term of the elected process: "<owner>.<uuid>"; the file's time is set anew every second

A process is elected by making the file, which only one can (O_EXCL; also on NFS since version 3, and on Lustre). The
others look now and then whether the thing is there, and whether the elected one lives. One that ran on this machine and
has ended is replaced at once. Of one elsewhere only the file's time is seen, of which no more is asked than that it
changes, since clocks differ: it is replaced when that has not happened for SILENCE seconds of one's own clock. Whoever
is elected next takes up what the last one had fetched.

The store is what an election is about. Processes with stores of their own, one on each node say, elect one each; those
that share one over a network elect one in all.

Limits. Whether something is right never depends on an election: two may be elected, by a file system that makes the
same file for two or shows changes late, and both then publish the same bytes. Where no term can be written there are
no elections, and everybody makes what is missing.
"""

from __future__ import annotations

import os
import threading
import time
import uuid
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from hub.store import owners, partials
from hub.store.files import make_folder, touched
from hub.store.owners import Fate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from hub.store.layout import Layout

T = TypeVar("T")

BEAT = 1.0
# Ten beats: a server that is restarted, or a call that keeps other threads of a process from running, may cost some.
SILENCE = 10.0
# One that certainly runs here is slow, or was stopped (SIGSTOP), and is worth some patience.
SILENCE_OF_ONE_ALIVE = 60.0
# Between two looks of one that waits lie this, and more the longer it has waited: at most 1 s, so that the thousand
# processes of a job ask the server of a network file system for a thousand attributes a second.
SHORTEST_PAUSE, LONGEST_PAUSE = 0.01, 1.0
# The term of one that was killed, which nobody has asked about since.
SWEPT_AFTER = 24 * 3600.0


def one(
    layout: Layout,
    key: str,
    done: Callable[[], T | None],
    make: Callable[[], T],
    *,
    on_wait: Callable[[], None] | None = None,
    on_look: Callable[[], None] | None = None,
) -> T:
    """Return what `done` finds once it finds something; of those who want it, one process at a time gets to `make` it.

    `on_wait` is called once if another process was elected, and `on_look` each time that this one has looked since. An
    error of `make` leaves the elected process, and the next one tries.
    """
    result = done()
    if result is None:
        with turn(layout, key, until=done, on_wait=on_wait, on_look=on_look) as found:
            result = make() if found is None else found
    return result


@contextmanager
def turn(
    layout: Layout,
    key: str,
    *,
    until: Callable[[], T | None] = lambda: None,
    on_wait: Callable[[], None] | None = None,
    on_look: Callable[[], None] | None = None,
) -> Iterator[T | None]:
    """Give None to one process at a time, for as long as its block runs; or what `until` has found meanwhile."""
    path = layout.election(key)
    elected = _stand(path)
    watch = _Watch(path)
    if elected is None and on_wait is not None:
        on_wait()
    while elected is None:
        found = until()
        if found is not None:
            yield found
            return
        elected = _stand(path) if watch.is_free(layout) else watch.refused
        if elected is None:
            watch.rest()
            if on_look is not None:
                on_look()
    with elected:
        # Look again: whoever was elected before may have published it a moment ago.
        yield until()


@contextmanager
def attempt(layout: Layout, key: str) -> Iterator[bool]:
    """Give whether no other process has its turn now, and have it if so; yes where no term can be written."""
    path = layout.election(key)
    elected = _stand(path)
    if elected is None and _Watch(path).is_free(layout):
        elected = _stand(path)
    if elected is None:
        yield False
        return
    with elected:
        yield True


def sweep(layout: Layout) -> None:
    """Remove terms that processes which were killed have left, and nobody has asked about since."""
    for path in layout.elections.glob("*"):
        with suppress(OSError):
            seen = _seen(path)
            over = seen is not None and owners.fate(seen.owner) is Fate.GONE
            if over or time.time() - touched(path.stat()) > SWEPT_AFTER:
                path.unlink()


@dataclass(frozen=True, slots=True)
class _Seen:
    """A term as it was at a look: whose it is, and what changes while that one lives."""

    token: str
    state: tuple[int, int]

    @property
    def owner(self) -> str:
        return self.token.partition(".")[0]


class _Watch:
    """What one that waits has seen of the elected one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._began = self._looked = time.monotonic()
        self._seen: _Seen | None = None
        self._silent = 0.0
        self.refused: AbstractContextManager[object] | None = None
        """What to go on with where a dead one cannot be replaced: it is another user's, and so is the folder."""

    def is_free(self, layout: Layout) -> bool:
        """Look; tell whether nobody is elected now, after taking the term from one that lives no more."""
        seen, now = _seen(self._path), time.monotonic()
        if seen is None:
            return True
        if seen != self._seen:
            self._seen, self._silent = seen, 0.0
        # Two pauses a look at most: after a halt of this process, or of the file system, a living one gets to beat.
        self._silent += min(now - self._looked, 2 * LONGEST_PAUSE)
        self._looked = now
        if self._silent < _patience(owners.fate(seen.owner)):
            return False
        if not _bury(seen, self._path, layout):
            self.refused = nullcontext()
            return False
        return True

    def rest(self) -> None:
        """Wait until the next look."""
        waited = time.monotonic() - self._began
        time.sleep(min(LONGEST_PAUSE, SHORTEST_PAUSE + waited / 10))


class _Term:
    """The term of this process: beats until its block ends."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path, self._descriptor, self._pid = path, descriptor, os.getpid()
        self._over = threading.Event()
        self._heart = threading.Thread(target=self._beat, name="hub election", daemon=True)

    def __enter__(self) -> None:
        with suppress(RuntimeError):  # no more threads for this user: others will have to be patient, or replace it
            self._heart.start()

    def __exit__(self, *_: object) -> None:
        if os.getpid() == self._pid:  # not in a child that was forked meanwhile
            self._over.set()
            if self._heart.is_alive():
                self._heart.join()
            self._remove()
        os.close(self._descriptor)

    def _beat(self) -> None:
        beats = 0
        while not self._over.wait(BEAT):
            beats += 1
            with suppress(OSError):  # by what is open and not by its name, which may be another one's by now
                if os.utime in os.supports_fd:
                    os.utime(self._descriptor)  # sent to a server at once, unlike bytes
                else:
                    os.write(self._descriptor, b"\n")

    def _remove(self) -> None:
        with suppress(OSError):
            mine, there = os.fstat(self._descriptor), self._path.stat()
            if (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino):
                self._path.unlink()


def _stand(path: Path) -> AbstractContextManager[object] | None:
    """Return the term, if this process is elected; None if another one is; a context of nothing where none can be."""
    try:
        make_folder(path.parent)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        # What stands in the way may also be a file where the folder should be.
        return None if path.parent.is_dir() else nullcontext()
    except OSError:  # read-only, full, no folder: the first write says so in better words
        return nullcontext()
    try:
        os.write(descriptor, f"{owners.me()}.{uuid.uuid4().hex[:12]}\n".encode())
        path.chmod(0o644)  # whatever the umask is, others must read it
    except OSError:
        os.close(descriptor)
        with suppress(OSError):
            path.unlink()
        return nullcontext()
    return _Term(path, descriptor)


def _seen(path: Path) -> _Seen | None:
    """Return what is to be seen of a term; None if there is none."""
    try:
        # Opened, because only that asks a server for what a file is like now (NFS: "close to open").
        with path.open("rb") as file:
            text = file.read(200)
            state = os.fstat(file.fileno())
    except FileNotFoundError:
        return None
    except OSError:
        return _Seen("", (0, 0))
    return _Seen(text.partition(b"\n")[0].decode("ascii", "replace"), (state.st_mtime_ns, state.st_size))


def _patience(fate: Fate) -> float:
    """Return for how many seconds an elected one may be silent."""
    if fate is Fate.GONE:
        return 0.0
    return SILENCE_OF_ONE_ALIVE if fate is Fate.ALIVE else SILENCE


def _bury(dead: _Seen, path: Path, layout: Layout) -> bool:
    """Take away the term of one that is dead, of which only one process can; tell whether that was allowed.

    Another process may have done so and have been elected since. Its term is not what was seen, and stays, or is put
    back if it came in the moment between the look and the renaming.
    """
    if _seen(path) != dead:
        return True
    partials.give_up(layout, dead.owner)
    grave = path.with_name(f"{path.name}.{uuid.uuid4().hex[:12]}")
    try:
        path.rename(grave)
        buried = _seen(grave)
        if buried is not None and buried.token != dead.token:
            with suppress(OSError):
                path.hardlink_to(grave)
        grave.unlink()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
