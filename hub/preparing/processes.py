"""Parts made by processes of this machine.

They are started as commands of this Python, so that neither a missing `if __name__ == "__main__"`, nor a notebook, nor
threads that a fork would leave behind are in the way. One that dies is replaced, and its part made again.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, cast

from hub.errors import HubError, WorkerFailed, first_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hub.datasets.uniform.making import Order

PROGRAM = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from hub.preparing.worker import main; main()"

# A process may be killed by somebody who needs its memory; one that dies of the same part each time must end it.
RETRIES = 5


@dataclass(frozen=True, slots=True)
class Processes:
    """An engine of so many processes."""

    count: int

    def __call__(self, orders: Sequence[Order]) -> Iterator[int]:
        """Have all orders fulfilled and yield the size of each when it is.

        Raises what a process raises, and WorkerFailed if processes die of an order again and again.
        """
        idle: SimpleQueue[Process] = SimpleQueue()
        processes = [Process() for _ in range(min(self.count, len(orders)))]
        for each in processes:
            idle.put(each)

        def done(order: Order) -> int:
            process = idle.get()
            try:
                return process.fulfil(order)
            finally:
                idle.put(process)

        with ThreadPoolExecutor(max(1, len(processes))) as pool:
            given = [pool.submit(done, order) for order in orders]
            try:
                for answer in as_completed(given):
                    yield answer.result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
                for process in processes:
                    process.end()


class Process:
    """One process that fulfils orders, replaced when it dies."""

    def __init__(self) -> None:
        self._running: subprocess.Popen[bytes] | None = None
        self._ended = False

    def fulfil(self, order: Order) -> int:
        """Return the size of what was made; raises what the process raised, WorkerFailed if it died each time."""
        code = 0
        for _ in range(RETRIES + 1):
            answer = self._answer(pickle.dumps(order))
            if isinstance(answer, HubError):
                raise answer
            if isinstance(answer, BaseException):
                raise _failed(f"{type(answer).__name__}: {first_line(str(answer))}") from answer
            if answer is not None:
                return cast("int", answer)
            code = self._reaped()
            if self._ended:
                break
        raise _failed(f"exit code {code}, {RETRIES + 1} times")

    def end(self) -> None:
        """End the process, whatever it is at: what is half made leaves no trace."""
        self._ended = True
        if self._running is not None:
            self._running.kill()
            self._reaped()

    def _answer(self, order: bytes) -> object:
        """Return what the process answers, None if it is gone."""
        if self._running is None:
            command = [sys.executable, "-c", PROGRAM, json.dumps(sys.path)]
            self._running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603  this Python
        try:
            orders = cast("IO[bytes]", self._running.stdin)
            orders.write(order)
            orders.flush()
            answer: object = pickle.load(cast("IO[bytes]", self._running.stdout))  # noqa: S301  from a process of ours
        except (EOFError, OSError, pickle.UnpicklingError, ValueError):
            return None
        return answer

    def _reaped(self) -> int:
        running, self._running = self._running, None
        if running is None:
            return 0
        for stream in (running.stdin, running.stdout):
            try:
                cast("IO[bytes]", stream).close()
            except OSError:  # what was not sent goes with the process
                continue
        running.kill()
        return running.wait()


def _failed(found: str) -> WorkerFailed:
    return WorkerFailed(
        "a process that made a part ended before it was done",
        expected="a size",
        found=found,
        hint="it may have run out of memory, see what it wrote above; what is done is kept: run it again to go on",
    )
