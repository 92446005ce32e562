"""`sitemap.xml`: every page of a site for search engines, with its translation (https://www.sitemaps.org/protocol.html).

Of all that was built, not of the cards alone: the documentation is there too. No dates, since a build knows no clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from hub.site.labels import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">
"""


def files(folder: Path, base_url: str) -> dict[str, bytes]:
    """Return the map of the site in a folder; none without its address, since a map names whole ones."""
    if not base_url:
        return {}
    paths = {path.parent.relative_to(folder).as_posix() for path in folder.rglob("index.html")}
    pages = {"" if path == "." else f"{path}/" for path in paths}
    lines = "".join(_line(page, pages, base_url) for page in sorted(pages))
    return {"sitemap.xml": f"{HEAD}{lines}</urlset>\n".encode()}


def _line(page: str, pages: Collection[str], base_url: str) -> str:
    found = [(language, each) for language, each in _in_every_language(page) if each in pages]
    links = [f'<xhtml:link rel="alternate" hreflang="{one}" href={quoteattr(base_url + each)}/>' for one, each in found]
    # A page that is in one language has no other one to name.
    return f"<url><loc>{escape(base_url + page)}</loc>{''.join(links) if len(links) > 1 else ''}</url>\n"


def _in_every_language(page: str) -> Iterator[tuple[str, str]]:
    """Yield each language and where a page stands in it: the first one at the top, the others in folders."""
    first, *others = LANGUAGES
    bare = next((page.removeprefix(f"{other}/") for other in others if page.startswith(f"{other}/")), page)
    yield first, bare
    yield from ((other, f"{other}/{bare}") for other in others)
