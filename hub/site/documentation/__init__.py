"""The documentation under /docs/: what Sphinx cannot take from the pages that people write.

    docstrings    docstrings as what they are, Markdown
    commands      a command's options, out of click's own parser
    generated     tables of settings, exit codes, cards, and names out of the code and the cards
    shell         the bar and the head of the page, the same as around cards

Sphinx loads this as an extension: `extensions = ["hub.site.documentation"]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def setup(app: Sphinx) -> ExtensionMetadata:
    """Tell Sphinx what is here."""
    from hub.site.documentation import docstrings, generated, shell

    for part in (docstrings, generated, shell):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
