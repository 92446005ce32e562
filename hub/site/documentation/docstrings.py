"""Docstrings are Markdown: people read them in the source as they read a page.

Sphinx takes docstrings for reStructuredText, in which a table of ours is an error and a single backtick means emphasis.
So each becomes the content of one directive, which hands it to MyST.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from docutils.utils import new_document
from myst_parser.parsers.sphinx_ import MystParser
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.util.typing import OptionSpec

# What runs as a doctest stands between empty lines.
DOCTEST = re.compile(r"^( *)>>> .*(?:\n\1\S.*)*", re.MULTILINE)

# The parts of a package, a line each: names, two blanks or more, and what they are; that may go on in lines below.
PARTS = re.compile(r"^(?: {4}[a-z_]+(?: [a-z_]+)* {2,}\S.*\n?(?: {12,}\S.*\n?)*){2,}", re.MULTILINE)
PART = re.compile(r" {4}([a-z_]+(?: [a-z_]+)*) {2,}(\S.*(?:\n {12,}\S.*)*)")

# Placeholders such as <hex> are no HTML.
OPENING = re.compile(r"<(?=[A-Za-z/!?])")
CODE = re.compile(r"(`+)(?:.|\n)*?\1")

# Made by functions, never by hand: how is of no use to readers.
MADE = ("hub.Dataset",)


def setup(app: Sphinx) -> None:
    """Have docstrings read as Markdown."""
    app.add_directive("docstring", Docstring)
    app.connect("autodoc-process-docstring", _wrap)
    app.connect("autodoc-process-signature", _without_constructor)


class Docstring(SphinxDirective):
    """The content, read as Markdown."""

    has_content = True
    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        source, _ = self.get_source_info()
        document = new_document(source, self.state.document.settings)
        MystParser().parse(markdown("\n".join(self.content)), document)
        return document.children


def markdown(docstring: str) -> str:
    r"""Return a docstring as Markdown that MyST shows as it is meant.

    >>> print(markdown("As `a<b>` or a <key>."))
    As `a<b>` or a \<key>.
    """
    fenced = DOCTEST.sub(lambda found: f"```pycon\n{_outdented(found[0], len(found[1]))}\n```", docstring)
    return _outside_code(PARTS.sub(lambda found: _table(found[0]), fenced))


def _table(parts: str) -> str:
    rows = [f"| `{names}` | {' '.join(meaning.split())} |" for names, meaning in PART.findall(parts)]
    return "\n".join(["| part | what it is |", "|---|---|", *rows, ""])


def _outdented(text: str, width: int) -> str:
    return "\n".join(line[width:] for line in text.splitlines())


def _outside_code(text: str) -> str:
    """Escape what would open a tag, but for spans, fences and indented blocks of code."""
    done, position = [], 0
    for code in CODE.finditer(text):
        done += [_escaped(text[position : code.start()]), code[0]]
        position = code.end()
    return "".join([*done, _escaped(text[position:])])


def _escaped(text: str) -> str:
    return "\n".join(line if line.startswith("    ") else OPENING.sub(r"\\<", line) for line in text.split("\n"))


def _wrap(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:  # noqa: ARG001  Sphinx calls it so
    if any(lines):
        lines[:] = [".. docstring::", "", *(f"   {line}" if line else "" for line in lines), ""]


def _without_constructor(
    app: Sphinx,  # noqa: ARG001
    what: str,  # noqa: ARG001
    name: str,
    obj: object,  # noqa: ARG001
    options: object,  # noqa: ARG001
    signature: str | None,
    returns: str | None,
) -> tuple[str | None, str | None]:
    return ("", None) if name in MADE else (signature, returns)
