"""Following: reading a file from its beginning while its bytes still arrive, to hash or inflate them meanwhile."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hub.transfer.spans import Spans

T = TypeVar("T")


class Stopped(Exception):
    """The bytes waited for will not come."""


class Arriving(io.RawIOBase):
    """A file that grows in front of its reader, which waits for what has not arrived yet.

    Raises Stopped where no more will arrive. Seeking is possible as in any file, but to its end it waits as well.
    """

    def __init__(self, path: Path, spans: Spans) -> None:
        self._file = path.open("rb", buffering=0)
        self._spans = spans
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        frontier = self._await(self._position + 1)
        wanted = max(min(frontier - self._position, len(buffer)), 0)
        self._file.seek(self._position)
        count = self._file.readinto(memoryview(buffer)[:wanted])
        self._position += count
        return count

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        bases = {io.SEEK_SET: lambda: 0, io.SEEK_CUR: self.tell, io.SEEK_END: self._end}
        self._position = bases[whence]() + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def close(self) -> None:
        self._file.close()
        super().close()

    def _end(self) -> int:
        return self._await(None)

    def _await(self, least: int | None) -> int:
        """Return the frontier once it is at `least` (None: at the end), or all has arrived."""
        spans = self._spans
        with spans.changed:
            while not spans.is_complete:
                if spans.stopped:
                    raise Stopped
                if least is not None and spans.frontier >= least:
                    break
                spans.changed.wait()
            return spans.frontier


class Follower(threading.Thread, Generic[T]):
    """Does something with a file while it arrives, in a thread of its own."""

    def __init__(self, arriving: Arriving, work: Callable[[Arriving], T]) -> None:
        super().__init__(name="hub follower", daemon=True)
        self._arriving = arriving
        self._work = work
        self._result: list[T] = []
        self._error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            with self._arriving:
                self._result.append(self._work(self._arriving))
        except BaseException as error:  # noqa: BLE001  it is raised where the result is asked for
            self._error = error

    def result(self) -> T:
        """Return what the work returned, once it is done, or raise what it raised."""
        self.join()
        if self._error is not None:
            raise self._error
        return self._result[0]
