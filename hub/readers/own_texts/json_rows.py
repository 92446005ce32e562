"""Tables of JSON lines: an object a line, whose keys are the columns. Lists and objects within are left out."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from hub.formats.lines import numbered_lines, wrong_line
from hub.readers import words
from hub.readers.own_texts.files import exactly
from hub.readers.parts import in_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hub.errors import FormatError
    from hub.readers import Column, Options
    from hub.trees import Tree

    Row = dict[str, object]

SOME_ROWS = 200
"""How many rows tell which keys there are."""


def header(tree: Tree, name: str, options: Options) -> tuple[str, ...]:
    """Return the keys of the first rows that stand for values."""
    found: dict[str, bool] = {}
    for _, row in islice(_rows(tree, name, options), SOME_ROWS):
        for key, value in row.items():
            found[key] = found.get(key, True) and not isinstance(value, list | dict)
    return tuple(key for key, plain in found.items() if plain)


def chunks(tree: Tree, name: str, names: Sequence[str], options: Options) -> Iterator[Mapping[str, Sequence[str]]]:
    """Yield the values of all columns as text, some thousand rows at a time; "" where a row has none."""
    rows = (tuple(_text(row.get(each)) for each in names) for _, row in _rows(tree, name, options))
    return in_parts(rows, names)  # type: ignore[return-value]  # they are text


def read(
    tree: Tree, name: str, fields: Mapping[str, tuple[str, str]], options: Options
) -> Iterator[Mapping[str, Column]]:
    """Yield the columns that `fields` says: column -> field and kind. Raises FormatError, naming the line."""
    names = header(tree, name, options)
    kept = {column: kind for column, (_, kind) in fields.items() if column in names}
    labels = {word: number for number, word in enumerate(words(options, "classes"))}

    def values() -> Iterator[tuple[object, ...]]:
        for number, row in _rows(tree, name, options):
            try:
                yield tuple(_value(row[column], kind, labels) for column, kind in kept.items())
            except (KeyError, TypeError) as error:
                raise _wrong(f"{name} in {tree}", number, row, kept, labels) from error

    return in_parts(values(), [fields[column][0] for column in kept])


def _rows(tree: Tree, name: str, options: Options) -> Iterator[tuple[int, Row]]:
    decoder = msgspec.json.Decoder(dict[str, object])
    for found, stream in tree.stream(exactly(name)):
        where = f"{found} in {tree}"
        for number, line in numbered_lines(stream, where, str(options["encoding"])):
            if line.strip():
                try:
                    yield number, decoder.decode(line)
                except msgspec.DecodeError as error:
                    raise wrong_line(where, number, "an object of JSON", str(error)) from error


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None or isinstance(value, list | dict) else msgspec.json.encode(value).decode()


def _value(value: object, kind: str, labels: Mapping[str, int]) -> object:
    if kind == "class":
        return labels[_text(value)]
    if kind == "float":
        return float(value)  # type: ignore[arg-type]  # a TypeError is told with its line
    if isinstance(value, list | dict) or value is None:
        raise TypeError
    return _text(value)


def _wrong(where: str, number: int, row: Row, kept: Mapping[str, str], labels: Mapping[str, int]) -> FormatError:
    for column, kind in kept.items():
        expected = {"class": f"one of {', '.join(labels)}", "float": "a number"}.get(kind, "text")
        try:
            _value(row[column], kind, labels)
        except KeyError:
            return wrong_line(where, number, f"{column}: {expected}", repr(row.get(column, "no such key")))
        except TypeError:
            return wrong_line(where, number, f"{column}: {expected}", repr(row[column]))
    raise AssertionError(row)
