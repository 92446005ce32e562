"""Tables of the user's own in which rows have a text and a label: CSV, columns with tabs between them, JSON lines.

    label,text                          {"label": "good", "text": "I laughed."}
    good,"I laughed, and cried."

The first row is a header if it has usual names in it, or words that its columns do not have again; otherwise columns
are called "1", "2" and so on. Which columns are the label and the text is told by their names or by their values, or
by the options. Other columns are kept behind them, as numbers where every value is one.

Options: `label_column` ("-" is none); `text_columns`, which are kept alone then; `columns`, names for those of a table
without a header; `delimiter`; `quotes`, whether quotation marks are those of CSV; `files`, patterns of names;
`encoding`; `split`, which the survey has named.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Protocol, cast

from hub.errors import InvalidInput
from hub.readers import Surveyed, words
from hub.readers.own.kinds import NUMBER, WHOLE, class_names, few_words, kind_of
from hub.readers.own.tables import LABEL_NAMES, NONE, field_names
from hub.readers.own_texts import json_rows, separated
from hub.readers.own_texts.files import of_splits, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hub.readers import Column, Option, Options
    from hub.trees import Tree

VERSION = 1

SUFFIXES = (".csv", ".tsv", ".tab", ".jsonl", ".ndjson")
JSON = (".jsonl", ".ndjson")

LABELS = (*LABEL_NAMES, "labels", "sentiment", "polarity", "rating", "stars", "intent", "topic", "emotion")
TEXTS = ("text", "sentence", "review", "content", "comment", "tweet", "message", "body", "document", "utterance",
         "phrase", "description", "question", "headline", "title")  # fmt: skip
PAIRS = (("sentence1", "sentence2"), ("premise", "hypothesis"), ("question1", "question2"), ("question", "sentence"))
"""Names of two columns that make up one input together."""

SOME_ROWS = 200
"""How many rows tell what a column is for."""

MOST_CLASSES = 10_000
LONGEST_NUMBER = 15
"""Digits that a float64 keeps: what is longer is an identifier."""


class Format(Protocol):
    """What a module of a kind of table offers."""

    def header(self, tree: Tree, name: str, options: Options) -> tuple[str, ...]:
        """Return the names of the columns."""

    def chunks(
        self, tree: Tree, name: str, names: Sequence[str], options: Options
    ) -> Iterator[Mapping[str, Sequence[str]]]:
        """Yield the values of all columns as text."""

    def read(
        self, tree: Tree, name: str, fields: Mapping[str, tuple[str, str]], options: Options
    ) -> Iterator[Mapping[str, Column]]:
        """Yield the columns that `fields` says: column -> field and kind."""


@dataclass(slots=True)
class Seen:
    """What all rows together tell: the labels that there are, and which other columns hold numbers alone."""

    label: str
    labels: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    """Columns that hold something else than numbers."""

    def add(self, chunk: Mapping[str, Sequence[str]]) -> None:
        """Take in the values of some rows."""
        for column, values in chunk.items():
            if column == self.label:
                self.labels.update(values)
            elif column not in self.words and not all(map(_is_number, values)):
                self.words.add(column)
        if len(self.labels) > MOST_CLASSES:
            what = f"the column {self.label!r} has more than {MOST_CLASSES:,} different values"
            raise InvalidInput(what, expected='label_column="<name>", or "-" for none', found=f"{self.label!r}")


def survey(tree: Tree, options: Options) -> Surveyed:
    """Return the splits, columns and classes that there are; all rows are looked at, once.

    Raises MissingFile if there is no table, and InvalidInput if several columns could be meant.
    """
    splits = of_splits(tree, options, SUFFIXES)
    files = [name for names in splits.values() for name in names]
    options = {**options, "headed": _headed(tree, files, options)}
    headers = {name: _format(name).header(tree, name, options) for name in files}
    label, texts = _roles(tree, _some(tree, headers, options), options)
    seen = Seen(label)
    for name, header in headers.items():
        for chunk in _format(name).chunks(tree, name, header, options):
            seen.add(chunk)
    classes = tuple(class_names(sorted(seen.labels)))
    every = list(dict.fromkeys(column for header in headers.values() for column in header))
    fields = _fields(every, label if classes else "", texts, seen, options)
    kinds = {"text": "text", "float": "number", "class": "label"}
    found = {
        split: {name: kinds[kind] for column, (name, kind) in fields.items() if column in headers[names[0]]}
        for split, names in splits.items()
    }
    told: dict[str, Option] = {"headed": options["headed"], "classes": classes, "kept": tuple(fields)}
    told |= {"fields": tuple(name for name, _ in fields.values()), "kinds": tuple(kind for _, kind in fields.values())}
    return Surveyed(found, classes, told, tuple(name for column, (name, _) in fields.items() if column not in texts))


def read_parts(tree: Tree, options: Options) -> Iterator[Mapping[str, Column]]:
    """Yield `label`, the texts and other columns. Raises FormatError, naming the line."""
    pairs = zip(words(options, "fields"), words(options, "kinds"), strict=True)
    fields = dict(zip(words(options, "kept"), pairs, strict=True))
    for name in of_splits(tree, options, SUFFIXES)[str(options["split"])]:
        yield from _format(name).read(tree, name, fields, options)


def _format(name: str) -> Format:
    return cast("Format", json_rows if plain(name).lower().endswith(JSON) else separated)


def _headed(tree: Tree, files: Sequence[str], options: Options) -> bool:
    """Tell whether tables have a header, as the first one shows."""
    first = next((name for name in files if _format(name) is separated), "")
    if not first or options["columns"]:
        return False
    rows = separated.first_rows(tree, first, options, SOME_ROWS)
    asked = {*words(options, "text_columns"), str(options["label_column"])} - {"", NONE}
    if asked:
        return not all(map(str.isdigit, asked)) and bool(asked & set(rows[0]))
    return separated.is_headed(rows, {*LABELS, *TEXTS, *chain.from_iterable(PAIRS)})


def _some(tree: Tree, headers: Mapping[str, Sequence[str]], options: Options) -> dict[str, list[str]]:
    """Return the first values of each column, of all tables together."""
    found: dict[str, list[str]] = {}
    for name, header in headers.items():
        for column, values in next(_format(name).chunks(tree, name, header, options), {}).items():
            found.setdefault(column, []).extend(values[:SOME_ROWS])
    return found


def _roles(tree: Tree, some: Mapping[str, Sequence[str]], options: Options) -> tuple[str, Sequence[str]]:
    """Return the column of labels, "" for none, and the columns of text."""
    label, texts = str(options["label_column"]), words(options, "text_columns")
    for option, column in (("label_column", label), *(("text_columns", text) for text in texts)):
        if column not in ("", NONE, *some):
            raise _choose(option, f"there is no column {column!r} in {tree}", list(some))
    label = label or _label(tree, [each for each in some if each not in texts], some)
    label = "" if label == NONE else label
    return label, texts or _texts(tree, [each for each in some if each != label], some)


def _label(tree: Tree, columns: Sequence[str], some: Mapping[str, Sequence[str]]) -> str:
    by_name = [each for name in LABELS for each in columns if each.lower() == name]
    found = by_name[:1] or [each for each in columns if few_words(some[each])]
    found = found or [each for each in columns if each.isdigit() and _again_and_again(some[each])]
    if len(found) > 1:
        raise _choose("label_column", f"several columns of {tree} could be the label", [*found, NONE])
    return found[0] if found else ""


def _again_and_again(values: Sequence[str]) -> bool:
    """Tell whether whole numbers come again: in a table without names for its columns they are labels."""
    return all(map(WHOLE.fullmatch, values)) and len(set(values)) < len(values)


def _texts(tree: Tree, columns: Sequence[str], some: Mapping[str, Sequence[str]]) -> Sequence[str]:
    lower = {each.lower(): each for each in columns}
    pair = next((each for each in PAIRS if set(each) <= set(lower)), ())
    by_name = [lower[each] for each in pair] or [lower[each] for each in TEXTS if each in lower][:1]
    found = by_name or [each for each in columns if kind_of(some[each]) == "text"]
    if len(found) != 1 and not by_name:
        what = f"several columns of {tree} could be the text" if found else f"no column of {tree} has text"
        raise _choose("text_columns", what, found or columns)
    return found


def _fields(
    columns: Sequence[str], label: str, texts: Sequence[str], seen: Seen, options: Options
) -> dict[str, tuple[str, str]]:
    """Return column -> field and kind, in the order of a sample."""
    named = ["text"] if len(texts) == 1 else field_names(texts)
    others = [] if options["text_columns"] else [each for each in columns if each not in (label, *texts)]
    return {
        **({label: ("label", "class")} if label else {}),
        **{column: (name, "text") for column, name in zip(texts, named, strict=True)},
        **{
            column: (name, "text" if column in seen.words else "float")
            for column, name in zip(others, field_names(others, {"label", *named}), strict=True)
        },
    }


def _is_number(value: str) -> bool:
    return len(value) <= LONGEST_NUMBER and NUMBER.fullmatch(value) is not None


def _choose(option: str, what: str, columns: Sequence[str]) -> InvalidInput:
    choices = " or ".join(f'{option}="{column}"' for column in columns)
    return InvalidInput(what, expected=choices, found=", ".join(each for each in columns if each != NONE))
