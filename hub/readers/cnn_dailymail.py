"""News stories and the sentences that sum them up, as CNN/Daily Mail has them.

    cnn/stories/<sha1>.story                  the article, a paragraph a line with empty lines between; then
                                              "@highlight", an empty line and a sentence of the summary, a few times
    cnn_wayback_training_urls.txt             the addresses of a split, one a line; the SHA-1 of one names its story

Stories come in the order of their archive, those of the first source before those of the next; in a folder, where
there is no archive, sorted by name. Lines are joined by blanks, and one that ends in no mark of punctuation gets " .",
because captions have none: See, Liu and Manning, "Get To The Point: Summarization with Pointer-Generator Networks".

Options: `sources`, the folders' names; `lists`, "{source}" in which stands for one of them; `packed`, the folder that
archives stand in, so that their order counts before that of the file system.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from hub.errors import MissingFile
from hub.formats.lines import numbered_lines
from hub.readers import words
from hub.readers.parts import in_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

    from hub.readers import Column, Options
    from hub.trees import Tree

VERSION = 1

HIGHLIGHT = "@highlight"

ENDS = (".", "!", "?", "'", "`", '"', "\N{RIGHT SINGLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}", ")")
"""What a sentence may end with."""


def read_parts(tree: Tree, options: Options) -> Iterator[Mapping[str, Column]]:
    """Yield `article` and `summary`; either may be empty."""
    return in_parts(_rows(tree, options), ("article", "summary"))


def _rows(tree: Tree, options: Options) -> Iterator[tuple[str, str]]:
    wanted = {f"{source}/{name}" for source in words(options, "sources") for name in _listed(tree, source, options)}
    found = 0
    for name, stream in _stories(tree, str(options["packed"])):
        source, _, file = name.split("/")[-3:]
        if f"{source}/{file}" in wanted:
            found += 1
            yield _story(stream, f"{name} in {tree}")
    if found < len(wanted):
        raise MissingFile(
            f"stories are missing in {tree}",
            expected=f"{len(wanted):,} stories of the lists",
            found=f"{found:,} of them",
        )


def _listed(tree: Tree, source: str, options: Options) -> Iterator[str]:
    name = str(options["lists"]).format(source=source)
    # Not tree.open(): to tell whether archives have a file of this name, it would inflate both of them.
    for found, stream in tree.stream(name):
        # Latin-1 has a character for each byte: the digest is that of the bytes, whatever they are.
        for _, line in numbered_lines(stream, f"{found} in {tree}", "latin-1", newline="\n"):
            address = line.strip("\r").encode("latin-1")
            if address:
                yield f"{hashlib.sha1(address, usedforsecurity=False).hexdigest()}.story"
        return
    raise tree.missing(name)


def _stories(tree: Tree, packed: str) -> Iterator[tuple[str, BinaryIO]]:
    found = False
    for each in tree.stream(f"{packed}/*/stories/*.story"):
        found = True
        yield each
    if not found:
        yield from tree.stream("*/stories/*.story")


def _story(stream: BinaryIO, where: str) -> tuple[str, str]:
    article: list[str] = []
    summary: list[str] = []
    sums_up = False
    for _, line in numbered_lines(stream, where, newline="\n"):
        text = line.strip()
        if text.startswith(HIGHLIGHT):
            sums_up = True
        elif text:
            (summary if sums_up else article).append(_ended(text))
    return " ".join(article), " ".join(summary)


def _ended(text: str) -> str:
    # A line that has the mark somewhere inside is left as it is, as by the authors' script and torchtext.
    return text if text.endswith(ENDS) or HIGHLIGHT in text else f"{text} ."
