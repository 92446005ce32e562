"""Tables with a separator between columns, and a header or none."""

from __future__ import annotations

import csv
import re
from itertools import islice
from typing import TYPE_CHECKING, Literal

from hub.errors import FormatError
from hub.formats.lines import ended_lines, wrong_line
from hub.readers import delimited, words
from hub.readers.own.tables import delimiter_of
from hub.readers.own_texts.files import exactly, plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from hub.readers import Column, Options
    from hub.trees import Tree

WORD = re.compile(r"[A-Za-z_][\w .()/-]{0,39}")
"""What a column may be called."""


def first_rows(tree: Tree, name: str, options: Options, count: int) -> list[list[str]]:
    """Return some rows as they stand there. Raises FormatError if there is none."""
    with tree.open(name) as stream:
        lines = ended_lines(stream, f"{name} in {tree}", _encoding(options))
        first = next(lines, "")
        reader = csv.reader([first], delimiter=_delimiter(name, first, options), quoting=_quoting(options))
        found = list(reader)
        found += islice(csv.reader(lines, delimiter=_delimiter(name, first, options), quoting=_quoting(options)), count)
    if not any(found):
        raise wrong_line(f"{name} in {tree}", 1, "a row", "an empty line")
    return found


def is_headed(rows: Sequence[Sequence[str]], known: Collection[str]) -> bool:
    """Tell whether the first row names the columns: by a known name, or words that do not come again below them.

    >>> is_headed([["label", "x"]], {"label"}), is_headed([["good", "Fine."], ["good", "So so"]], {"label"})
    (True, False)
    """
    first = [value.strip() for value in rows[0]]
    if {value.lower() for value in first} & set(known):
        return True
    below = [{row[place] for row in rows[1:] if place < len(row)} for place in range(len(first))]
    again = any(value in values for value, values in zip(first, below, strict=True))
    return not again and len(set(first)) == len(first) > 1 and all(map(WORD.fullmatch, first))


def header(tree: Tree, name: str, options: Options) -> tuple[str, ...]:
    """Return the names of the columns: those in the file, those that options give, or numbers from 1 on."""
    row = [value.strip() for value in first_rows(tree, name, options, 0)[0]]
    asked = words(options, "columns")
    if asked and len(asked) != len(row):
        raise wrong_line(f"{name} in {tree}", 1, f"{len(asked)} columns: {', '.join(asked)}", str(len(row)))
    found = tuple(row) if options["headed"] else asked or tuple(map(str, range(1, len(row) + 1)))
    if len(set(found)) < len(found):
        what = f"two columns of {name} in {tree} have the same name"
        raise FormatError(what, path=name, expected="columns of different names", found=", ".join(found))
    return found


def chunks(tree: Tree, name: str, names: Sequence[str], options: Options) -> Iterator[Mapping[str, Sequence[str]]]:
    """Yield the values of all columns, some thousand rows at a time."""
    kept = dict.fromkeys(names, "text")
    for part in _parts(tree, name, names, kept, options):
        yield {each: part[str(place)] for place, each in enumerate(names)}  # type: ignore[misc]  # they are text


def read(
    tree: Tree, name: str, fields: Mapping[str, tuple[str, str]], options: Options
) -> Iterator[Mapping[str, Column]]:
    """Yield the columns that `fields` says: column -> field and kind. Raises FormatError, naming the line."""
    names = header(tree, name, options)
    kept = {column: kind for column, (_, kind) in fields.items() if column in names}
    for part in _parts(tree, name, names, kept, options):
        yield {fields[column][0]: part[str(names.index(column))] for column in kept}


def _parts(
    tree: Tree, name: str, names: Sequence[str], kept: Mapping[str, str], options: Options
) -> Iterator[Mapping[str, Column]]:
    with tree.open(name) as stream:
        first = next(ended_lines(stream, f"{name} in {tree}", _encoding(options)), "")
    return delimited.read_parts(
        tree,
        {
            "file": exactly(name),
            "columns": tuple(f"{place}:{kept[each]}" if each in kept else "" for place, each in enumerate(names)),
            "classes": words(options, "classes"),
            "delimiter": _delimiter(name, first, options),
            "quoted": bool(options["quotes"]),
            "skip": int(bool(options["headed"])),
            "encoding": _encoding(options),
            "blank": True,
        },
    )


def _delimiter(name: str, first: str, options: Options) -> str:
    return str(options["delimiter"]) or delimiter_of(plain(name), first)


def _quoting(options: Options) -> Literal[0, 3]:
    return csv.QUOTE_MINIMAL if options["quotes"] else csv.QUOTE_NONE


def _encoding(options: Options) -> str:
    # Spreadsheets write a mark before the first character, which is none of the header's.
    encoding = str(options["encoding"])
    return "utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding
