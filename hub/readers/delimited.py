"""Tables of text, one row a line: CSV, and columns with tabs between them. AG News, Yelp, Amazon, GLUE and others.

    "3","Title, in quotes","A ""quoted"" word"      quoted: as Python's csv reads it; a field may hold line breaks
    3<TAB>A "quoted" word<TAB>more                  not quoted: a quotation mark is a character like others

Options

    file        the file, below the dataset's folder
    columns     what each column is: "<field>" or "<field>:<kind>", and "" for one that is not kept. "*" behind the last
                stands for all columns that follow: with a field they are joined with blanks, as torchtext joins title
                and text, else they are not kept. Kinds: text, stripped (without blanks around it), int, float, class
    delimiter   between columns; a comma unless it says otherwise
    quoted      whether quotation marks are those of CSV; true unless it says otherwise
    skip        lines of a header
    classes     names that a column of the kind class holds, in the order of their labels
    first       the label of the first of them; 0 unless it says otherwise
    unlabelled  whether rows of another class are left out and not refused, as torchtext does for pairs of MultiNLI
                that people did not agree on, whose label is "-"
    encoding    UTF-8 unless it says otherwise
    blank       whether empty lines are left out and not refused
    ragged      whether rows of another number of columns are left out and not refused, as torchtext does for CoLA
"""

from __future__ import annotations

import csv
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from hub.errors import FormatError, InvalidInput
from hub.formats.lines import ended_lines, wrong_line
from hub.readers import words
from hub.readers.parts import FEW, WORDS, growing

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import BinaryIO, Literal

    from hub.readers import Column, Options
    from hub.trees import Tree

    Row = list[str]

VERSION = 1

LONGEST = 1 << 26
"""Characters of a field. Python's own limit is 131,072, which an article can have; a file whose last quotation mark is
lost would be one field of gigabytes."""

END = "\0the end of the file\0"
"""A row of its own behind the last, unless that has an open quote: csv says nothing of one."""

NUMBERS: dict[str, tuple[type, str]] = {"int": (np.int64, "a whole number"), "float": (np.float64, "a number")}
KINDS = ("text", "stripped", "class", *NUMBERS)


@dataclass(frozen=True, slots=True)
class Kept:
    """A column that is kept: where it stands, the field it becomes and its kind; `rest` adds all that follow."""

    place: int
    field: str
    kind: str
    rest: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """What the options say of a row."""

    kept: tuple[Kept, ...]
    width: int
    open: bool
    """Whether more columns may follow."""
    ragged: bool
    blank: bool
    classes: Mapping[str, int]
    unlabelled: bool

    def fits(self, width: int) -> bool:
        """Tell whether a row may have so many columns."""
        return width == self.width or (self.open and width > self.width)


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows as they stand in a file, the first of them on line `line`."""

    rows: Sequence[Row]
    line: int
    where: str

    def wrong(self, row: Row, expected: str, found: str) -> FormatError:
        """Return the error to raise for one of the rows."""
        before = self.rows[: next(number for number, each in enumerate(self.rows) if each is row)]
        return wrong_line(self.where, self.line + sum(map(_lines, before)), expected, found)


def read_parts(tree: Tree, options: Options) -> Iterator[Mapping[str, Column]]:
    """Yield a column for each field that `columns` names, in the order of the file."""
    layout = _layout(options)
    name = str(options["file"])
    for found, stream in tree.stream(name):
        for part in _parts(stream, f"{found} in {tree}", options):
            yield _columns(part, layout)
        return
    raise tree.missing(name)


def _layout(options: Options) -> Layout:
    texts = words(options, "columns")
    first = int(str(options.get("first", 0)))
    named = [(number, text) for number, text in enumerate(texts) if text.strip("*")]
    return Layout(
        kept=tuple(_kept(number, text) for number, text in named),
        width=len(texts) - (texts[-1] == "*"),
        open=texts[-1].endswith("*"),
        ragged=bool(options.get("ragged", False)),
        blank=bool(options.get("blank", False)),
        classes={name: number for number, name in enumerate(words(options, "classes"), first)},
        unlabelled=bool(options.get("unlabelled", False)),
    )


def _kept(place: int, text: str) -> Kept:
    field, _, kind = text.rstrip("*").partition(":")
    if (kind or "text") not in KINDS:
        raise InvalidInput(f"there is no kind of column {kind!r}", expected=", ".join(KINDS), found=text)
    return Kept(place, field, kind or "text", rest=text.endswith("*"))


def _parts(stream: BinaryIO, where: str, options: Options) -> Iterator[Part]:
    """Yield the rows behind the header. Raises FormatError for a file without a line, and for an open quote."""
    lines = ended_lines(stream, where, str(options.get("encoding", "utf-8")))
    skipped = sum(1 for _ in islice(lines, int(str(options.get("skip", 0)))))
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if options.get("quoted", True) else csv.QUOTE_NONE
    reader = csv.reader(chain(lines, [END]), delimiter=str(options.get("delimiter", ",")), quoting=quoting)
    for size in growing():
        line = skipped + reader.line_num + 1
        part = Part(_some(reader, where, skipped, size), line, where)
        last = part.rows[-1]
        if not last or not last[-1].endswith(END):
            yield part
            continue
        if last != [END]:
            raise part.wrong(last, "a quotation mark that is closed", "the end of the file")
        if line == 1 and len(part.rows) == 1:
            raise wrong_line(where, 1, "a row", "an empty file")
        yield Part(part.rows[:-1], line, where)
        return


def _some(reader: Reader, where: str, skipped: int, most: int) -> list[Row]:
    """Return some thousand rows, fewer if they are long."""
    found: list[Row] = []
    size = 0
    try:
        with _long_fields():
            while len(found) < most and size < WORDS:
                few = list(islice(reader, FEW))
                found += few
                size += sum(map(len, chain.from_iterable(few)))
                if len(few) < FEW:
                    break
    except csv.Error as error:
        raise wrong_line(
            where, skipped + reader.line_num, f"a field of at most {LONGEST:,} characters", str(error)
        ) from error
    return found


ONE_AT_A_TIME = Lock()


@contextmanager
def _long_fields() -> Iterator[None]:
    # The limit is one for the whole process: it is as it was as soon as these rows are read.
    with ONE_AT_A_TIME:
        before = csv.field_size_limit(LONGEST)
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _columns(part: Part, layout: Layout) -> dict[str, Column]:
    rows = _fitting(part, layout)
    for each in layout.kept if layout.unlabelled else ():
        if each.kind == "class":
            rows = [row for row in rows if row[each.place] in layout.classes]
    return {each.field: _values(part, rows, each, layout) for each in layout.kept}


def _fitting(part: Part, layout: Layout) -> Sequence[Row]:
    widths = set(map(len, part.rows))
    if all(map(layout.fits, widths)):
        return part.rows
    if layout.blank and all(map(layout.fits, widths - {0})):
        return [row for row in part.rows if row]
    if layout.ragged:
        return [row for row in part.rows if layout.fits(len(row))]
    wrong = next(row for row in part.rows if not layout.fits(len(row)))
    more = " or more" if layout.open else ""
    raise part.wrong(wrong, f"{layout.width}{more} columns", f"{len(wrong)}: {' | '.join(wrong)}")


def _values(part: Part, rows: Sequence[Row], kept: Kept, layout: Layout) -> Column:
    if kept.rest:
        return [" ".join(row[kept.place :]) for row in rows]
    texts = list(map(itemgetter(kept.place), rows))
    if kept.kind in NUMBERS:
        return _numbers(part, rows, texts, kept.kind)
    if kept.kind == "class":
        return _labels(part, rows, texts, layout.classes)
    return [text.strip() for text in texts] if kept.kind == "stripped" else texts


def _numbers(part: Part, rows: Sequence[Row], texts: Sequence[str], kind: str) -> Column:
    dtype, expected = NUMBERS[kind]
    convert: Callable[[str], float] = int if kind == "int" else float

    def converted(some: Iterable[str]) -> Column:
        return np.fromiter(map(convert, some), dtype)

    try:
        return converted(texts)
    except (ValueError, OverflowError) as error:
        for row, text in zip(rows, texts, strict=True):
            try:
                converted([text])
            except (ValueError, OverflowError):
                raise part.wrong(row, expected, repr(text)) from error
        raise


def _labels(part: Part, rows: Sequence[Row], texts: Sequence[str], classes: Mapping[str, int]) -> Column:
    if not classes.keys() >= set(texts):
        row, text = next((row, text) for row, text in zip(rows, texts, strict=True) if text not in classes)
        raise part.wrong(row, ", ".join(classes), repr(text))
    return list(map(classes.__getitem__, texts))


def _lines(row: Row) -> int:
    """Return how many lines of the file a row takes: a quoted field may hold line breaks."""
    return 1 + sum(text.count("\n") for text in row)
