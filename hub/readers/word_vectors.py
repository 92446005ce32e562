"""Word vectors as text: GloVe, fastText, word2vec, and character n-grams in the same form.

    2519370 300                 fastText and word2vec: rows and numbers a row; GloVe has no such line
    the 0.418 0.24968 ...       a token and its numbers, single spaces between them
    , 0.013441 0.23682 ...

As torchtext reads it: only the plain space parts a line, so that a token may hold others such as the non-breaking one;
white space at the end of a line does not count; a line of a token and one number is taken for a header wherever it
stands, and passed over; so is a line whose token is no UTF-8. `passed_over` is how many lines from the first vector on
these are, which the log tells too. A token that occurs twice has two rows.

The text is read twice: once for the tokens, since all of them stand before the numbers, and once for the numbers.
Memory is that of the tokens and of a few blocks.

Options: `file`, the name of the text; `max_vectors`, how many rows to read, or 0 for all.
"""

from __future__ import annotations

import glob
import logging
import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.archives import blocks_of
from hub.errors import FormatError
from hub.formats.lines import wrong_line
from hub.readers import Read
from hub.readers.blocks import Blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO, TypeVar

    from numpy.typing import NDArray

    from hub.readers import Options
    from hub.trees import Tree

    T = TypeVar("T")
    S = TypeVar("S")

VERSION = 1

logger = logging.getLogger("hub")

AT_ONCE = 1 << 21
"""Bytes of a block: a few thousand lines, whose numbers still fit into the processor's cache."""

LONGEST = 1 << 26
"""Bytes of the longest line there can be: three million numbers."""


MOST_THREADS = 8
"""Of which each holds a block; inflating, which only one can do, is then slower than all of them."""


@dataclass(frozen=True, slots=True)
class _Text:
    """One text of vectors, in blocks of whole lines."""

    tree: Tree
    name: str

    def __str__(self) -> str:
        return f"{self.name} in {self.tree}"

    def blocks(self, last: int | None = None) -> Iterator[tuple[int, list[bytes]]]:
        """Yield some lines at a time, without line feeds, and the number of the first of them; none behind `last`."""
        for _, stream in self.tree.stream(glob.escape(self.name)):
            for number, lines in self._blocks_of(stream):
                if last is not None and last < number + len(lines):
                    yield number, lines[: last - number + 1]
                    return
                yield number, lines
            return
        raise self.tree.missing(self.name)

    def _blocks_of(self, stream: BinaryIO) -> Iterator[tuple[int, list[bytes]]]:
        number, begun = 1, b""
        for data in blocks_of(stream, self, AT_ONCE):
            *whole, begun = (begun + data).split(b"\n")
            if len(begun) > LONGEST:
                found = f"{len(begun)} without an end"
                raise wrong_line(self, number + len(whole), f"a line of at most {LONGEST} bytes", found)
            yield number, whole
            number += len(whole)
        if begun:
            yield number, [begun]


@dataclass(frozen=True, slots=True)
class _Tokens:
    """What the first reading finds out."""

    tokens: pa.Array
    dim: int
    last: int
    """The number of the last line that is to be read."""
    passed_over: int


@dataclass(frozen=True, slots=True)
class _Row:
    """A line that is a vector: its number, the token if it is UTF-8, and the numbers as they stand there."""

    number: int
    token: str | None
    numbers: bytes


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `token` and `vector`, float32 of shape (rows, dimension), in the order of the lines.

    Raises FormatError, naming the line, for one of another dimension or with something that is no number.
    """
    text = _Text(tree, str(options["file"]))
    most = int(str(options.get("max_vectors", 0)))
    found = _tokens(text, most)
    shape = (len(found.tokens), found.dim)
    vectors = Blocks(str(text), shape, np.dtype(np.float32), lambda: _vectors(text, found))
    return Read({"token": found.tokens, "vector": vectors}, about={"passed_over": found.passed_over})


def _tokens(text: _Text, most: int) -> _Tokens:
    parts: list[pa.Array] = []
    rows = dim = first = last = 0
    for number, lines in text.blocks():
        found = list(_until(_rows(text, number, lines), most - rows if most else -1))
        if found and not first:
            first, dim = found[0].number, found[0].numbers.count(b" ") + 1
        parts.append(pa.array([row.token for row in found if row.token is not None], pa.string()))
        rows += len(parts[-1])
        if most and rows == most:
            last = found[-1].number
            break
        last = number + len(lines) - 1
    if not rows:
        raise FormatError(f"{text} holds no vectors", path=str(text), expected="a token and its numbers", found="none")
    passed_over = last - first + 1 - rows
    if passed_over:
        logger.warning("%s: %d lines without a vector or a token in UTF-8 are passed over", text, passed_over)
    return _Tokens(pa.concat_arrays(parts), dim, last, passed_over)


def _rows(text: _Text, first: int, lines: Iterable[bytes]) -> Iterator[_Row]:
    """Yield the lines that are vectors. Raises FormatError for one without any number."""
    for number, line in enumerate(lines, first):
        token, _, numbers = line.rstrip().partition(b" ")
        if b" " in numbers:
            yield _Row(number, _decoded(token), numbers)
        elif not numbers:
            found = token.decode("utf-8", "backslashreplace") or "an empty line"
            raise wrong_line(text, number, "a token and its numbers, with single spaces between them", found)


def _until(rows: Iterator[_Row], count: int) -> Iterator[_Row]:
    """Yield rows until so many of them have a token, or all if `count` is negative."""
    for row in rows:
        yield row
        count -= row.token is not None
        if not count:
            return


def _decoded(token: bytes) -> str | None:
    try:
        return token.decode()
    except UnicodeDecodeError:
        return None


def _vectors(text: _Text, found: _Tokens) -> Iterator[NDArray[np.float32]]:
    def parsed(block: tuple[int, list[bytes]]) -> NDArray[np.float32]:
        return _parsed(text, [row for row in _rows(text, *block) if row.token is not None], found.dim)

    return _side_by_side(parsed, text.blocks(found.last))


def _parsed(text: _Text, rows: list[_Row], dim: int) -> NDArray[np.float32]:
    """Return the numbers of some rows: rounded to float64 first, as Python reads them, and then to float32."""
    values = _at_once([row.numbers for row in rows], dim)
    if values is None:
        values = np.array([_one_by_one(text, row, dim) for row in rows], np.float64)
    with np.errstate(over="ignore"):
        return values.reshape(len(rows), dim).astype(np.float32)


def _at_once(rows: list[bytes], dim: int) -> NDArray[np.float64] | None:
    """Return the numbers, with spaces between them, or None unless all are some and each row has `dim` of them.

    perf: Arrow casts 500 MB/s; what numpy and Python themselves parse is a third of that or less.
    """
    joined = b" ".join([*rows, b""])
    ends = np.flatnonzero(np.frombuffer(joined, np.uint8) == ord(" "))
    if len(ends) != len(rows) * dim or (ends[dim - 1 :: dim] + 1 != np.cumsum([len(row) + 1 for row in rows])).any():
        return None
    offsets = np.zeros(len(ends) + 1, np.int32)
    offsets[1:] = ends - np.arange(len(ends))
    words = joined.translate(None, b" ")
    array = pa.Array.from_buffers(pa.string(), len(ends), [None, pa.py_buffer(offsets), pa.py_buffer(words)])
    try:
        values: NDArray[np.float64] = pc.cast(array, pa.float64()).to_numpy()
    except pa.ArrowInvalid:
        return None
    return values if np.isfinite(values).all() else None  # Python knows other names of what is not


def _one_by_one(text: _Text, row: _Row, dim: int) -> list[float]:
    words = row.numbers.split(b" ")
    if len(words) != dim:
        found = f"{len(words)} for {row.token!r}"
        raise wrong_line(text, row.number, f"{dim} numbers, as in the lines before", found)
    try:
        return [float(word) for word in words]
    except ValueError as error:
        raise wrong_line(text, row.number, "numbers behind the token", f"{error} for {row.token!r}") from error


def _side_by_side(function: Callable[[T], S], values: Iterator[T]) -> Iterator[S]:
    """Yield `function(value)` in order, some of them made at once by threads; no more are read ahead than those."""
    count = min(os.cpu_count() or 1, MOST_THREADS)
    with ThreadPoolExecutor(count) as pool:
        running = deque(pool.submit(function, value) for value in islice(values, count))
        try:
            while running:
                yield running.popleft().result()
                running.extend(pool.submit(function, value) for value in islice(values, 1))
        finally:
            for each in running:
                each.cancel()
