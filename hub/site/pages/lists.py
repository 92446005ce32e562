"""A list of each kind, and one of all there is to learn from: every row stands in the page, a script chooses."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, get_args

from markupsafe import Markup

from hub.cards.catalog import Level
from hub.site import facts
from hub.site.facts import slug
from hub.site.markdown import plain
from hub.site.shapes import LEARN, LEARNING, SHAPES
from hub.site.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hub.site.facts import Row, Value
    from hub.site.pages.site import Page, Site
    from hub.site.shapes import Shape

LEVELS = get_args(Level)
SHOWN = 7
"""How many values of a facet are shown at once; the others stand behind "more"."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: what stands in addresses, what people read, and how many rows have it."""

    slug: str
    text: str
    rows: int


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it is shown. `facets` are slugs parted by blanks; `ranks` its places in each order of the list."""

    row: Row
    name: Markup
    note: Markup
    cells: tuple[tuple[str, Markup], ...]
    facets: tuple[tuple[str, str], ...]
    ranks: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that the site has: what is in it, by what name labels know it, and on which page."""

    name: str
    kinds: tuple[str, ...]
    path: str
    template: str
    shape: Shape


def listings(site: Site) -> Iterator[Listing]:
    """Yield the list of each kind that has entries, and that of all there is to learn from."""
    for kind in site.collection.kinds:
        yield Listing(kind, (kind,), f"{kind}s", "list.md.j2", SHAPES[kind])
    if kinds := tuple(kind for kind in LEARNING if site.collection.of_kind(kind)):
        yield Listing("learn", kinds, "learn", "learn.md.j2", LEARN)


def pages(site: Site) -> Iterator[Page]:
    """Yield the page of each list."""
    for listing in listings(site):
        entries = [entry for kind in listing.kinds for entry in site.collection.of_kind(kind)]
        yield _page(site, listing, facts.rows(entries, site.collection, site.references))


def _page(site: Site, listing: Listing, rows: Sequence[Row]) -> Page:
    words = Words(site)
    found = {key: choices(rows, key, words) for key in listing.shape.facets}
    return site.page(
        listing.template,
        listing.path,
        site.labels("kinds", listing.name),
        site.labels("intro", listing.name),
        wide=True,
        kind=listing.name,
        kinds=listing.kinds,
        words=words,
        shape=listing.shape,
        facets=[(key, values) for key, values in found.items() if len(values) > 1],
        lines=_lines(rows, listing.shape, words),
        shown=SHOWN,
    )


def choices(rows: Sequence[Row], key: str, words: Words) -> list[Choice]:
    """Return the values that rows have of a fact: levels from easy to hard, years from late, the rest by number."""
    texts = {slug(each): (words.one(key, each), each) for row in rows for each in _values(row, key)}
    counts = Counter(each for row in rows for each in {slug(value) for value in _values(row, key)})
    ordered = sorted(texts, key=lambda each: (_place(key, texts[each][1]), -counts[each], texts[each][0]))
    return [Choice(each, texts[each][0], counts[each]) for each in ordered]


def _place(key: str, value: Value) -> int:
    if key == "level":
        return LEVELS.index(value)
    return -value if key == "year" and isinstance(value, int) else 0


def _values(row: Row, key: str) -> tuple[Value, ...]:
    value = row.facts.get(key)
    if isinstance(value, tuple):
        return value
    return () if value is None else (value,)


def _lines(rows: Sequence[Row], shape: Shape, words: Words) -> list[Line]:
    """Return the rows in the list's first order."""
    placed = [ranks(rows, order, words) for order in shape.orders]
    lines = [_line(row, shape, words, [str(each[n]) for each in placed]) for n, row in enumerate(rows)]
    return [line for _, line in sorted(zip(placed[0], lines, strict=True), key=lambda pair: pair[0])]


def _line(row: Row, shape: Shape, words: Words, places: list[str]) -> Line:
    return Line(
        row,
        _breakable(words.name(row)),
        note(row, words),
        tuple((key, cell(row, key, words)) for key in shape.columns),
        tuple((key, " ".join(map(slug, _values(row, key)))) for key in shape.facets),
        " ".join(places),
    )


def ranks(rows: Sequence[Row], order: str, words: Words) -> list[int]:
    """Return the place of each row in an order; where the value is the same by name, and last where it is missing."""
    key = order.removeprefix("-")
    sign = -1 if order.startswith("-") else 1
    values = [None if key == "name" else _sortable(row.facts.get(key)) for row in rows]
    names = [words.name(row).casefold() for row in rows]
    sortable = [
        (value is None, sign * (value or 0), name, row.key)
        for value, name, row in zip(values, names, rows, strict=True)
    ]
    places = {n: place for place, n in enumerate(sorted(range(len(rows)), key=sortable.__getitem__))}
    return [places[n] for n in range(len(rows))]


def _sortable(value: Value) -> float | None:
    if isinstance(value, date):
        return value.toordinal()
    if isinstance(value, str):
        return LEVELS.index(value) if value in LEVELS else int(value.replace("-", ""))
    return value if isinstance(value, int | float) else None


def _breakable(name: str) -> Markup:
    """Return a name that narrow columns break after an underscore: those of networks are long."""
    return Markup("_<wbr>").join(plain(part) for part in name.split("_"))


def note(row: Row, words: Words) -> Markup:
    """Return what stands below a name: of a network its family, of everything else its summary."""
    family = row.facts.get("family")
    return plain(family) if family else words.summary(row)


def cell(row: Row, key: str, words: Words) -> Markup:
    """Return what a list shows of a fact; nothing if it is not known."""
    if key == "best":
        return _score(row, words)
    value = row.facts.get(key)
    return Markup("") if value is None else plain(words.text(key, value))


def _score(row: Row, words: Words) -> Markup:
    metric = str(row.facts.get("metric", ""))
    if not metric:
        return Markup("")
    said = words.one(metric, row.facts[metric]), words.unit(metric), row.facts["benchmark"]
    return Markup("{} <small>{}</small><br><small>{}</small>").format(*map(plain, said))
