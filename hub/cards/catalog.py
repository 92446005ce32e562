"""What an entry of the catalog may say: projects, what to learn from, and papers; and the words that it chooses from.

An entry names another as `<kind>/<id>`, such as "dataset/mnist" or "project/timm". Links back are never written: they
are found.
"""

from __future__ import annotations

from datetime import date  # noqa: TC003  msgspec reads the annotations
from typing import Annotated, Literal

from msgspec import Meta

from hub.cards.base import Struct, Text

Url = Annotated[str, Meta(pattern=r"^https?://[^\s<>\"]+$")]
Word = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]*$")]
Language = Annotated[str, Meta(pattern="^[a-z]{2}$")]
Level = Literal["beginner", "intermediate", "advanced"]
Reference = Annotated[
    str,
    Meta(pattern="^(dataset|model|project|tutorial|article|book|course|paper)/[a-z0-9][a-z0-9_.-]*$"),
]
Year = Annotated[int, Meta(ge=1900, le=2100)]


class Checked(Struct, frozen=True, kw_only=True):
    """When somebody last looked, and what is known from where."""

    date: date
    """The day on which somebody looked."""
    opened: bool = True
    """Whether its address was opened then; where not, all that is said rests on what the basis names."""
    basis: str
    """What was looked at, in a sentence or two: what is known from where."""


class Entry(Struct, frozen=True, kw_only=True):
    """What every entry says. `name` is in its own language; `name_zh` is what Chinese readers call it."""

    schema: Literal[1]
    """The form of the card: 1."""
    name: str
    """What it is called, in its own language."""
    name_zh: str = ""
    """What Chinese readers call it, if that is another name."""
    summary: Text
    """What it is, for whom, and what to know before: a sentence or two in your own words, in both languages."""
    url: Url
    """Where people should go."""
    added: date
    """The day on which the card was written."""
    tags: tuple[Word, ...] = ()
    """Keys of catalog/tags.toml."""
    checked: Checked
    """When somebody last looked, and at what."""


class Successor(Struct, frozen=True, kw_only=True):
    """What to use instead: an entry of this catalog, or a name and its address."""

    card: Reference | None = None
    """An entry of this catalog."""
    name: str = ""
    """Its name, where this catalog does not have it."""
    url: Url | None = None
    """Its address, where this catalog does not have it."""
    note: Text | None = None
    """For what part, or on whose word."""


class Project(Entry, frozen=True, kw_only=True):
    """A library, tool or code base."""

    category: Word
    """A key of catalog/categories.toml."""
    repository: Url | None = None
    """Where its source code is."""
    documentation: Url | None = None
    """Where its documentation is."""
    package: str = ""
    """Its name on the Python package index."""
    license: str = ""
    """An SPDX expression; empty if none is stated."""
    status: Literal["active", "maintenance", "inactive", "archived", "renamed"]
    """`maintenance`: fixes only. `inactive`: neither work nor a notice. `archived`: a notice, or years of silence."""
    use_instead: tuple[Successor, ...] = ()
    """What to use in its place, the best first."""
    people: tuple[str, ...] = ()
    """Those who made it."""
    formerly: tuple[str, ...] = ()
    """Earlier names, or earlier homes such as OWNER/REPOSITORY."""
    paper: Url | None = None
    """The address of the paper about it."""
    related: tuple[Reference, ...] = ()
    """Other entries that belong to it, as <kind>/<id>."""


class Learning(Entry, frozen=True, kw_only=True):
    """What tutorials, articles, books and courses share."""

    language: Language
    """The language that it is in: two letters, such as en or zh."""
    level: Level
    """For whom it is."""
    authors: tuple[str, ...] = ()
    """Those who wrote or teach it."""
    about: tuple[Reference, ...] = ()
    """The projects, datasets and models that it teaches or uses."""


class Tutorial(Learning, frozen=True, kw_only=True):
    """A lesson to follow along; a `collection` is a page that leads to several."""

    format: Literal["page", "notebook", "video", "repository", "collection"]
    """What it is."""
    minutes: Annotated[int, Meta(gt=0)] | None = None
    """How long it takes."""


class Article(Learning, frozen=True, kw_only=True):
    """A text to read: an article, an answered question, or code that is explained."""

    format: Literal["article", "question", "repository"]
    """What it is."""
    publisher: str = ""
    """The site or column that it stands in."""
    year: Year | None = None
    """When it appeared."""


class Book(Learning, frozen=True, kw_only=True):
    """A book. `url` is its own page; `online` where it can be read for nothing."""

    publisher: str = ""
    """The publishing house."""
    year: Year
    """When this edition appeared."""
    edition: Annotated[int, Meta(gt=0)] | None = None
    """Which edition it is."""
    isbn: Annotated[str, Meta(pattern="^97[89][0-9]{10}$")] | None = None
    """Thirteen digits without dashes."""
    online: Url | None = None
    """Where it can be read for nothing."""
    code: Url | None = None
    """Where its code is."""


class Course(Learning, frozen=True, kw_only=True):
    """A course; `authors` teach it. `free` is whether its lessons cost nothing, if that is known."""

    provider: str
    """The platform or university."""
    free: bool | None = None
    """Whether its lessons cost nothing."""
    hours: Annotated[float, Meta(gt=0)] | None = None
    """How long its lessons take."""
    videos: Url | None = None
    """Where its lessons can be watched for nothing."""


class Publication(Entry, frozen=True, kw_only=True):
    """A paper. `name` is its title and `url` the permanent address by which datasets and models name it."""

    authors: tuple[str, ...]
    """All of them, in its order."""
    year: Year
    """When it appeared."""
    venue: str = ""
    """The conference or journal, if it has one."""
    code: Url | None = None
    """The authors' own code."""


class Category(Struct, frozen=True, kw_only=True):
    """One of the groups that projects stand in."""

    name: Text
    summary: Text
    tags: tuple[Word, ...] = ()
    """What else belongs here: entries of any kind with one of these tags."""
    modality: tuple[str, ...] = ()
    """Likewise datasets of these modalities, and the models that do what such datasets are for."""


class Seen(Struct, frozen=True):
    """What was last seen of a project from outside: its newest version, the month of that, the day of a commit."""

    version: str = ""
    released: Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}$")] | None = None
    last_commit: date | None = None


class Activity(Struct, frozen=True):
    """What was seen of projects, by their ids, and when; written by a program, never by hand."""

    checked: date | None = None
    projects: dict[str, Seen] = {}


KINDS: dict[str, type[Entry]] = {
    "project": Project,
    "tutorial": Tutorial,
    "article": Article,
    "book": Book,
    "course": Course,
    "paper": Publication,
}
"""What each kind of entry, and so the folder `catalog/<kind>s/`, holds."""
