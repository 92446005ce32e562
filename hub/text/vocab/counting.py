"""Counting the tokens of a corpus, which is read once and never held.

lists of tokens       one loop in C, in this process: to send them elsewhere costs more than to count them
texts, by whitespace  Arrow, in threads: hub.text.vocab.counting_words
texts                 this process for a second, then as many as there are cores: hub.text.vocab.counting_processes
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from multiprocessing import parent_process
from traceback import walk_tb
from typing import Any, TypeAlias

from hub.errors import HubError, InvalidInput, WrongType

Tokenizer: TypeAlias = Callable[[str], Iterable[Any]]
Batches: TypeAlias = Iterator[list[str]]

# perf: characters of texts tokenized at once; with millions of them tokens leave the processor's cache before they are
# counted, which takes half as long again.
AT_ONCE = 1 << 17

# Other processes take about 0.2 s to start, so a corpus that is done within a second is better counted in this one.
PATIENCE_SECONDS = 1.0


def count_lists(lists: Iterable[Any]) -> Counter[Any]:
    """Return how often each token occurs in an iterator's lists; of a dict the values count, and None has no tokens.

    Raises WrongType for anything else that is no list of tokens.
    """
    counter: Counter[Any] = Counter()
    weighed: Counter[Any] = Counter()
    try:
        # Each list is read to its end before the next is asked for: it may be the same list, filled anew.
        counter.update(chain.from_iterable(_plain(tokens, weighed) for tokens in lists))
    except TypeError as error:
        if _raised_elsewhere(error):
            raise
        raise WrongType(
            "of this no vocabulary can be made",
            expected="an iterator of lists of tokens",
            found=str(error),
            hint="for an iterator of texts: build_vocab_from_iterator(texts, tokenizer=str.split)",
        ) from error
    counter.update(weighed)
    return counter


def _plain(tokens: Any, weighed: Counter[Any]) -> Iterable[Any]:  # noqa: ANN401  whatever the iterator yields
    if isinstance(tokens, list):
        return tokens
    if tokens is None or isinstance(tokens, Mapping):
        weighed.update(tokens)
        return ()
    plain: Iterable[Any] = iter(tokens)  # here, where it is known whose error it is
    return plain


def _raised_elsewhere(error: TypeError) -> bool:
    """Tell whether an error came out of code that makes the lists: then it is none about what they are."""
    places = {frame.f_globals["__name__"] for frame, _ in walk_tb(error.__traceback__)}
    return not places <= {__name__, Counter.__module__}


def count_texts(texts: Iterable[str], tokenizer: Tokenizer, workers: int | None = None) -> Counter[Any]:
    """Return how often each token occurs in texts; with `workers` processes, or as many as seem good.

    Raises WrongType for what is no text, and HubError if a tokenizer fails, with its exception as the cause.
    """
    if isinstance(texts, str):
        raise WrongType("this is one text", expected="an iterator of texts", found=f"{texts!r:.60}", hint="[text]")
    if workers is not None and workers < 1:
        raise InvalidInput(f"workers={workers} is no number of processes", expected="1 or more", found=workers)
    spaced = whitespace if tokenizer is str.split else getattr(tokenizer, "spaced", None)
    if spaced is not None:
        from hub.text.vocab.counting_words import count_words

        return count_words(texts, spaced, workers or cores())
    return _in_processes(batches(texts, AT_ONCE), tokenizer, workers)


def whitespace(text: str) -> str:
    """Return a text as it is: its words are its tokens."""
    return text


def _in_processes(batched: Batches, tokenizer: Tokenizer, workers: int | None) -> Counter[Any]:
    counter: Counter[Any] = Counter()
    tokens = tokens_of(tokenizer)
    if workers is None:
        tally(counter, tokens, _for_a_while(batched))
    more = next(batched, None)
    if more is None:
        return counter
    batched = chain([more], batched)
    number = workers or cores()
    if number > 1:
        from hub.text.vocab.counting_processes import count

        counter.update(count(batched, tokenizer, number))
    tally(counter, tokens, batched)  # none is left, unless no other process could do it
    return counter


def _for_a_while(batched: Batches, clock: Callable[[], float] = time.monotonic) -> Batches:
    until = clock() + PATIENCE_SECONDS
    while clock() < until and (batch := next(batched, None)):
        yield batch


def cores() -> int:
    """Return how many processors this process may use; 1 in a process of another, which has the others busy."""
    if parent_process() is not None:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def batches(texts: Iterable[str], size: int) -> Batches:
    """Yield lists of texts with about `size` characters; raises WrongType for what is no text."""
    held: list[str] = []
    filled = 0
    for text in texts:
        if not isinstance(text, str):
            raise _no_text(text)
        held.append(text)
        filled += len(text)
        if filled >= size:
            yield held
            held, filled = [], 0
    if held:
        yield held


def _no_text(found: object) -> WrongType:
    return WrongType(
        "a tokenizer takes texts",
        expected="an iterator of str",
        found=f"{type(found).__name__}: {found!r:.80}",
        hint="of samples such as (label, text) pass the texts; lists of tokens need no tokenizer",
    )


def tokens_of(tokenizer: Tokenizer) -> Callable[[list[str]], Iterable[Any]]:
    """Return the function that makes the tokens of many texts."""
    at_once = getattr(tokenizer, "tokens", None)
    return at_once or (lambda batch: chain.from_iterable(map(tokenizer, batch)))


def tally(counter: Counter[Any], tokens: Callable[[list[str]], Iterable[Any]], batched: Batches) -> None:
    """Add the tokens of texts to a counter; raises HubError if the tokenizer fails."""
    for batch in batched:
        try:
            counter.update(tokens(batch))
        except HubError:
            raise
        except Exception as error:
            raise failed(error) from error


def failed(error: Exception) -> HubError:
    """Return what to raise from a tokenizer's error, unless it is one of this package."""
    return HubError(
        "the tokenizer failed",
        expected="a function from a text to its tokens",
        found=f"{type(error).__name__}: {error}",
        hint="its own exception is shown above",
    )
