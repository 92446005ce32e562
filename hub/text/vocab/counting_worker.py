"""What a process that counts tokens does; hub.text.vocab.counting_processes starts it.

    in   [tokenizer, pickled by the other side], then lists of texts, to the end of the stream
    out  Ready or Unfit at once; in the end a Counter, or Broken

Both streams carry pickles, one after the other. What a tokenizer prints goes to stderr.
"""

from __future__ import annotations

import os
import pickle
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any, BinaryIO

from hub.text.vocab.counting import tokens_of

if TYPE_CHECKING:
    from hub.text.vocab.counting import Batches, Tokenizer

PARENT_SECONDS = 1.0
"""How long this process may outlive the one that started it."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The tokenizer is there."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """The tokenizer cannot be loaded in another process."""

    why: str


@dataclass(frozen=True, slots=True)
class Broken:
    """Counting failed: the tokenizer's own exception if it can be pickled, and its traceback."""

    error: Exception
    trace: str


def main() -> None:
    """Answer on what was stdout, which from now on is stderr."""
    with os.fdopen(os.dup(1), "wb") as answers, os.fdopen(os.dup(0), "rb") as texts:
        os.dup2(2, 1)
        with open(os.devnull, "rb") as nothing:  # noqa: PTH123  a descriptor is wanted
            os.dup2(nothing.fileno(), 0)
        Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
        serve(texts, answers)


def _end_with(parent: int) -> None:
    """End this process when the one that started it is gone, even if a tokenizer never comes to an end."""
    while os.getppid() == parent:
        time.sleep(PARENT_SECONDS)
    os._exit(1)


def serve(texts: BinaryIO, answers: BinaryIO) -> None:
    """Load the tokenizer, count all texts, and answer."""
    try:
        tokenizer = pickle.loads(pickle.load(texts))  # noqa: S301  from the process that started this one
    except Exception as error:  # noqa: BLE001  whatever importing its module raises
        _send(answers, Unfit(f"{type(error).__name__}: {error}"))
        return
    _send(answers, Ready())
    answer = _counted(tokenizer, texts)
    texts.close()  # who writes texts hears of the end before there is somebody to read a long answer
    _send(answers, answer)


def _counted(tokenizer: Tokenizer, texts: BinaryIO) -> Counter[Any] | Broken:
    counter: Counter[Any] = Counter()
    tokens = tokens_of(tokenizer)
    try:
        for batch in _received(texts):
            counter.update(tokens(batch))
    except Exception as error:  # noqa: BLE001  it is raised where somebody waits for the answer
        return _broken(error)
    return counter


def _broken(error: Exception) -> Broken:
    trace = "".join(traceback.format_exception(error))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  just made
    except Exception:  # noqa: BLE001  exceptions with a constructor of their own do not come back
        return Broken(RuntimeError(f"{type(error).__name__}: {error}"), trace)
    return Broken(error, trace)


def _received(texts: BinaryIO) -> Batches:
    while True:
        try:
            batch: list[str] = pickle.load(texts)  # noqa: S301  from the process that started this one
        except EOFError:
            return
        yield batch


def _send(answers: BinaryIO, answer: object) -> None:
    pickle.dump(answer, answers, protocol=pickle.HIGHEST_PROTOCOL)
    answers.flush()
