"""Rows cut into parts of bounded size, so that what is larger than memory can be read."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hub.readers import Column

ROWS = 8192
"""Rows of a part, unless their words fill it before."""

WORDS = 1 << 24
"""Characters or bytes of a part: no more, but for its last few rows."""

FEW = 64
"""Rows of the first part: each of those that follow has twice as many, until it is `ROWS`.

What is read while it arrives has its first samples at once, and for a table a few small parts more cost nothing."""


def growing(most: int | None = None, least: int | None = None) -> Iterator[int]:
    """Yield how much each part may hold: `least`, twice that, and so on up to `most` for ever; rows if not said.

    >>> list(islice(growing(least=2048), 4))
    [2048, 4096, 8192, 8192]
    """
    size, most = least or FEW, most or ROWS
    while True:
        yield min(size, most)
        size = min(2 * size, most)


def in_parts(rows: Iterable[tuple[object, ...]], names: Sequence[str]) -> Iterator[dict[str, Column]]:
    """Yield rows as columns of these names, some thousands of rows at a time.

    >>> list(in_parts([(1, "a"), (2, "b")], ["label", "text"]))
    [{'label': (1, 2), 'text': ('a', 'b')}]
    """
    source = iter(rows)
    for size in growing():
        found = _some(source, size)
        if not found:
            return
        yield dict(zip(names, zip(*found, strict=True), strict=True))


def _some(rows: Iterator[tuple[object, ...]], most: int) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    words = 0
    while len(found) < most and words < WORDS:
        few = list(islice(rows, FEW))
        if not few:
            break
        found += few
        words += sum(len(value) for row in few for value in row if isinstance(value, str | bytes))
    return found
