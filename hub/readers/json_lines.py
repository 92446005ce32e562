"""JSON lines: an object a line, whose keys are columns. Files of Hugging Face, of The Pile and of many others.

    {"text": "A sentence.", "label": 1}
    {"text": "Another one.", "label": 0}

Options: `files`, the files' names, read one after the other; `columns`, each "<field>", or "<field>:<key>" where the
file calls it otherwise. A key that a line lacks is None. What lies packed is read too. The format: jsonlines.org.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from hub.formats.lines import numbered_lines, wrong_line
from hub.readers import words
from hub.readers.parts import in_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hub.readers import Column, Options
    from hub.trees import Tree

VERSION = 1


def read_parts(tree: Tree, options: Options) -> Iterator[Mapping[str, Column]]:
    """Yield a column for each field that `columns` names. Raises FormatError, with the line, for what is no object."""
    named = [column.partition(":") for column in words(options, "columns")]
    keys = [key or field for field, _, key in named]
    return in_parts(_rows(tree, words(options, "files"), keys), [field for field, _, _ in named])


def _rows(tree: Tree, files: Sequence[str], keys: Sequence[str]) -> Iterator[tuple[object, ...]]:
    read = msgspec.json.Decoder(dict[str, Any]).decode
    for file in files:
        found = False
        for name, stream in tree.stream(file):
            found = True
            where = f"{name} in {tree}"
            for number, line in numbered_lines(stream, where):
                if not line.strip():
                    continue
                try:
                    row = read(line)
                except msgspec.MsgspecError as error:
                    raise wrong_line(where, number, "a JSON object", f"{error}: {line}") from error
                yield tuple(map(row.get, keys))
        if not found:
            raise tree.missing(file)
