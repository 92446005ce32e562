"""What `hub preview` prints: samples as pictures of characters or as texts, and counts as bars."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from hub.cli.drawing import bar
from hub.cli.table import cut, lines, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hub.cards import Field
    from hub.viz.counting import Counts
    from hub.viz.previews import Preview, Seen
    from hub.viz.terminal import Depth

NARROW, PHOTO = 18, 25
"""Columns of a small picture at least, and of others; a sample of several pictures has as many times that."""

SMALL = 64
"""Pixels that small pictures have at most."""

ROWS = 3
"""Rows of pictures where nobody says how many samples are shown."""

WIDEST = 96
"""Columns of a picture at most."""

GAP = 2
INDENT = "  "

FINER = 4
"""Pictures are drawn so many times as large as they are shown, so that lines on them become thin."""

UNSEEN = 10
"""Of what is said of a sample that cannot be seen as many lines are shown; paths in it are long."""

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
    depth = depth_of(sys.stdout)
    yield _bold(shown.title, depth)
    yield from lines([(INDENT + name, cut(said, across - 12)) for name, said in shown.facts])
    yield ""
    if shown.pictured:
        yield from _pictures(shown.samples, across, depth)
    else:
        yield from _texts(shown.samples, across)
    for counts in (shown.classes, shown.sizes):
        if counts is not None:
            yield from _counts(counts, across, depth)


def _pictures(samples: Sequence[Seen], across: int, depth: Depth) -> Iterator[str]:
    from hub.viz.terminal import side_by_side

    if not samples:
        return
    columns = min(in_a_row(samples[0].fields, across), len(samples))
    cell = min((across - GAP * (columns - 1)) // columns, WIDEST)
    for start in range(0, len(samples), columns):
        blocks = [_cell(sample, cell, depth) for sample in samples[start : start + columns]]
        yield from (line.rstrip() for line in side_by_side(blocks, [cell] * len(blocks), GAP))
        yield ""


def in_a_row(fields: Sequence[Field], across: int) -> int:
    """Return how many samples that can be seen stand side by side in so many columns; at least one does."""
    from hub.viz.samples import has_picture

    seen = [field for field in fields if has_picture([field])]
    small = any(field.shape and max(field.shape) <= SMALL for field in seen)
    frames = any(field.kind == "video" for field in seen)
    narrowest = (NARROW if small else PHOTO) * (min(len(seen), 3) + frames)
    return max(1, (across + GAP) // (narrowest + GAP))


def usual_count(fields: Sequence[Field]) -> int | None:
    """Return how many samples fill some rows of the terminal; None where samples are read."""
    from hub.viz.samples import has_picture

    return ROWS * in_a_row(fields, shutil.get_terminal_size().columns) if has_picture(fields) else None


def _cell(sample: Seen, columns: int, depth: Depth) -> list[str]:
    """Return a picture above its caption, each line of so many columns."""
    from hub.viz.terminal import lines_of as drawn

    picture = sample.picture(FINER * columns, letters=False)
    block = [] if picture is None else drawn(picture, columns, depth)
    said = _wrapped(f"#{sample.number} {sample.said}", columns, 1 if picture else UNSEEN)
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


def _bold(text: str, depth: Depth) -> str:
    from hub.viz.terminal import Depth

    return text if depth is Depth.PLAIN else f"\x1b[1m{text}\x1b[0m"


def _counts(counts: Counts, across: int, depth: Depth) -> Iterator[str]:
    shown = counts if counts.ordered or len(counts) <= BARS else counts.frequent()
    names = [cut(name, NAME) for name in shown.names[:BARS]]
    rows = [
        (INDENT + name, bar(count / max(counts.most, 1), min(BAR, across // 3)), f"{count:,}")
        for name, count in zip(names, shown.counts, strict=False)
    ]
    yield _bold(counts.title, depth)
    yield from lines(rows)
    if len(counts) > BARS:
        least = shown.counts[-1]
        yield f"{INDENT}and {len(counts) - BARS:,} more, the rarest with {least:,}"
    yield ""
