"""Counting what stands between whitespace: Arrow counts words where they lie, and Python makes none but distinct ones.

Exactly the words of `str.split`: lines with a character outside ASCII are left to it, because Unicode has more that is
whitespace.
"""

from __future__ import annotations

from collections import Counter, deque
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.errors import HubError
from hub.text.vocab.counting import AT_ONCE, batches, failed, tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from hub.text.vocab.counting import Batches

    Spaced = Callable[[str], str]
    Counts = tuple[pa.Array, NDArray[np.int64]]
    Both = tuple[Counts, Counter[Any]]

# Characters at the beginning that are counted without Arrow, which has to start its threads first.
SMALL = 1 << 20

# perf: characters counted at once. The more, the fewer words are in several counts, which must be merged: 4 million
# take a quarter more time than 16 million. In Arrow and Python they take about six times their size.
LARGE = 1 << 24

# perf: counts are merged when they have so many words; or twice as many as there are, so that few are merged often.
MERGED_AT = 1 << 20

END = " "
WHITE = "\t\n\v\f\r\x1c\x1d\x1e\x1f"
"""What `str.split` parts ASCII at, beside the space."""


def count_words(texts: Iterable[str], spaced: Spaced, threads: int) -> Counter[Any]:
    """Return how often each word occurs in texts, after `spaced` has parted tokens by whitespace.

    It is given many lines as one text, in which no token lies across the end of a line.
    """
    counter: Counter[Any] = Counter()
    rest = iter(texts)
    first = next(batches(rest, SMALL), [])
    _count_in_python(counter, first, spaced)
    if sum(map(len, first)) >= SMALL:
        _count_in_threads(counter, batches(rest, LARGE), spaced, threads)
    return counter


def _count_in_python(counter: Counter[Any], lines: list[str], spaced: Spaced) -> None:
    tally(counter, lambda batch: spaced("\n".join(batch)).split(), batches(lines, AT_ONCE))


def _count_in_threads(counter: Counter[Any], batched: Batches, spaced: Spaced, threads: int) -> None:
    counts: list[Counts] = []
    with ThreadPoolExecutor(threads) as pool:
        for count, others in _ahead(pool, partial(_count_batch, spaced=spaced), batched, threads):
            counter.update(others)
            counts = _settled([*counts, count])
    if counts:
        words, numbers = _merged(counts)
        counter.update({word[:-1]: number for word, number in zip(words.to_pylist(), numbers.tolist(), strict=True)})
        del counter[""]  # between two spaces


def _settled(counts: list[Counts]) -> list[Counts]:
    """Return counts as one if they have many words; the first is what was merged before."""
    many = max(MERGED_AT, 2 * len(counts[0][0]))
    return [_merged(counts)] if sum(len(words) for words, _ in counts) > many else counts


def _merged(counts: list[Counts]) -> Counts:
    """Return counts as one, in which every word is once."""
    encoded = pa.chunked_array([words for words, _ in counts]).dictionary_encode()
    words = encoded.chunk(encoded.num_chunks - 1).dictionary
    numbers = np.zeros(len(words), np.int64)
    for places, (_, more) in zip(encoded.chunks, counts, strict=True):
        numbers[places.indices.to_numpy()] += more  # a word is once in each count too
    return words, numbers


def _ahead(
    pool: ThreadPoolExecutor, function: Callable[[list[str]], Both], batched: Batches, most: int
) -> Iterator[Both]:
    """Yield the function's results in order, with at most so many batches read ahead."""
    waiting: deque[Future[Both]] = deque()
    for batch in batched:
        waiting.append(pool.submit(function, batch))
        if len(waiting) > most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _count_batch(lines: list[str], spaced: Spaced) -> Both:
    """Return how often words occur, each with a space at its end; and those of lines outside ASCII, without."""
    others: Counter[Any] = Counter()
    text = "\n".join(lines)
    if not text.isascii():
        _count_in_python(others, [line for line in lines if not line.isascii()], spaced)
        text = "\n".join(line for line in lines if line.isascii())
    counted = pc.value_counts(_ended_words(_parted(text, spaced)))
    return (counted.field(0), counted.field(1).to_numpy()), others


def _parted(text: str, spaced: Spaced) -> str:
    try:
        text = spaced(text)
    except HubError:
        raise
    except Exception as error:
        raise failed(error) from error
    for white in WHITE:
        text = text.replace(white, END)
    return text + END


def _ended_words(text: str) -> pa.Array:
    """Return what ends with each space of a text, as an Arrow array whose strings lie in the text itself."""
    letters = text.encode("ascii")
    ends = np.flatnonzero(np.frombuffer(letters, np.uint8) == ord(END)) + 1
    offsets = np.concatenate([[0], ends])
    return pa.LargeStringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(letters))
