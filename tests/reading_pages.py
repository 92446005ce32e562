"""Pages as people and browsers read them: titles, links, rows of lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINKS = {"a": "href", "link": "href", "script": "src", "img": "src", "source": "src", "iframe": "src"}
HOST = "https://site.invalid/"


def parsed(text: str) -> BeautifulSoup:
    """Return a page, or the body of one that is not yet rendered."""
    return BeautifulSoup(text, "html.parser")


def rows(soup: BeautifulSoup) -> list[Tag]:
    """Return the rows of a list."""
    return soup.select(".hub-listing tbody tr")


def facet(soup: BeautifulSoup, name: str) -> dict[str, int]:
    """Return the values of a facet, as they stand in addresses, with their counts."""
    labels = soup.select(f'fieldset[data-facet="{name}"] label')
    return {str(label.select("input")[0]["value"]): int(label.select(".hub-n")[0].text) for label in labels}


def names(soup: BeautifulSoup) -> list[str]:
    """Return the names in the rows of a list, in their order."""
    return [row.select("th a")[0].text for row in rows(soup)]


@dataclass(frozen=True)
class Built:
    """A built site in a folder, as a crawler sees it."""

    folder: Path

    def pages(self) -> dict[str, BeautifulSoup]:
        """Return all pages by their addresses below the site."""
        found = sorted(self.folder.rglob("*.html"))
        return {path.relative_to(self.folder).as_posix(): parsed(path.read_text("utf-8")) for path in found}

    def leads_somewhere(self, address: str) -> bool:
        """Tell whether there is a file at an address below the site."""
        path = self.folder / urlsplit(address).path.lstrip("/")
        return path.is_file() or (path / "index.html").is_file()


def links(address: str, soup: BeautifulSoup) -> Iterator[tuple[str, str]]:
    """Yield where the links of a page lead within the site: the address below it, and the anchor."""
    for tag in soup.find_all(list(LINKS)):
        target = tag.get(LINKS[tag.name])
        if isinstance(target, str) and not urlsplit(target).scheme and not target.startswith("//"):
            path, anchor = urldefrag(urljoin(HOST + address, target))
            yield path.removeprefix(HOST), anchor
