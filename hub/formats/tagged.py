"""Words with their tags, a word a line and an empty line after each sentence: the columns of CoNLL's shared tasks.

    Confidence NN B-NP
    in IN B-PP

A line is taken without the blanks around it, and any number of empty lines ends a sentence. The format: Tjong Kim Sang
and Buchholz, Introduction to the CoNLL-2000 Shared Task, section 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.errors import FormatError
from hub.formats.lines import blocks_of_lines, wrong_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


LONGEST = 1 << 20
"""Words of a sentence: where there are more, nobody has put empty lines between sentences."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a line is written: so many values, with the separator between them, or any blanks where it is "".

    Lines that begin with `comments` are left out, if that is not "".
    """

    width: int
    separator: str = ""
    comments: str = ""

    def split(self, lines: pa.Array) -> pa.ListArray:
        """Return the values of each line."""
        # perf: Arrow does all of this at ten times the rate of a loop over lines.
        return pc.split_pattern(lines, self.separator) if self.separator else pc.utf8_split_whitespace(lines)

    @property
    def expected(self) -> str:
        """What to say that a line should have."""
        return f"{self.width} values with {repr(self.separator) if self.separator else 'blanks'} between"


def sentences(stream: BinaryIO, where: object, form: Form, encoding: str = "utf-8") -> Iterator[list[pa.Array]]:
    """Yield an array for each column, of lists of words, one a sentence; as many sentences as a block of text has.

    Raises FormatError, naming the line, if one has more or fewer values than the others, or if no sentence ends; and if
    there are no words.
    """
    begun = _Begun(where, form)
    empty = True
    for block in chain(blocks_of_lines(stream, where, encoding), ["\n"]):
        for columns in begun.ended_by(block):
            empty = False
            yield columns
    if empty:
        raise FormatError(f"{where} holds no words", path=where, expected=form.expected, found="empty lines")


def column_names(width: int) -> list[str]:
    """Return what so many columns are called where nobody says: words first, tags last.

    >>> column_names(1), column_names(3)
    (['words'], ['words', 'column_2', 'tags'])
    """
    return ["words", *(f"column_{number}" for number in range(2, width)), "tags"][:width]


class _Begun:
    """The sentence that the blocks so far have left open, and how many lines they had."""

    def __init__(self, where: object, form: Form) -> None:
        self._where = where
        self._form = form
        self._words = [pa.array([], pa.string())] * form.width
        self._lines = 0

    def ended_by(self, block: str) -> Iterator[list[pa.Array]]:
        """Yield the sentences that end in a block, if any do."""
        lines = pc.utf8_trim_whitespace(pc.split_pattern(pa.array([block.removesuffix("\n")]), "\n").flatten())
        kept = self._told(lines)
        empty = pc.equal(pc.binary_length(kept), 0)
        ends = _ends(empty, len(self._words[0]))
        added = self._columns(kept.filter(pc.invert(empty)), lines)
        whole = [pa.concat_arrays([begun, more]) for begun, more in zip(self._words, added, strict=True)]
        count = int(ends[-1])
        self._words = [words[count:] for words in whole]
        self._lines += len(lines)
        if len(self._words[0]) > LONGEST:
            raise wrong_line(
                self._where, self._lines, "empty lines between sentences", f"{LONGEST:,} lines without one"
            )
        if count:
            yield [pa.ListArray.from_arrays(pa.array(ends, pa.int32()), words[:count]) for words in whole]

    def _told(self, lines: pa.Array) -> pa.Array:
        mark = self._form.comments
        return lines.filter(pc.invert(pc.starts_with(lines, mark))) if mark else lines

    def _columns(self, filled: pa.Array, lines: pa.Array) -> list[pa.Array]:
        form = self._form
        split = form.split(filled)
        if not pc.all(pc.equal(pc.list_value_length(split), form.width), min_count=0).as_py():
            raise self._wrong(lines)
        flat = split.flatten()
        return [flat.take(pa.array(np.arange(place, len(flat), form.width))) for place in range(form.width)]

    def _wrong(self, lines: pa.Array) -> FormatError:
        """Return the error for the first line that has another number of values."""
        counts = pc.list_value_length(self._form.split(lines))
        odd = pc.and_(pc.not_equal(counts, self._form.width), pc.greater(pc.binary_length(lines), 0))
        if self._form.comments:
            odd = pc.and_(odd, pc.invert(pc.starts_with(lines, self._form.comments)))
        first = pc.index(odd, value=True).as_py()
        return wrong_line(self._where, self._lines + first + 1, self._form.expected, repr(lines[first].as_py()))


def _ends(empty: pa.Array, begun: int) -> NDArray[np.int64]:
    """Return 0 and, for each sentence that ends, how many words there are up to its end; `begun` are there before."""
    places = np.flatnonzero(empty.to_numpy(zero_copy_only=False))
    words_before = places - np.arange(len(places)) + begun
    return np.unique(np.concatenate([[0], words_before]))  # several empty lines end the same sentence
