"""Counting in other processes, which import nothing of the program that calls.

They are started as commands of this Python, so that neither a missing `if __name__ == "__main__"`, nor a notebook, nor
threads that a fork would leave behind, nor a daemon that may have no children is in the way. They end when this process
does, within a second even if it is killed (on Windows: with the texts they are at).
"""

from __future__ import annotations

import json
import logging
import os
import pickle
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from queue import Queue
from threading import Event
from typing import IO, TYPE_CHECKING, Any

from hub.errors import HubError
from hub.text.vocab.counting import failed
from hub.text.vocab.counting_worker import Broken, Unfit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.text.vocab.counting import Batches, Tokenizer

logger = logging.getLogger("hub")

PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from hub.text.vocab.counting_worker import main; main()"
)


def count(batched: Batches, tokenizer: Tokenizer, number: int) -> Counter[Any]:
    """Return how often each token occurs in texts, with the work shared by a number of processes.

    Where none can load the tokenizer nothing is read and the counter is empty. Raises HubError if one fails.
    """
    payload = _pickled(tokenizer)
    if payload is None:
        return Counter()
    with ExitStack() as stack:
        try:
            workers = [stack.enter_context(started(payload)) for _ in range(number)]
            answers = [worker.answer() for worker in workers]
        except (HubError, OSError) as error:  # what is called python may be the program that has it built in
            return _left_here(str(error))
        unfit = next((answer.why for answer in answers if isinstance(answer, Unfit)), None)
        return _shared(batched, workers) if unfit is None else _left_here(unfit)


def _pickled(tokenizer: Tokenizer) -> bytes | None:
    if not sys.executable or getattr(sys, "frozen", False):
        _left_here("there is no Python to start")
        return None
    try:
        return pickle.dumps(tokenizer)
    except Exception as error:  # noqa: BLE001  whatever its parts raise
        _left_here(f"{type(error).__name__}: {error}")
        return None


def _left_here(why: str) -> Counter[Any]:
    logger.info("texts are tokenized in one process, because no other can: %s", why)
    return Counter()


class Worker:
    """One process that counts."""

    def __init__(self, process: subprocess.Popen[bytes], texts: IO[bytes], answers: IO[bytes]) -> None:
        self.process = process
        self._texts = texts
        self._answers = answers

    def send(self, message: object) -> None:
        """Send texts; raises OSError if the process is gone."""
        pickle.dump(message, self._texts, protocol=pickle.HIGHEST_PROTOCOL)
        self._texts.flush()

    def answer(self) -> object:
        """Return what the process answers; raises HubError if it is gone, or tells of an error."""
        try:
            answer = pickle.load(self._answers)  # noqa: S301  from a process that this one started
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            raise self._gone() from error
        if isinstance(answer, Broken):
            answer.error.add_note(f"in a process that tokenized:\n{answer.trace}")
            raise answer.error if isinstance(answer.error, HubError) else failed(answer.error) from answer.error
        return answer

    def count(self) -> Counter[Any]:
        """Return what was counted; nothing can be sent any more."""
        self.close()
        answer = self.answer()
        if not isinstance(answer, Counter):
            raise self._gone()
        return answer

    def close(self) -> None:
        """Send no more."""
        try:
            self._texts.close()
        except OSError:  # what was not sent goes with the process
            return

    def _gone(self) -> HubError:
        self.process.kill()
        code = self.process.wait()
        return HubError(
            "a process that tokenized ended before its work was done",
            expected="exit code 0",
            found=code,
            hint="it may have run out of memory, see what it wrote above; workers=1 tokenizes in this process",
        )


@contextmanager
def started(payload: bytes) -> Iterator[Worker]:
    """Give a process that has been sent the tokenizer, and end it."""
    command = [sys.executable, "-c", PROGRAM, json.dumps([str(place) for place in sys.path])]
    # In a session of its own it hears no Ctrl-C: this process does, and ends it.
    with subprocess.Popen(command, stdin=-1, stdout=-1, start_new_session=os.name == "posix") as process:  # noqa: S603  # this Python
        assert process.stdin  # noqa: S101  # for mypy
        assert process.stdout  # noqa: S101  # for mypy
        worker = Worker(process, process.stdin, process.stdout)
        try:
            worker.send(payload)
            yield worker
        finally:
            process.kill()
            worker.close()


def _shared(batched: Batches, workers: list[Worker]) -> Counter[Any]:
    total: Counter[Any] = Counter()
    waiting: Queue[list[str] | None] = Queue(len(workers))
    stop = Event()
    with ThreadPoolExecutor(len(workers)) as pool:
        jobs = [pool.submit(_feed, worker, waiting, stop) for worker in workers]
        try:
            _distribute(batched, waiting, stop)
            _end(waiting, workers)
            for job in jobs:
                total.update(job.result())
        except BaseException:  # Ctrl-C too, while a tokenizer may take for ever
            stop.set()
            for worker in workers:
                worker.process.kill()
            _end(waiting, workers)
            raise
    return total


def _end(waiting: Queue[list[str] | None], workers: list[Worker]) -> None:
    for _ in workers:
        waiting.put(None)


def _distribute(batched: Batches, waiting: Queue[list[str] | None], stop: Event) -> None:
    for batch in batched:
        if stop.is_set():
            return
        waiting.put(batch)


def _feed(worker: Worker, waiting: Queue[list[str] | None], stop: Event) -> Counter[Any]:
    """Send texts until there are no more; if the process ends they are taken still, so that nobody waits for it."""
    while (batch := waiting.get()) is not None:
        if stop.is_set():
            continue
        try:
            worker.send(batch)
        except OSError:
            stop.set()
    return worker.count()
