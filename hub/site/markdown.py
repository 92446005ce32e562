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
SPECIAL = str.maketrans({character: f"&#{ord(character)};" for character in "&<>\"'*_`[]{}|\\~^#$"})
FENCES = re.compile("`+")


def plain(value: object) -> Markup:
    """Return text that Markdown and HTML show as it is.

    >>> print(plain("a_b <script> [x](y)"))
    a&#95;b &#60;script&#62; &#91;x&#93;(y)
    """
    if isinstance(value, Markup):
        return value
    # A line of its own could begin a heading, a list or a block of code.
    return Markup(" ".join(str(value).split()).translate(SPECIAL))  # noqa: S704  this is what makes it safe


def code(text: str, language: str = "") -> Markup:
    """Return a block of code, which nothing within can end."""
    longest = max((len(run) for run in FENCES.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return Markup(f"{fence}{language}\n{text.rstrip()}\n{fence}")  # noqa: S704  within a fence nothing has a meaning


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
