"""Text files of the user's own, a sample a line: what language models are trained on.

    train.txt  valid.txt  test.txt        wiki.train.tokens  wiki.test.tokens        books/1.txt  books/2.txt

Options: `files`, patterns of names, where others lie there too; `encoding`; `empty_lines`, whether they are samples;
`split`, which the survey has named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hub.readers import Surveyed, text_lines
from hub.readers.own_texts.files import exactly, of_splits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hub.readers import Column, Options
    from hub.trees import Tree

VERSION = 1

SUFFIXES = (".txt", ".text", ".tokens", ".raw", ".md")


def survey(tree: Tree, options: Options) -> Surveyed:
    """Return the splits that there are, each of one column. Raises MissingFile if there are none."""
    return Surveyed({split: {"text": "text"} for split in _files(tree, options)})


def read_parts(tree: Tree, options: Options) -> Iterator[Mapping[str, Column]]:
    """Yield `text`, a line without its end. Raises FormatError, naming the line, for what is no text."""
    for name in _files(tree, options)[str(options["split"])]:
        for part in text_lines.read_parts(tree, {"encoding": options["encoding"], "files": (named(name),)}):
            yield part if options["empty_lines"] else {"text": list(filter(None, cast("Sequence[str]", part["text"])))}


def named(name: str) -> str:
    """Return how `text_lines` is told of this file alone."""
    return exactly(name).replace("{", "{{").replace("}", "}}")


def _files(tree: Tree, options: Options) -> Mapping[str, list[str]]:
    # Whoever says which files are meant may call them as they like.
    return {
        split: list(names) for split, names in of_splits(tree, options, () if options["files"] else SUFFIXES).items()
    }
