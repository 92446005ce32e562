"""Plain columns for people: as wide as the terminal, whole when piped."""

from __future__ import annotations

import shutil
import sys
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

# Without a terminal nothing is cut: `hub list | grep` must see all of it.
UNLIMITED = 10_000


def lines(rows: Iterable[Sequence[str]], right: Collection[int] = ()) -> list[str]:
    """Return rows as aligned lines, the columns numbered in `right` flush right.

    The last column is cut at the terminal's edge.

    >>> lines([("a", "5", "one"), ("bcd", "10", "two")], right=[1])
    ['a     5  one', 'bcd  10  two']
    """
    table = [tuple(row) for row in rows]
    widths = [max(map(width, column)) for column in list(zip(*table, strict=True))[:-1]]
    limit = shutil.get_terminal_size().columns if sys.stdout.isatty() else UNLIMITED
    padded = (
        [_pad(*cell, number in right) for number, cell in enumerate(zip(row[:-1], widths, strict=True))]
        for row in table
    )
    return [cut("  ".join([*cells, row[-1]]).rstrip(), limit) for cells, row in zip(padded, table, strict=True)]


def width(text: str) -> int:
    """Return how many columns a text takes: Chinese characters take two, marks on other letters none."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else _is_seen(char) for char in text)


def _is_seen(char: str) -> bool:
    return unicodedata.category(char) not in ("Mn", "Me", "Cf")


def cut(text: str, limit: int) -> str:
    """Return a text that takes at most `limit` columns, ending in "…" if something is missing."""
    if width(text) <= limit:
        return text
    while text and width(text) > limit - 1:
        text = text[:-1]
    return text + "…"


def _pad(text: str, columns: int, flush_right: bool) -> str:
    blanks = " " * (columns - width(text))
    return blanks + text if flush_right else text + blanks
