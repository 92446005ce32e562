"""The bar and the head of pages: the same templates as around cards, so the same values."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes

from hub.cards.catalog import Activity
from hub.site import menu, references
from hub.site.collection import Collection
from hub.site.documentation.commands import filled
from hub.site.pages.site import Site

if TYPE_CHECKING:
    import click
    from sphinx.application import Sphinx

# What search engines show of a description.
LONGEST = 160

# After the theme, which sets `config` of its templates.
LATE = 900


def setup(app: Sphinx) -> None:
    """Give templates what they get around cards, and the page of commands its options."""
    app.add_config_value("hub_commands", "", "env")
    app.connect("builder-inited", _without_search)
    app.connect("html-page-context", _share, priority=LATE)
    app.connect("source-read", _fill)


def _without_search(app: Sphinx) -> None:
    """The site has one search over everything; Sphinx need not write an index."""
    app.builder.search = False  # type: ignore[attr-defined]  # of builders of HTML


def _share(
    app: Sphinx,  # noqa: ARG001  Sphinx calls it so
    pagename: str,  # noqa: ARG001  likewise
    templatename: str,  # noqa: ARG001  likewise
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    config, page = context["config"], context["page"]
    # A string: `sphinx-build -A` knows nothing else.
    extra = json.loads(context["hub_extra"]) if "hub_extra" in context else _alone()
    top = f"{context['base_url']}/../"
    config["extra"] |= menu.below(extra, top) | {"homepage": top}
    config["plugins"] = {}
    page["url"] = f"{menu.DOCS}/"  # which tab it belongs to
    page["meta"] = {"description": _description(doctree), **(page["meta"] or {})}
    context["written"] = doctree is not None


def _alone() -> dict[str, object]:
    """Return what the bar shows where only the documentation is built: nothing but it."""
    nothing = Collection(Path(), {}, {}, {}, Activity(), {}, ())
    return menu.for_documentation(Site(nothing, references.find(nothing), "en"), ())


def _description(doctree: nodes.document | None) -> str:
    paragraph = next(iter(doctree.findall(nodes.paragraph)), None) if doctree else None
    text = " ".join(paragraph.astext().split()) if paragraph is not None else ""
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition(" ")[0] + " ..."


def _fill(app: Sphinx, docname: str, source: list[str]) -> None:
    if docname == "commands":
        source[0] = filled(source[0], _commands(app.config.hub_commands))


def _commands(place: str) -> click.Group:
    """Return the command line by its place; a name, since the command line knows this package and not the reverse."""
    module, _, name = place.partition(":")
    return cast("click.Group", getattr(import_module(module), name))
