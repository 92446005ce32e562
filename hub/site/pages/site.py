"""What pages are made from: the cards, who names whom, a language; and the way from one page to another."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from hub.registry.tasks import CHINESE
from hub.site import results
from hub.site.labels import Labels
from hub.site.markdown import code, line, plain, prose, render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hub.cards.base import Text
    from hub.site.collection import Collection, Documented, Listed
    from hub.site.references import References
    from hub.site.results import Board
    from hub.site.samples import Excerpt, Sheet


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
    """One language of the site. `base_url` is where it will stand, if that is known, with a slash at its end.

    `namespace` is what stands before the names of other people's cards, as in "lab/reviews": empty if it is not known,
    and None for hub's own, which need none. `samples` are those of datasets, by id, as far as there are any to show.
    `croissant` describes a dataset to search engines, on its page.
    """

    collection: Collection
    references: References
    language: str
    samples: Mapping[str, Sheet | Excerpt] = field(default_factory=dict)
    croissant: Callable[[Listed], Mapping[str, object] | None] | None = None
    base_url: str = ""
    namespace: str | None = None

    @cached_property
    def boards(self) -> list[Board]:
        """All leaderboards."""
        return results.boards(self.collection)

    @property
    def labels(self) -> Labels:
        return Labels(self.language)

    def text(self, text: Text) -> Markup:
        """Return a text in this language; where it is missing the English one, marked as such."""
        found = text.en if self.language == "en" else text.zh
        return plain(found) if found else Markup('<span lang="en">{}</span>').format(plain(text.en))

    def line(self, text: Text) -> Markup:
        """Return a text like `text` does, with what stands in `backticks` as code."""
        found = text.en if self.language == "en" else text.zh
        return line(found) if found else Markup('<span lang="en">{}</span>').format(line(text.en))

    def summary(self, entry: Listed) -> str:
        """Return an entry's summary as bare text, for what is no page."""
        return self.both(entry.card.summary)

    def name(self, entry: Listed) -> str:
        """Return what readers of this language call an entry."""
        chinese: str = getattr(entry.card, "name_zh", "")
        return chinese if self.language == "zh" and chinese else entry.card.name

    def tongue(self, entry: Listed) -> Markup:
        """Return the attribute that says in which language an entry's name is, if that is not the page's."""
        own: str = getattr(entry.card, "language", "")
        translated = self.name(entry) != entry.card.name
        return Markup(' lang="{}"').format(own) if own and own != self.language and not translated else Markup("")

    def both(self, text: Text) -> str:
        """Return a text in this language, or else in English, as bare text."""
        return (text.zh if self.language == "zh" else "") or text.en

    def board(self, board: Board) -> str:
        """Return what a leaderboard is called: its benchmark and metric."""
        return f"{self.both(board.about.name)}{self.labels.colon}{self.labels.known('metric', board.metric)}"

    def category(self, key: str) -> str:
        """Return the name of a category, or its key if nobody named it."""
        found = self.collection.categories.get(key)
        return self.both(found.name) if found else key

    def tag(self, key: str) -> str:
        """Return the name of a tag, or its key if nobody named it."""
        found = self.collection.tags.get(key)
        return self.both(found) if found else key

    def loadable(self, name: str) -> str:
        """Return the name by which readers load something, once they have added the registry that the site is."""
        return name if self.namespace is None else f"{self.namespace or self.labels.home_registry_name}/{name}"

    def known(self, references: Iterable[str]) -> list[Listed]:
        """Return the entries that references name, without those that do not exist."""
        return [self.collection.entries[each] for each in references if each in self.collection.entries]

    def task(self, task: str) -> str:
        """Return what a task is called: its own words, or their Chinese."""
        chinese = CHINESE.get(task, "").partition(" ")[0] if self.language == "zh" else ""
        return chinese or task.replace("-", " ")

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
        known |= {
            "place_of": place_of,
            "at_root": partial(self.at_root, path),
            "bare": bare,
            "slashed": slashed,
            "code": code,
            "line": line,
            "prose": prose,
            "slug": slug,
        }
        body = render(template, {**known, **values})
        return Page(path, title, description, body, wide)


def place(entry: Listed) -> str:
    """Return the path of an entry's page."""
    return f"{entry.kind}s/{entry.id}"


def place_of(documented: Documented) -> str:
    """Return where a name of the API index stands: "api/torchvision#transforms.Resize"."""
    return f"api/{documented.id}#{documented.library.anchor(documented.name)}"


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


def slug(value: object) -> str:
    """Return a value as it stands in addresses.

    >>> slug("CC-BY-4.0"), slug("not stated"), slug(True), slug(1998)
    ('cc-by-4.0', 'not-stated', 'yes', '1998')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    return re.sub(r"[^\w.+]+", "-", str(value).lower()).strip("-")


def bare(url: str) -> str:
    """Return an address as people read it.

    >>> bare("https://www.example.org/docs/")
    'example.org/docs'
    """
    return url.partition("://")[2].removeprefix("www.").rstrip("/")


def slashed(url: str) -> Markup:
    """Return an address as people read it, which narrow places break behind a slash.

    >>> slashed("https://www.example.org/docs/")
    Markup('example.org/<wbr>docs')
    """
    return Markup("/<wbr>").join(plain(part) for part in bare(url).split("/"))
