"""HTML as tests look at it: its text, its links, and whether every tag is closed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import yaml
from markdown import Markdown

NUMBER = re.compile(r"\d+\.\d+|\d+")
VOID = {"br", "hr", "img", "input", "link", "meta", "circle", "path", "wbr"}
"""Tags without an end; those of SVG end in themselves."""

APART = {"br", "dd", "dt", "figcaption", "h1", "h2", "li", "p", "td", "text", "th", "title", "tr"}
"""Tags that part words."""


@dataclass
class Document:
    """What a parser found. `tags` holds (tag, attributes) in their order."""

    text: str = ""
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    unbalanced: list[str] = field(default_factory=list)

    def all(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        """Return the attributes of all tags of a name that have these; class_ stands for class."""
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [found for name, found in self.tags if name == tag and wanted.items() <= found.items()]

    def has_number(self, value: float) -> bool:
        """Tell whether a number is written that is this one but for rounding to two digits behind the point."""
        return any(abs(float(each) - value) < 0.00501 for each in NUMBER.findall(self.text))

    @property
    def ids(self) -> set[str]:
        return {attributes["id"] for _, attributes in self.tags if "id" in attributes}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = Document()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.tags.append((tag, {name: value or "" for name, value in attrs}))
        self.found.text += " " if tag in APART else ""
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self._open or self._open.pop() != tag:
            self.found.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        # Python takes a title of SVG for that of the page, whose entities it leaves alone.
        self.found.text += unescape(data) if self._open[-1:] == ["title"] else data


def read(html: str) -> Document:
    """Return what is in a piece of HTML."""
    reader = _Reader()
    reader.feed(str(html))  # not Markup, which would escape what is added to it
    reader.close()
    reader.found.text = " ".join(reader.found.text.split())
    reader.found.unbalanced += reader._open
    return reader.found


def rendered(markdown: str) -> Document:
    """Return what the site's own Markdown makes of a page."""
    renderer = _renderer()
    renderer.reset()
    return read(renderer.convert(markdown))


@cache
def _renderer() -> Markdown:
    settings = yaml.safe_load((Path(__file__).parent.parent / "site" / "mkdocs.yml").read_text("utf-8"))
    names, options = [], {}
    for each in settings["markdown_extensions"]:
        (name, values), *_ = each.items() if isinstance(each, dict) else [(each, {})]
        names.append(name)
        options[name] = values
    return Markdown(extensions=names, extension_configs=options)
