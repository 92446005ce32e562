r"""Plain text, a sample a line, and parallel text, a sample a line of several files side by side: WikiText, Multi30k.

    train.de    Zwei junge Männer sind im Freien.\n
    train.en    Two young men are outside.\n

A line ends at a line feed, a carriage return, or both; empty lines are samples too.

Options: `files`, the files' names in the order of `columns` (`text` alone if not said), in which {word} stands for the
option `word`; `lines`, "bare", "ended" with their line feeds, or "stripped" of blanks on both sides; `constant`, the
name of another option and of a column that has its value in each row; `encoding`, UTF-8 unless it says otherwise.
What lies packed as .bz2, .gz or .xz is read too.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO

from hub.errors import FormatError
from hub.formats.lines import blocks_of_lines
from hub.readers import words
from hub.readers.parts import growing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from hub.readers import Column, Options
    from hub.trees import Tree

    Lines = Sequence[str]

VERSION = 1

SUFFIXES = ("", ".bz2", ".gz", ".xz")

AT_ONCE = 1 << 22
"""Characters of a part: record batches of some MB cost nothing beside their rows."""

LEAST = 1 << 13
"""Characters of the first part; each of those that follow has twice as many."""


def read_parts(tree: Tree, options: Options) -> Iterator[Mapping[str, Column]]:
    """Yield the columns of text, and the constant one.

    Raises FormatError, naming both, if parallel files differ in length.
    """
    files = [file.format_map(options) for file in words(options, "files")]
    names = words(options, "columns", ("text",))
    constant = str(options.get("constant", ""))
    cut = CUTS[str(options.get("lines", "bare"))]
    encoding = str(options.get("encoding", "utf-8"))
    for columns in _abreast([_lines(tree, file, cut, encoding) for file in files], files, tree):
        part: dict[str, Column] = dict(zip(names, columns, strict=True))
        if constant:
            part[constant] = [options[constant]] * len(columns[0])
        yield part


def _bare(text: str) -> Lines:
    lines = text.split("\n")
    if not lines[-1]:  # behind the last end there is no line
        lines.pop()
    return lines


def _ended(text: str) -> Lines:
    return io.StringIO(text, newline="\n").readlines()


def _stripped(text: str) -> Lines:
    return [line.strip() for line in _bare(text)]


CUTS: Mapping[str, Callable[[str], Lines]] = {"bare": _bare, "ended": _ended, "stripped": _stripped}


def _lines(tree: Tree, file: str, cut: Callable[[str], Lines], encoding: str) -> Iterator[Lines]:
    """Yield the lines of a file, or of that file packed; where a folder has both they are the same."""
    for suffix in SUFFIXES:
        for name, stream in tree.stream(file + suffix):
            yield from map(cut, _texts(stream, f"{name} in {tree}", encoding))
            return
    raise tree.missing(file)


def _texts(stream: BinaryIO, where: str, encoding: str) -> Iterator[str]:
    """Yield whole lines, some MB of them at a time. Raises FormatError if there are none."""
    blocks = blocks_of_lines(stream, where, encoding)
    found = False
    for size in growing(AT_ONCE, LEAST):
        text = _some(blocks, size)
        if not text:
            break
        found = True
        yield text
    if not found:
        raise FormatError(f"{where} is empty", path=where, expected="a line of text", found="no bytes")


def _some(blocks: Iterator[str], most: int) -> str:
    held: list[str] = []
    size = 0
    for block in blocks:
        held.append(block)
        size += len(block)
        if size >= most:
            break
    return "".join(held)


def _abreast(sources: Sequence[Iterator[Lines]], files: Sequence[str], tree: Tree) -> Iterator[Sequence[Lines]]:
    """Yield as many lines of each source as of the others."""
    held: list[Lines] = [()] * len(sources)
    rows = 0
    while True:
        held = [lines or next(source, ()) for lines, source in zip(held, sources, strict=True)]
        count = min(map(len, held))
        if not count:
            break
        yield [lines[:count] for lines in held]
        held = [lines[count:] for lines in held]
        rows += count
    if any(held):
        rest = [len(lines) + sum(map(len, source)) for lines, source in zip(held, sources, strict=True)]
        told = [f"{file} {rows + more:,}" for file, more in zip(files, rest, strict=True)]
        raise FormatError(
            f"{' and '.join(files)} in {tree} are not parallel",
            path=files[0],
            expected="as many lines in each",
            found=", ".join(told),
        )
