"""What one run writes: each name once, however often the index changes meanwhile; what is there is left alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hub.progress import Progress
    from hub.publish.drafts import Hashed
    from hub.publish.places import Place

T = TypeVar("T")

# Uploads wait for the network, not for the processor.
AT_ONCE = 8


@dataclass(slots=True)
class Writing:
    """A run that writes into a place, or with `dry` only tells what it would write.

    `done` are path and size of what it has written, `present` the paths of what was there.
    """

    place: Place
    progress: Progress
    dry: bool = False
    done: dict[str, int] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def small(self, files: Mapping[str, bytes]) -> None:
        """Write what is in memory, by its path."""
        _together(lambda path: self._put(path, files[path]), self._new(files))

    def large(self, files: Mapping[str, Hashed]) -> None:
        """Copy files to paths that are named by their digests."""
        wanted = self._new(files)
        if wanted:
            self.progress.start("publishing", sum(files[path].size for path in wanted))
            _together(lambda path: self._copy(path, files[path]), wanted)
            self.progress.finish()

    def _new(self, paths: Iterable[str]) -> list[str]:
        return [path for path in paths if path not in self.done and path not in self.present]

    def _put(self, path: str, data: bytes) -> None:
        if not self._is_there(path, len(data)):
            if not self.dry:
                self.place.put(path, data)
            self.done[path] = len(data)

    def _copy(self, path: str, file: Hashed) -> None:
        if self._is_there(path, file.size):
            self._advance(file.size)
            return
        if not self.dry:
            self.place.put_file(path, file.path, file.sha256, self._advance)
        self.done[path] = file.size

    def _advance(self, count: int) -> None:
        with self._lock:
            self.progress.advance(count)

    def _is_there(self, path: str, size: int) -> bool:
        found = self.place.holds(path, size)
        if found:
            self.present.add(path)
        return found


def _together(does: Callable[[T], None], values: Iterable[T]) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = [pool.submit(does, value) for value in values]
        try:
            for each in futures:
                each.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
