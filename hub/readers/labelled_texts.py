"""Texts in files of their own, each in the folder of its split and label: IMDB.

    <any>/<split>/<label>/0_3.txt       one text
    <any>/<split>/<label>               all texts of a label, one a line: how torchtext keeps them

Options: `split`; `labels`, the folders' names in the order of the labels; `first`, the label of the first one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.archives import damage_told
from hub.errors import MissingFile
from hub.formats.lines import numbered_lines
from hub.readers import words
from hub.readers.parts import in_parts
from hub.trees import base, parent
from hub.trees.decoding import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hub.readers import Column, Options
    from hub.trees import Tree

VERSION = 1


def read_parts(tree: Tree, options: Options) -> Iterator[Mapping[str, Column]]:
    """Yield `label` and `text`, in the order of the archive, or sorted by name in a folder."""
    return in_parts(_rows(tree, options), ("label", "text"))


def _rows(tree: Tree, options: Options) -> Iterator[tuple[int, str]]:
    split, first = str(options["split"]), options.get("first", 0)
    labels = {name: number for number, name in enumerate(words(options, "labels"), int(str(first)))}
    count = 0
    for row in _files(tree, split, labels):
        count += 1
        yield row
    if not count:
        yield from _lists(tree, split, labels)


def _files(tree: Tree, split: str, labels: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    where = str(tree)  # perf: not once a file
    for name, stream in tree.stream(f"*/{split}/*/*.txt"):
        label = labels.get(base(parent(name)))
        if label is not None:
            place = f"{name} in {where}"
            with damage_told(place, place):
                data = stream.read()
            yield label, decoded(data, place).removesuffix("\n")


def _lists(tree: Tree, split: str, labels: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    found = False
    for name, stream in tree.stream(f"*/{split}/*"):
        if base(name) in labels:
            found = True
            for _, line in numbered_lines(stream, f"{name} in {tree}"):
                yield labels[base(name)], line
    if not found:
        expected = " and ".join(f"*/{split}/{label}/*.txt" for label in labels)
        raise MissingFile(f"no text is in {tree}", expected=expected, found="no such file")
