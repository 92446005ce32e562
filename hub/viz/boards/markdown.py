"""Markdown as HTML, as far as boards are given it: tables, paragraphs, bold words and code."""

from __future__ import annotations

import html
import re
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

BAR = re.compile(r"(?<!\\)\|")
"""What parts cells, but for one that is escaped."""

RULE = re.compile(r"^\|[\s:|-]+\|$")
"""The line below a table's head."""

MARKS = ((re.compile(r"\*\*(.+?)\*\*"), r"<b>\1</b>"), (re.compile(r"`(.+?)`"), r"<code>\1</code>"))


def as_html(markdown: str) -> str:
    """Return a text as HTML in which nothing but the marks of Markdown is one.

    >>> as_html("**2** of <b>")
    '<p><b>2</b> of &lt;b&gt;</p>'
    """
    blocks = groupby(markdown.splitlines(), key=lambda line: "table" if line.startswith("|") else bool(line.strip()))
    return "".join(_block(kind, list(lines)) for kind, lines in blocks if kind)


def table(rows: Sequence[Sequence[object]]) -> str:
    """Return rows, the head first, as a table of what is HTML already."""
    head, *body = rows
    lines = [_line("th", head), *(_line("td", row) for row in body)]
    return f'<table class="table table-striped table-condensed">{"".join(lines)}</table>'


def _block(kind: object, lines: Sequence[str]) -> str:
    if kind != "table":
        return f"<p>{'<br>'.join(_marked(line) for line in lines)}</p>"
    cells = [[_marked(cell.replace("\\|", "|").strip(" ")) for cell in BAR.split(line)[1:-1]] for line in lines]
    return table([row for row, line in zip(cells, lines, strict=True) if not RULE.match(line)])


def _line(tag: str, cells: Sequence[object]) -> str:
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"


def _marked(text: str) -> str:
    said = html.escape(text, quote=False)
    for mark, instead in MARKS:
        said = mark.sub(instead, said)
    return said
