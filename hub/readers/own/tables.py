"""Tables beside pictures: a CSV or TSV with a header, in which one column names them.

    file_name,breed,age              train.csv, val.csv ...      a split each
    1.jpg,tabby,3                    train/metadata.csv ...      the same
    more/2.jpg,siamese,11            labels.csv                  all there is

The columns that become `image` and `label` are told by their values and names, or by the options `image_column` and
`label_column` ("-" is none). All others become numbers, where every value is one, or text; they stand before the
label, which so stays what a `target_transform` is given. Names of pictures may have folders and suffixes or not.
"""

from __future__ import annotations

import csv
import keyword
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from hub.errors import FormatError, InvalidInput
from hub.formats import texts
from hub.readers import Read
from hub.readers.own.kinds import class_names, few_words, kind_of, numbers
from hub.readers.own.look import Near
from hub.trees import base, parent, stem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from hub.readers import Column, Options, Survey
    from hub.readers.own.look import Look
    from hub.trees import Tree

DEPTH = 1
"""Folders below the top that tables are looked for in: farther down they are somebody else's."""

IMAGE_NAMES = ("file_name", "filename", "file", "image", "image_path", "path", "img", "image_id", "id")
LABEL_NAMES = ("label", "class", "category", "target")
MAIN = ("metadata", "labels", "annotations")
NONE = "-"
MEND = "mend the file, or leave it out: format= and annotations= say what to read"

SOME_ROWS = 100
"""How many rows tell what a column holds: enough for a share, few enough for any table."""


@dataclass(frozen=True)
class Table:
    """The rows of a file, each with the number of its line."""

    name: str
    header: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]

    def values(self, column: str) -> Sequence[str]:
        """Return the values of a column; none where the table has no such column."""
        if column not in self.header:
            return ()
        place = self.header.index(column)
        return [row[place] for _, row in self.rows]


@dataclass(frozen=True)
class Tables:
    """Split -> table, and which columns are the picture and the label."""

    look: Look
    splits: Mapping[str, Table]
    image: str
    label: str

    @cached_property
    def classes(self) -> Sequence[str]:
        """The names of the classes in all splits."""
        return class_names(self._values(self.label)) if self.label else ()

    @cached_property
    def others(self) -> Mapping[str, tuple[str, str]]:
        """Column of the files -> its name as a field, and its kind."""
        headers = [column for table in self.splits.values() for column in table.header]
        columns = [each for each in dict.fromkeys(headers) if each not in (self.image, self.label)]
        names = field_names(columns)
        return {each: (name, kind_of(self._values(each))) for each, name in zip(columns, names, strict=True)}

    @property
    def columns(self) -> Survey:
        """Split -> column -> kind of field."""
        return {split: dict(self._columns(table)) for split, table in self.splits.items()}

    def read(self, split: str) -> Read:
        """Return `image`, the other columns and `label`. Raises FormatError or MissingFile, naming file and line."""
        table = self.splits[split]
        places = table.values(self.image)
        where = [f"line {line} of {table.name} in {self.look.tree}" for line, _ in table.rows]
        pictures = self.look.index.all_of(places, Near(parent(table.name), split), where)
        found: dict[str, Column] = {"image": self.look.tree.media(pictures)}
        for column, (name, kind) in self.others.items():
            values = table.values(column)
            found[name] = numbers(values, self._values(column)) if kind == "number" else list(values)
        if self._labelled(table):
            found["label"] = self._labels(table)
        return Read(found, tuple(self.classes))

    def _columns(self, table: Table) -> Mapping[str, str]:
        others = {name: kind for column, (name, kind) in self.others.items() if column in table.header}
        return {"image": "image", **others, **({"label": "label"} if self._labelled(table) else {})}

    def _labelled(self, table: Table) -> bool:
        return any(table.values(self.label))

    def _labels(self, table: Table) -> Column:
        known = {name: number for number, name in enumerate(self.classes)}
        values = table.values(self.label)
        if "" in values:
            line = table.rows[values.index("")][0]
            where = f"line {line} of {table.name} in {self.look.tree}"
            raise FormatError(f"{where} has no {self.label}", path=table.name, expected="a label", found="nothing")
        return np.array([known[value] for value in values], np.int64)

    def _values(self, column: str) -> Sequence[str]:
        return [value for table in self.splits.values() for value in table.values(column)]


def find(look: Look, options: Options) -> Tables | None:
    """Return the tables that name pictures, or None if there are none.

    Raises InvalidInput if several tables, or several columns, could be meant, or one that is asked for is not there.
    """
    there = [parsed(look.tree, name) for name in _files(look, str(options["annotations"]))]
    asked = str(options["image_column"])
    images = {table.name: _asked(table, asked) or _image_column(look, table) for table in there}
    tables = [table for table in there if images[table.name] and table.rows]
    columns = list(dict.fromkeys(column for table in tables or there for column in table.header))
    for option in ("image_column", "label_column"):
        if there and options[option] not in ("", NONE, *columns):
            raise _choose(option, f"there is no column {options[option]!r} in {look.tree}", columns)
    if tables:
        return _chosen(look, _splits(look, tables), images, str(options["label_column"]))
    if there and options["format"] == "csv":
        names = ", ".join(table.name for table in there)
        raise _choose("image_column", f"no column of {names} in {look.tree} names pictures", columns)
    return None


def parsed(tree: Tree, name: str) -> Table:
    """Return a table. Raises FormatError, naming the line, if a row has more or fewer values than the header."""
    lines = texts.lines(tree, name, encoding="utf-8-sig")
    reader = csv.reader(lines, delimiter=delimiter_of(name, lines[0] if lines else ""), strict=True)
    rows: list[tuple[int, Sequence[str]]] = []
    try:
        header = [column.strip() for column in next(reader, [])]
        for row in reader:
            if len(row) not in (0, len(header)):
                raise _wrong(tree, name, reader.line_num, f"{len(header)} values", str(len(row)))
            if row:
                rows.append((reader.line_num, [value.strip() for value in row]))
    except csv.Error as error:
        raise _wrong(tree, name, reader.line_num, "a row of a table", str(error)) from error
    if len(set(header)) < len(header):
        raise _wrong(tree, name, 1, "columns of different names", ", ".join(header))
    return Table(name, header, rows)


def field_names(columns: Sequence[str], taken: Iterable[str] = ("image", "label")) -> list[str]:
    """Return names for columns that Python can have as attributes, each once, and none that is taken.

    >>> field_names(["Age (years)", "class", "label", "年龄", "age_years"])
    ['age_years', 'class_', 'label_2', 'column_4', 'age_years_2']
    """
    taken = set(taken)
    names = []
    for number, column in enumerate(columns, 1):
        plain = re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_")
        plain = plain if plain[:1].isalpha() else f"column_{plain or number}"
        plain += "_" if keyword.iskeyword(plain) else ""
        name = next(name for name in (plain, *(f"{plain}_{more}" for more in range(2, 999))) if name not in taken)
        taken.add(name)
        names.append(name)
    return names


def _files(look: Look, pattern: str) -> Sequence[str]:
    found = look.ending(".csv", ".tsv", depth=DEPTH)
    return [name for name in found if not pattern or fnmatchcase(look.below(name), pattern) or base(name) == pattern]


def delimiter_of(name: str, header: str) -> str:
    """Return what stands between columns: a European spreadsheet writes semicolons, its decimal point is the comma."""
    if name.lower().endswith((".tsv", ".tab")):
        return "\t"
    return next((sign for sign in ",;\t" if sign in header), ",")


def _chosen(look: Look, splits: Mapping[str, Table], images: Mapping[str, str], label: str) -> Tables:
    used = sorted({images[table.name] for table in splits.values()})
    if len(used) > 1:
        raise _choose("image_column", f"the tables of {look.tree} name pictures in several columns", used)
    return Tables(look, splits, used[0], _label_column(list(splits.values()), used[0], label))


def _asked(table: Table, column: str) -> str:
    return column if column in table.header else ""


def _image_column(look: Look, table: Table) -> str:
    """Return the column that names pictures, "" if there is none: with suffix if one does, or else without."""
    index, near = look.index, Near(parent(table.name), _split(look, table))

    def without_suffix(text: str) -> bool:
        return len(near.narrowed(index.with_stem(text), text)) == 1

    plausible = [each for each in table.header if _by_name([each]) or kind_of(table.values(each)) == "text"]
    with_suffix = _naming(table, table.header, lambda text: bool(index.called(text)))
    return with_suffix or _naming(table, plausible, without_suffix)


def _naming(table: Table, columns: Sequence[str], names: Callable[[str], bool]) -> str:
    found = [column for column in columns if _mostly(table.values(column)[:SOME_ROWS], names)]
    for narrower in (_by_name, lambda columns: _distinct(table, columns)):
        if len(found) > 1:
            found = narrower(found) or found
    if len(found) > 1:
        raise _choose("image_column", f"{table.name} names pictures in several columns", found)
    return found[0] if found else ""


def _mostly(values: Sequence[str], names: Callable[[str], bool]) -> bool:
    """Half of the values are enough to tell what a column is for; the others are found missing when they are read."""
    there = len([value for value in values if value and names(value)])
    return 0 < len(values) <= 2 * there


def _by_name(columns: Sequence[str]) -> list[str]:
    return [column for column in columns if column.lower() in IMAGE_NAMES]


def _distinct(table: Table, columns: Sequence[str]) -> list[str]:
    """Pictures are named once each, and classes again and again."""
    return [column for column in columns if len(set(table.values(column))) == len(table.rows)]


def _label_column(tables: Sequence[Table], image: str, asked: str) -> str:
    if asked:
        return "" if asked == NONE else asked
    columns = [each for each in dict.fromkeys(column for table in tables for column in table.header) if each != image]
    values = {each: [value for table in tables for value in table.values(each) if value] for each in columns}
    named = [each for each in columns if each.lower() in LABEL_NAMES and class_names(values[each])]
    found = named or [each for each in columns if few_words(values[each])]
    if len(found) > 1:
        names = ", ".join(table.name for table in tables)
        raise _choose("label_column", f"several columns of {names} could be the label", [*found, NONE])
    return found[0] if found else ""


def _splits(look: Look, tables: Sequence[Table]) -> Mapping[str, Table]:
    """Return split -> table, named by folder or file. Raises InvalidInput if one has several."""
    named = [(_split(look, table), table) for table in tables]
    if any(split for split, _ in named):
        named = [(split, table) for split, table in named if split]  # a sample of a submission, a list of all, ...
    grouped: dict[str, list[Table]] = {}
    for split, table in named:
        grouped.setdefault(split or "all", []).append(table)
    return {split: _main(look, found) for split, found in grouped.items()}


def _split(look: Look, table: Table) -> str:
    return look.split_of(table.name) or look.split_by_stem(table.name)


def _main(look: Look, tables: Sequence[Table]) -> Table:
    main = [table for table in tables if stem(table.name).lower() in MAIN]
    found = main if len(main) == 1 else tables
    if len(found) > 1:
        names = [look.below(table.name) for table in found]
        raise _choose("annotations", f"several tables of {look.tree} name the same pictures", names)
    return found[0]


def _choose(option: str, what: str, values: Sequence[str]) -> InvalidInput:
    choices = " or ".join(f'{option}="{value}"' for value in values)
    return InvalidInput(what, expected=choices, found=", ".join(value for value in values if value != NONE))


def _wrong(tree: Tree, name: str, line: int, expected: str, found: str) -> FormatError:
    what = f"line {line} of {name} in {tree} is not right"
    return FormatError(what, path=name, expected=expected, found=found, hint=MEND)
