"""Gathering the blocks of an object: out of memory, out of the store, and by requests for what is missing.

Neighbours among missing blocks come with one request, several requests run at once. Whoever reads on where he stopped
is given the next blocks beforehand, twice as many each time. A request that fails for want of a connection, or because
the server is busy, is made again.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from hub.errors import BadStatus, Unreachable
from hub.objects.blocks import SIZE, Blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from hub.objects.doors import Door, State

    Found = dict[int, memoryview]

T = TypeVar("T")

LONGEST = 32
"""Blocks that come with one request: 8 MiB take long enough for the 30 ms until the first byte not to count."""

AHEAD = 128
"""Blocks that are asked for beforehand at most: four requests of the longest, which fill a link of 1 Gbit/s."""

KEPT = 256
"""Blocks that are kept in memory."""

AT_ONCE = 16
"""Requests that run at the same time in one process: of single blocks, some 150 MB/s at 20 ms each."""

PAUSES = (0.2, 0.8, 2.0)
"""Seconds before a request is made again, as often as there are."""

LONGEST_PAUSE = 30.0
"""Seconds that a server may ask to be left alone."""

# Too many requests, and what servers and the proxies in front of them say when they are busy.
PASSING = (429, 500, 502, 503, 504)


class Gatherer:
    """What reads one object; any number of threads may use it at once. A forked process begins with empty hands."""

    def __init__(self, url: str, way: Door, state: State, blocks: Blocks, pause: Callable[[float], None]) -> None:
        self.url = url
        self.size = state.size
        self._door = way
        self._state = state
        self._blocks = blocks
        self._pause = pause
        self._begin_here()

    def _begin_here(self) -> None:
        """Forget what is under way: threads and connections stay behind when a process forks."""
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._memory: OrderedDict[int, memoryview] = OrderedDict()
        self._coming: dict[int, Future[Found]] = {}
        self._last = -1
        self._window = 0
        self._sent_for = 0
        self.transferred = 0
        """Bytes that this process has fetched."""

    def _here(self) -> None:
        if self._process != os.getpid():
            self._begin_here()

    def spans(self, wanted: Sequence[tuple[int, int]]) -> list[bytes | memoryview]:
        """Return the bytes of each (offset, size), fetching what is missing of all of them at once."""
        self._here()
        limited = [(offset, min(offset + size, self.size)) for offset, size in wanted]
        numbers = dict.fromkeys(number for start, stop in limited for number in _numbers(start, stop))
        found = self._gathered(list(numbers))
        return [_cut(found, start, stop) for start, stop in limited]

    def ahead(self, wanted: Iterable[tuple[int, int]]) -> None:
        """Begin to fetch these (offset, size), which will be asked for soon; as many as fit into memory."""
        self._here()
        numbers: dict[int, None] = {}
        for offset, size in wanted:
            numbers.update(dict.fromkeys(_numbers(offset, min(offset + size, self.size))))
            if len(numbers) >= KEPT:
                break
        self._send_for([number for number in list(numbers)[:KEPT] if not self._is_near(number)])

    def _gathered(self, numbers: Sequence[int]) -> Found:
        found: Found = {}
        for number in numbers:
            block = self._near(number)
            if block is not None:
                found[number] = block
        self._send_for([number for number in numbers if number not in found])
        with self._lock:
            coming = {number: self._coming[number] for number in numbers if number in self._coming}
        self._read_ahead(numbers)
        for future in dict.fromkeys(coming.values()):
            found |= future.result()
        # What came between the look and the list of what is coming is in memory, or was pushed out of it again.
        for number in numbers:
            if number not in found:
                found |= self._fetched(range(number, number + 1))
        return found

    def _near(self, number: int) -> memoryview | None:
        """Return a block from memory or from the store."""
        with self._lock:
            if number in self._memory:
                self._memory.move_to_end(number)
                return self._memory[number]
            if number in self._coming:
                return None
        block = self._blocks.read(number)
        if block is not None:
            self._keep({number: block})
        return block

    def _is_near(self, number: int) -> bool:
        with self._lock:
            if number in self._memory or number in self._coming:
                return True
        return self._blocks.has(number)

    def _keep(self, found: Found) -> None:
        with self._lock:
            for number, block in found.items():
                self._memory[number] = block
                self._coming.pop(number, None)
            while len(self._memory) > KEPT:
                self._memory.popitem(last=False)

    def _read_ahead(self, numbers: Sequence[int]) -> None:
        """Send for what comes next, if these blocks are what came after the last ones."""
        if not numbers:
            return
        first, last = numbers[0], numbers[-1]
        goes_on = first in (self._last, self._last + 1) and list(numbers) == list(range(first, last + 1))
        moved, self._last = last != self._last, last
        if not goes_on:
            self._window, self._sent_for = 0, last + 1
            return
        if not moved:
            return
        self._window = min(max(1, self._window * 2), AHEAD)
        stop = min(last + 1 + self._window, -(-self.size // SIZE))
        start = max(self._sent_for, last + 1)
        if stop - start >= min(LONGEST, self._window) or (stop > start and stop * SIZE >= self.size):
            self._sent_for = stop
            self._send_for([number for number in range(start, stop) if not self._is_near(number)])

    def _send_for(self, numbers: Sequence[int]) -> None:
        with self._lock:
            missing = [each for each in numbers if each not in self._coming and each not in self._memory]
            for run in runs(missing):
                future = _pool(os.getpid()).submit(self._fetched, run)
                self._coming.update(dict.fromkeys(run, future))

    def _fetched(self, run: range) -> Found:
        start, stop = run.start * SIZE, min(run.stop * SIZE, self.size)
        try:
            data = memoryview(tried(lambda: self._door.read(self.url, start, stop, self._state), self._pause))
            found = {number: data[(number - run.start) * SIZE :][:SIZE] for number in run}
            for number, block in found.items():
                self._blocks.write(number, block)
            self.transferred += len(data)
            self._keep(found)
        finally:
            with self._lock:
                for number in run:
                    self._coming.pop(number, None)
        return found


def tried(ask: Callable[[], T], pause: Callable[[float], None]) -> T:
    """Return what `ask` returns, asking again where that may help; raises what the last time did."""
    for seconds in PAUSES:
        try:
            return ask()
        except BadStatus as error:
            if error.status not in PASSING:
                raise
            pause(max(seconds, min(error.retry_after or 0.0, LONGEST_PAUSE)))
        except Unreachable:
            pause(seconds)
    return ask()


def runs(numbers: Iterable[int], longest: int = LONGEST) -> Iterator[range]:
    """Yield neighbours among numbers as ranges.

    >>> list(runs([1, 2, 3, 7], longest=2))
    [range(1, 3), range(3, 4), range(7, 8)]
    """
    start = stop = -1
    for number in sorted(numbers):
        if number == stop and stop - start < longest:
            stop += 1
            continue
        if stop > start:
            yield range(start, stop)
        start, stop = number, number + 1
    if stop > start:
        yield range(start, stop)


def _numbers(start: int, stop: int) -> range:
    return range(start // SIZE, -(-stop // SIZE)) if start < stop else range(0)


def _cut(found: Found, start: int, stop: int) -> bytes | memoryview:
    numbers = _numbers(start, stop)
    if len(numbers) == 0:
        return b""
    base = numbers.start * SIZE
    if len(numbers) == 1:
        return found[numbers.start][start - base : stop - base]
    return b"".join(found[each][max(0, start - each * SIZE) : stop - each * SIZE] for each in numbers)


@cache
def _pool(process: int) -> ThreadPoolExecutor:
    """Of one process: threads do not follow into one that is forked."""
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix=f"hub-objects-{process}")
