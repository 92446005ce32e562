"""Lines, tables and JSON out of files that fit into memory, by their names in a tree: read or refused, never guessed.

What may be larger is read with `hub.formats.lines`.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, TypeVar

import msgspec

from hub.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hub.trees import Tree

T = TypeVar("T")

DIGITS = 18
"""Of the largest number, which fits into 64 bits whatever they are."""


def lines(tree: Tree, name: str, *, encoding: str = "utf-8") -> list[str]:
    """Return the lines of a file without their ends; a last empty one does not count."""
    text = tree.text(name, encoding)
    return text.removesuffix("\n").split("\n") if text else []  # splitlines() also splits at rarer characters


def names(tree: Tree, name: str) -> list[str]:
    """Return the lines of a file without the blanks around them; empty ones do not count."""
    return [stripped for line in lines(tree, name) if (stripped := line.strip())]


def columns(tree: Tree, name: str, count: int) -> list[list[str]]:
    """Return the lines as lists of `count` words with blanks between; empty lines do not count.

    Raises FormatError, naming the line, if one has another number of words.
    """
    rows = []
    for number, line in enumerate(lines(tree, name), 1):
        words = line.split()
        if line.strip() and len(words) != count:
            raise wrong_line(tree, name, number, f"{count} values", line)
        if line.strip():
            rows.append(words)
    return rows


def pairs(tree: Tree, name: str, separator: str) -> list[tuple[str, str]]:
    """Return what stands before and behind the first separator of each line, without blanks at the line's ends.

    Raises FormatError, naming the line, if there is nothing on one side.
    """
    found = []
    for number, line in enumerate(lines(tree, name), 1):
        before, _, behind = line.strip().partition(separator)
        if not before or not behind:
            raise wrong_line(tree, name, number, f"two values with {separator!r} between them", line)
        found.append((before, behind))
    return found


def table(tree: Tree, name: str, needed: Sequence[str], *, delimiter: str = ",") -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file with a header. Raises FormatError if it lacks one of the columns `needed`."""
    reader = csv.DictReader(lines(tree, name), delimiter=delimiter)
    lacking = [column for column in needed if column not in (reader.fieldnames or ())]
    if lacking:
        raise FormatError(
            f"{name} in {tree} lacks a column",
            path=name,
            expected=", ".join(needed),
            found=", ".join(reader.fieldnames or ()) or "an empty file",
        )
    for row in reader:
        if None in row.values():
            raise FormatError(
                f"line {reader.line_num} of {name} in {tree} is too short",
                path=name,
                expected=f"{len(reader.fieldnames or ())} values",
                found=str(len([value for value in row.values() if value is not None])),
            )
        yield row


def typed_json(tree: Tree, name: str, kind: type[T]) -> T:
    """Return what a JSON file holds as this type: `dict[str, list[str]]`, or a msgspec.Struct of what is needed.

    Raises FormatError, naming the place, if it is no JSON or of another type.
    """
    try:
        return msgspec.json.decode(tree.read(name), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        what = f"{name} in {tree} is no JSON as expected"
        raise FormatError(what, path=name, expected=getattr(kind, "__name__", str(kind)), found=str(error)) from error


def is_number(text: str) -> bool:
    """Tell whether text is a whole number from 0 on that surely fits into 64 bits.

    >>> [is_number(text) for text in ("7", "-7", "", "\N{SUPERSCRIPT TWO}", "9" * 19)]
    [True, False, False, False, False]
    """
    return text.isascii() and text.isdigit() and len(text) <= DIGITS


def whole_number(text: str, name: str) -> int:
    """Return text as an int. Raises FormatError if it is none that surely fits into 64 bits."""
    if not is_number(text.strip().removeprefix("-")):
        raise FormatError(f"{name} is not right", path=name, expected="a whole number", found=repr(text[:60]))
    return int(text)


def wrong_line(tree: Tree, name: str, number: int, expected: str, line: str | None) -> FormatError:
    """Return the error to raise for a line, counted from 1, that is not as expected; None is the end of the file."""
    found = "the end of the file" if line is None else repr(line[:60])
    return FormatError(f"line {number} of {name} in {tree} is not right", path=name, expected=expected, found=found)
