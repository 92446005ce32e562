"""Words with tags of the user's own, a word a line and an empty line after each sentence.

    EU NNP B-ORG        train.txt, dev.conll, test.tsv ...
    rejects VBZ O

Options: `columns`, names for the columns, which otherwise are `words`, `tags` for the last one, and `column_2` and so
on between them; `separator`, which otherwise is a tab where the first line has one, and any blanks where not;
`comments`, what lines begin with that are left out; `files`, patterns of names; `encoding`; `split`.
"""

from __future__ import annotations

from keyword import iskeyword
from typing import TYPE_CHECKING

from hub.errors import FormatError, InvalidInput
from hub.formats.lines import numbered_lines
from hub.formats.tagged import Form, column_names, sentences
from hub.readers import Surveyed, words
from hub.readers.own_texts.files import exactly, of_splits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hub.readers import Column, Options
    from hub.trees import Tree

VERSION = 1

SUFFIXES = (".txt", ".conll", ".conllu", ".iob", ".iob2", ".bio", ".tsv", ".tags", ".pos", ".ner")


def survey(tree: Tree, options: Options) -> Surveyed:
    """Return the splits and columns that there are, as the first line says. Raises MissingFile if there are none."""
    splits = _files(tree, options)
    first = next(iter(splits.values()))[0]
    line = _first_line(tree, first, options)
    separator = str(options["separator"]) or ("\t" if "\t" in line else "")
    names = _names(len(line.split(separator or None)), words(options, "columns"), f"{first} in {tree}")
    columns = dict.fromkeys(names, "sequence")
    return Surveyed(dict.fromkeys(splits, columns), told={"columns": tuple(names), "separator": separator})


def read_parts(tree: Tree, options: Options) -> Iterator[Mapping[str, Column]]:
    """Yield a list of words, or of tags, for each sentence and column. Raises what `sentences` raises."""
    names = words(options, "columns")
    form = Form(len(names), str(options["separator"]), str(options["comments"]))
    for file in _files(tree, options)[str(options["split"])]:
        for name, stream in tree.stream(exactly(file)):
            for arrays in sentences(stream, f"{name} in {tree}", form, str(options["encoding"])):
                yield dict(zip(names, arrays, strict=True))


def _files(tree: Tree, options: Options) -> Mapping[str, Sequence[str]]:
    return of_splits(tree, options, () if options["files"] else SUFFIXES)


def _first_line(tree: Tree, name: str, options: Options) -> str:
    mark = str(options["comments"])
    with tree.open(name) as stream:
        for _, line in numbered_lines(stream, f"{name} in {tree}", str(options["encoding"])):
            if line.strip() and not (mark and line.startswith(mark)):
                return line.strip()
    raise FormatError(f"{name} in {tree} has no line", path=name, expected="words with tags", found="empty lines")


def _names(count: int, asked: Sequence[str], where: str) -> Sequence[str]:
    if asked and len(asked) != count:
        what = f"{where} has not as many columns as names are given"
        raise InvalidInput(what, expected=f"{count} names", found=", ".join(asked))
    for name in asked:
        if not name.isidentifier() or iskeyword(name) or name.startswith("_"):
            raise InvalidInput(f"no column can be called {name!r}", expected="a name that Python can have", found=name)
    return asked or column_names(count)
