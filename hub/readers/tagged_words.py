"""Sentences whose words have tags, a word a line: UDPOS, CoNLL-2000 chunking.

    train.txt, train.txt.gz      Confidence NN B-NP      columns with a blank or a tab between them
    <any>/...train.txt           in IN B-PP
                                                         an empty line after each sentence

Options: `files`, patterns of the names that the file may have, of which the first that is there is read; `columns`,
the names of the columns; `separator`, what stands between them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.formats.tagged import Form, sentences
from hub.readers import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hub.readers import Column, Options
    from hub.trees import Tree

VERSION = 1


def read_parts(tree: Tree, options: Options) -> Iterator[Mapping[str, Column]]:
    """Yield a list of words, or of tags, for each sentence and column. Raises what `sentences` raises."""
    names = words(options, "columns")
    form = Form(len(names), str(options["separator"]))
    patterns = words(options, "files")
    for pattern in patterns:
        for name, stream in tree.stream(pattern):
            for arrays in sentences(stream, f"{name} in {tree}", form):
                yield dict(zip(names, arrays, strict=True))
            return
    raise tree.missing(patterns[0])
