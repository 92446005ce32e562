"""What pages are made from: the cards, who names whom, a language; and the way from one page to another."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from hub.site.labels import Labels
from hub.site.markdown import code, plain, prose, render

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hub.cards.base import Text
    from hub.site.collection import Collection, Listed
    from hub.site.references import References


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `path` is where it stands below the language's root: "datasets/mnist", or "" for the home page.

    `description` is what search engines and link previews show. `wide` pages have no table of contents beside them.
    """

    path: str
    title: str
    description: str
    body: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A file beside the pages, which all languages share: `path` as a page's, but with its ending."""

    path: str
    content: str | bytes


@dataclass(frozen=True)
class Site:
    """One language of the site. `base_url` is where it will stand, if that is known, with a slash at its end."""

    collection: Collection
    references: References
    language: str
    base_url: str = ""

    @property
    def labels(self) -> Labels:
        return Labels(self.language)

    def text(self, text: Text) -> Markup:
        """Return a text in this language; where it is missing the English one, marked as such."""
        found = text.en if self.language == "en" else text.zh
        return plain(found) if found else Markup('<span lang="en">{}</span>').format(plain(text.en))

    def summary(self, entry: Listed) -> str:
        """Return an entry's summary as bare text, for what is no page."""
        return self.both(entry.card.summary)

    def name(self, entry: Listed) -> str:
        """Return what readers of this language call an entry."""
        chinese: str = getattr(entry.card, "name_zh", "")
        return chinese if self.language == "zh" and chinese else entry.card.name

    def both(self, text: Text) -> str:
        """Return a text in this language, or else in English, as bare text."""
        return (text.zh if self.language == "zh" else "") or text.en

    def category(self, key: str) -> str:
        """Return the name of a category, or its key if nobody named it."""
        found = self.collection.categories.get(key)
        return self.both(found.name) if found else key

    def tag(self, key: str) -> str:
        """Return the name of a tag, or its key if nobody named it."""
        found = self.collection.tags.get(key)
        return self.both(found) if found else key

    def known(self, references: Iterable[str]) -> list[Listed]:
        """Return the entries that references name, without those that do not exist."""
        return [self.collection.entries[each] for each in references if each in self.collection.entries]

    def at_root(self, source: str, target: str) -> str:
        """Return the relative address, on the page `source`, of a file that all languages share: "feed.xml"."""
        up = "../" * (source.count("/") + bool(source) + (self.language != "en"))
        return f"{up}{target}"

    def file(self, entry: Listed) -> str:
        """Return where an entry's card is, below the folder of all cards."""
        return entry.path.relative_to(self.collection.folder).as_posix()

    def page(
        self, template: str, path: str, title: str, description: str, *, wide: bool = False, **values: object
    ) -> Page:
        """Return the page that a template makes; it knows `site`, `labels`, `href`, and the values given."""
        known = {"site": self, "labels": self.labels, "title": title, "href": partial(href, path), "place": place}
        known |= {"at_root": partial(self.at_root, path), "bare": bare, "code": code, "prose": prose}
        body = render(template, {**known, **values})
        return Page(path, title, description, body, wide)


def place(entry: Listed) -> str:
    """Return the path of an entry's page."""
    return f"{entry.kind}s/{entry.id}"


def href(source: str, target: str) -> str:
    """Return the relative address of the page `target` on the page `source`; both are paths as in `Page`.

    Relative, so that the site works in any folder of any host.

    >>> href("datasets/mnist", "papers/lecun1998")
    '../../papers/lecun1998/'
    >>> href("", "datasets"), href("datasets", "")
    ('datasets/', '../')
    """
    cut = min((target.find(mark) for mark in "?#" if mark in target), default=len(target))
    return posixpath.relpath(f"/{target[:cut]}", f"/{source}") + "/" + target[cut:]


def bare(url: str) -> str:
    """Return an address as people read it.

    >>> bare("https://www.example.org/docs/")
    'example.org/docs'
    """
    return url.partition("://")[2].removeprefix("www.").rstrip("/")
