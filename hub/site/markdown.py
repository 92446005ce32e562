"""Pages out of templates. What comes from a card stays text: none of its characters mean Markdown or HTML.

Jinja2 (which MkDocs and Sphinx bring) fills templates; a value passes through `plain` unless it is `Markup` already.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping

# Read by Markdown or HTML as more than text. Entities are text to both, also within tables, attributes and code.
# An underscore within a word means nothing, and names have so many that pages would grow by a tenth.
SPECIAL = re.compile(r"""[&<>"'*`\[\]{}|\\~^#$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])""")
FENCES = re.compile("`+")
PARAGRAPHS = re.compile(r"\n[ \t]*\n")
# A name between backticks, or an address; one with a placeholder such as <language> leads nowhere.
RUNS = re.compile(r"(`[^`]+`|https?://[^\s<>\"'`]+(?![^\s\"'`]*[<>]))")


def plain(value: object) -> Markup:
    """Return text that Markdown and HTML show as it is.

    >>> print(plain("a_b _c_ <script> [x](y)"))
    a_b &#95;c&#95; &#60;script&#62; &#91;x&#93;(y)
    """
    if isinstance(value, Markup):
        return value
    # A line of its own could begin a heading, a list or a block of code.
    return _kept(" ".join(str(value).split()))


def code(text: str, language: str = "") -> Markup:
    """Return a block of code, which nothing within can end."""
    longest = max((len(run) for run in FENCES.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return Markup(f"{fence}{language}\n{text.rstrip()}\n{fence}")  # noqa: S704  within a fence nothing has a meaning


def prose(text: str) -> Markup:
    """Return paragraphs of text as HTML: what is indented stays as it is, `x` is code, and addresses are links.

    >>> print(prose("Get `a*b` from https://example.org/x."))
    <p>Get <code>a&#42;b</code> from <a href="https://example.org/x">https://example.org/x</a>.</p>
    """
    return Markup("\n").join(_paragraph(block) for block in PARAGRAPHS.split(text.strip("\n")) if block.strip())


def _paragraph(block: str) -> Markup:
    lines = block.rstrip().split("\n")
    if all(line.startswith("    ") for line in lines):
        kept = Markup("&#10;").join(_kept(line[4:]) for line in lines)
        return Markup("<pre>{}</pre>").format(kept)
    return Markup("<p>{}</p>").format(line(block))


def line(text: str) -> Markup:
    """Return a piece of a paragraph as HTML: `x` is code, and addresses are links.

    >>> print(line("Take `a_b`."))
    Take <code>a_b</code>.
    """
    return Markup("").join(_run(part, place) for place, part in enumerate(RUNS.split(" ".join(text.split()))))


def _run(part: str, place: int) -> Markup:
    """Return a part of a paragraph; `RUNS` splits, so that what it found has the odd places."""
    if place % 2 == 0:
        return _kept(part)
    if part.startswith("`"):
        return Markup("<code>{}</code>").format(_kept(part[1:-1]))
    url = part.rstrip(".,;:)")
    link = Markup('<a href="{0}">{0}</a>').format(_kept(url))
    return link + _kept(part[len(url) :])


def _kept(text: str) -> Markup:
    """Return a piece of a line as text that Markdown and HTML show as it is."""
    return Markup(SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text))  # noqa: S704  this is what makes it safe


def render(template: str, values: Mapping[str, object]) -> str:
    """Return `templates/<template>` filled with values."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,  # so that what macros return is known to be safe
        finalize=plain,  # comes first, and escapes for Markdown too
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
