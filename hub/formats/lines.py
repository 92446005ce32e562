"""Lines of a file of any size: read in blocks, decoded or refused, with the number of the line that is wrong.

A line ends where Python's `open` ends it: at a line feed, a carriage return, or both; all become a line feed. A last
line needs no end. Memory is that of a block or of the longest line.
"""

from __future__ import annotations

import codecs
import io
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

from hub.archives import blocks_of
from hub.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE = 1 << 18
"""Bytes of a block; larger ones are not faster, because they no longer fit into the processor's cache."""

SHOWN = 80
"""Characters of what was found that a message shows."""


def numbered_lines(
    stream: BinaryIO, where: object, encoding: str = "utf-8", *, newline: str | None = None
) -> Iterator[tuple[int, str]]:
    r"""Yield the lines of a file without their ends, each with its number, counted from 1.

    With `newline` "\n" a carriage return is a character like others. `where` is what to call the file. Raises
    FormatError, naming line and byte, if it is no text in `encoding`, and if what it is packed in is damaged.

    >>> list(numbered_lines(io.BytesIO(b"one\r\ntwo\n\nfour"), "numbers.txt"))
    [(1, 'one'), (2, 'two'), (3, ''), (4, 'four')]
    """
    return enumerate((line.removesuffix("\n") for line in ended_lines(stream, where, encoding, newline=newline)), 1)


def ended_lines(
    stream: BinaryIO, where: object, encoding: str = "utf-8", *, newline: str | None = None
) -> Iterator[str]:
    """Yield the lines as `numbered_lines` does, with the line feeds that end them: what csv.reader wants."""
    blocks = blocks_of_lines(stream, where, encoding, newline=newline)
    return chain.from_iterable(io.StringIO(block, newline="\n") for block in blocks)


def blocks_of_lines(
    stream: BinaryIO, where: object, encoding: str = "utf-8", *, newline: str | None = None
) -> Iterator[str]:
    """Yield the text in blocks of whole lines; what follows the last line feed of the file is a block of its own."""
    begun: list[str] = []  # pieces of a line that may be longer than many blocks
    for text in _decoded(stream, where, encoding, newline):
        end = text.rfind("\n") + 1
        if end:
            yield "".join([*begun, text[:end]])
            begun = []
        if text[end:]:
            begun.append(text[end:])
    if begun:
        yield "".join(begun)


def _decoded(stream: BinaryIO, where: object, encoding: str, newline: str | None) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    ends = io.IncrementalNewlineDecoder(None, translate=newline is None)
    before, lines = 0, 0
    for data in chain(blocks_of(stream, where, AT_ONCE), [b""]):
        try:
            text = decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            lines += ends.decode(error.object[: error.start].decode(encoding), final=True).count("\n")
            # What the decoder kept of the block before comes first in the object of its error.
            offset = before + len(data) - len(error.object) + error.start
            raise _no_text(where, encoding, lines + 1, error.object[error.start], offset) from error
        text = ends.decode(text, final=not data)
        before += len(data)
        lines += text.count("\n")
        yield text


def _no_text(where: object, encoding: str, line: int, byte: int, offset: int) -> FormatError:
    what = f"line {line} of {where} is no text in {encoding}"
    return FormatError(what, path=where, expected=encoding, found=f"byte {byte:#04x} at offset {offset} of the file")


def wrong_line(where: object, number: int, expected: str, found: str) -> FormatError:
    """Return the error to raise for a line, counted from 1, that is not as expected; `found` is cut if it is long."""
    shown = found if len(found) <= SHOWN else f"{found[:SHOWN]}..."
    return FormatError(f"line {number} of {where} is not right", path=where, expected=expected, found=shown)
