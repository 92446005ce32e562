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

from hub.text.vocab.counting import AT_ONCE, batches, tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from hub.text.vocab.counting import Batches

    Spaced = Callable[[str], str]
    Counts = tuple[pa.Array, NDArray[np.int64]]
    Both = tuple[Counts, Counter[Any]]

# Characters at the beginning that are counted without Arrow, which has to start its threads first.
SMALL = 1 << 20

# perf: characters counted at once. The more, the fewer words are in several counts, which must be merged, but the more
# slowly Arrow finds its own: 8 million are best by little. In Python and Arrow they take about six times their size.
LARGE = 1 << 23

# perf: counts are merged when they have so many words; or twice as many as there are, so that few are merged often.
MERGED_AT = 1 << 20

SPACE = b" "
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
        counter.update(_as_dict(words, numbers))


def _as_dict(words: pa.Array, numbers: NDArray[np.int64]) -> dict[str, int]:
    # perf: all words lie one after the other, so one split makes them, in a third of the time of to_pylist.
    _, offsets, letters = words.buffers()
    first, last = np.frombuffer(offsets, np.int64)[[words.offset, words.offset + len(words)]]
    split = str(memoryview(letters)[first:last], "ascii").split(" ")
    counts = dict(zip(split[1:], numbers.tolist(), strict=True))
    counts.pop("", None)  # what is between two spaces
    return counts


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
    """Return how often words occur, each with a space before it; and those of lines outside ASCII, without."""
    others: Counter[Any] = Counter()
    text = "\n".join(lines)
    if not text.isascii():
        _count_in_python(others, [line for line in lines if not line.isascii()], spaced)
        text = "\n".join(line for line in lines if line.isascii())
    parted: list[bytes] = []
    tally(others, lambda pieces: _other_words(spaced(pieces[0]), parted), ([piece] for piece in _pieces(text)))
    counted = pc.value_counts(_words(SPACE.join([b"", *parted, b"", b""])))
    return (counted.field(0), counted.field(1).to_numpy()), others


def _pieces(text: str) -> Iterator[str]:
    """Part a text at ends of lines, into pieces that the processor's cache holds while they are rewritten."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + AT_ONCE)
        end = len(text) if end < 0 else end
        yield text[start:end]
        start = end


def _other_words(text: str, parted: list[bytes]) -> list[str]:
    """Keep a text with spaces for all whitespace; but if a tokenizer put more than ASCII into it, return its words."""
    if not text.isascii():
        return text.split()
    for white in WHITE:
        text = text.replace(white, " ")
    parted.append(text.encode("ascii"))
    return []


def _words(letters: bytes) -> pa.Array:
    """Return what begins with each space but the last, as an Arrow array whose strings lie in the text itself."""
    offsets = np.flatnonzero(np.frombuffer(letters, np.uint8) == ord(SPACE))
    return pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(letters))
