"""The work behind a card: from its BibTeX, or from what else is known."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

# pybtex: reads BibTeX as BibTeX does, names and accents of LaTeX included.
# perf: its general functions search all installed packages for plugins at each call, which took a minute.
from pybtex.database import Person
from pybtex.database.input.bibtex import Parser
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pybtex.database import Entry

DOI = re.compile(r"https?://(?:dx\.)?doi\.org/(10\.\S+)")
OTHERS = "others"
"""What BibTeX has in place of the authors that are not named."""


@dataclass(frozen=True, slots=True)
class Author:
    """One author; a group has a `family` name alone."""

    family: str
    given: str = ""

    def __str__(self) -> str:
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True, slots=True)
class Work:
    """What is cited. `kind` is an entry type of BibTeX, `within` the journal, proceedings or institution."""

    kind: str
    key: str
    title: str
    authors: tuple[Author, ...]
    year: int | None
    url: str = ""
    doi: str = ""
    within: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""
    bibtex: str = ""
    """As the card gives it; without any it is made."""


def of_paper(title: str, authors: Sequence[str], year: int, url: str, venue: str = "") -> Work:
    """Return the work that these facts describe."""
    people = tuple(_author(Person(name.replace(",", " "))) for name in authors if name.strip())
    doi = DOI.match(url)
    # Whether a venue is a journal or a conference nobody says; what has a DOI of its own is called an article.
    kind = "article" if doi else "misc"
    found = Work(kind, "", title, people, year, url, doi[1] if doi else "", venue)
    return replace(found, key=_key(found))


def of_bibtex(text: str, otherwise: Work | None) -> Work | None:
    """Return the first work that BibTeX describes, with what else is known of it; `otherwise` if it cannot be read."""
    entry = _first_entry(text)
    if entry is None:
        return otherwise
    fields = {name.lower(): _plain(value) for name, value in entry.fields.items()}
    authors = tuple(_author(person) for person in entry.persons.get("author", []))
    if otherwise and (not authors or Author(OTHERS) in authors):
        authors = otherwise.authors
    year = fields.get("year", "")
    return Work(
        kind=entry.type,
        key=entry.key or "",
        title=fields.get("title", ""),
        authors=tuple(author for author in authors if author != Author(OTHERS)),
        year=int(year) if year.isdecimal() else (otherwise.year if otherwise else None),
        url=fields.get("url") or (otherwise.url if otherwise else ""),
        doi=fields.get("doi") or (otherwise.doi if otherwise else ""),
        within=next((fields[name] for name in ("journal", "booktitle", "institution") if name in fields), ""),
        volume=fields.get("volume", ""),
        number=fields.get("number", ""),
        pages=fields.get("pages", ""),
        bibtex=text.strip(),
    )


@cache
def _first_entry(text: str) -> Entry | None:
    try:
        entries = Parser().parse_string(text).entries
    except PybtexError:
        return None
    return next(iter(entries.values()), None)


def _plain(latex: str) -> str:
    try:
        text = str(Text.from_latex(latex))
    except (PybtexError, ValueError):  # unbalanced braces, and what no codec knows
        text = latex
    return " ".join(text.split())


def _author(person: Person) -> Author:
    family = " ".join([*person.prelast_names, *person.last_names, *person.lineage_names])
    given = " ".join([*person.first_names, *person.middle_names])
    return Author(_plain(family), _plain(given))


def _key(work: Work) -> str:
    """Return a key as people make them: first author, year, first word of weight."""
    words = [word for word in re.findall(r"[a-z0-9]+", _ascii(work.title)) if len(word) > 3]  # noqa: PLR2004  no "the"
    family = re.sub(r"[^a-z]", "", _ascii(work.authors[0].family)) if work.authors else ""
    return f"{family or 'paper'}{work.year or ''}{words[0] if words else ''}"


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
