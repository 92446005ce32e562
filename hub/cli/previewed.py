"""What `hub preview` prints: samples as pictures of characters or as texts, and counts as bars."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from hub.cli.drawing import bar
from hub.cli.table import cut, lines, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hub.viz.counting import Counts
    from hub.viz.previews import Preview, Seen
    from hub.viz.terminal import Depth

NARROW = 18
"""Columns of a picture at least, one beside the other; a sample of several pictures has as many times that."""

WIDEST = 96
"""Columns of a picture at most."""

GAP = 2
INDENT = "  "

FINER = 4
"""Pictures are drawn so many times as large as they are shown, so that lines on them become thin."""

LINES = 3
"""Of a text as many lines are shown."""

BARS = 20
"""Of more classes than that the most frequent are shown."""

BAR, NAME = 24, 30
"""Columns of a bar, and of a name at most."""


def lines_of(shown: Preview) -> Iterator[str]:
    """Yield a preview in lines as wide as the terminal, 80 columns without one."""
    from hub.viz.terminal import depth_of

    across = shutil.get_terminal_size().columns
    yield shown.title
    yield from lines([(INDENT + name, cut(said, across - 12)) for name, said in shown.facts])
    yield ""
    if shown.pictured:
        yield from _pictures(shown.samples, across, depth_of(sys.stdout))
    else:
        yield from _texts(shown.samples, across)
    for counts in (shown.classes, shown.sizes):
        if counts is not None:
            yield from _counts(counts, across)


def _pictures(samples: Sequence[Seen], across: int, depth: Depth) -> Iterator[str]:
    from hub.viz.terminal import side_by_side

    if not samples:
        return
    columns = max(1, min((across + GAP) // (_narrowest(samples[0], across) + GAP), len(samples)))
    cell = min((across - GAP * (columns - 1)) // columns, WIDEST)
    for start in range(0, len(samples), columns):
        blocks = [_cell(sample, cell, depth) for sample in samples[start : start + columns]]
        yield from (line.rstrip() for line in side_by_side(blocks, [cell] * len(blocks), GAP))
        yield ""


def _narrowest(sample: Seen, across: int) -> int:
    """Return how many columns a sample takes at least."""
    from hub.viz.samples import has_picture

    panels = sum(has_picture([field]) for field in sample.fields)
    frames = any(field.kind == "video" for field in sample.fields)
    return min(across, NARROW * max(1, min(panels, 3) + frames))


def _cell(sample: Seen, columns: int, depth: Depth) -> list[str]:
    """Return a picture above its caption, each line of so many columns."""
    from hub.viz.terminal import lines_of as drawn

    picture = sample.picture(FINER * columns, letters=False)
    block = [] if picture is None else drawn(picture, columns, depth)
    said = _wrapped(f"#{sample.number} {sample.said}", columns, 1 if picture else LINES)
    return [*block, *(line + " " * (columns - width(line)) for line in said)]


def _texts(samples: Sequence[Seen], across: int) -> Iterator[str]:
    """Yield samples below one another: number and classes in one line, each text in some below it."""
    for sample in samples:
        yield f"#{sample.number} {sample.fault or sample.caption}".rstrip()
        read = [(name, text) for name, text in sample.words if text and text != sample.caption]
        for name, text in read:
            head = f"{name}: " if len(read) > 1 else ""
            yield from (INDENT + line for line in _wrapped(head + text, across - len(INDENT), LINES))
        yield ""


def _wrapped(text: str, columns: int, most: int) -> list[str]:
    """Return a text in at most so many lines of so many columns, parted at blanks where there are any."""
    found: list[str] = []
    rest = text.strip()
    while rest and len(found) < most - 1 and width(rest) > columns:
        head = cut(rest, columns + 1).removesuffix("…")
        blank = head.rfind(" ")
        if blank > 0 and rest[len(head) : len(head) + 1] != " ":
            head = head[:blank]
        found.append(head.rstrip())
        rest = rest[len(head) :].lstrip()
    return [*found, cut(rest, columns)] if rest else found


def _counts(counts: Counts, across: int) -> Iterator[str]:
    shown = counts if counts.ordered or len(counts) <= BARS else counts.frequent()
    names = [cut(name, NAME) for name in shown.names[:BARS]]
    rows = [
        (INDENT + name, bar(count / max(counts.most, 1), min(BAR, across // 3)), f"{count:,}")
        for name, count in zip(names, shown.counts, strict=False)
    ]
    yield counts.title
    yield from lines(rows)
    if len(counts) > BARS:
        least = shown.counts[-1]
        yield f"{INDENT}and {len(counts) - BARS:,} more, the rarest with {least:,}"
    yield ""
