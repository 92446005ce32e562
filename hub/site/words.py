"""What facts are called, and how their values read, in one language of the site."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from markupsafe import Markup

from hub.progress import human_bytes
from hub.registry.quantities import human_count
from hub.site import results
from hub.site.markdown import plain

if TYPE_CHECKING:
    from hub.site.facts import Row, Value
    from hub.site.pages.site import Site

# Keys whose values are words of labels.toml, in the group of that name.
LABELLED = ("access", "activity", "format", "kind", "language", "level", "license", "modality", "status")
NAMES = 4
"""How many authors a list names."""

NAMING = ("about", "introduces", "use_instead")
"""Keys whose values name entries."""


class Words:
    """The words of facts: `words.label("task")`, and `words.text("task", ("image-classification",))`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def label(self, key: str) -> str:
        """Return what a fact is called."""
        return self._site.labels.known("facts", key)

    def bare(self, row: Row) -> str:
        """Return the same as bare text, for what is no page."""
        return self._site.summary(row.entry)

    def unit(self, metric: str) -> str:
        """Return what stands behind a figure of a metric, in short."""
        return self._site.labels.known("units", metric)

    def text(self, key: str, value: Value) -> str:
        """Return a fact's value as people read it."""
        several = value if isinstance(value, tuple) else (value,)
        return self._site.labels.comma.join(self.one(key, each) for each in several)

    def some(self, names: tuple[str, ...]) -> str:
        """Return the first few of many names, and how many more there are."""
        shown = self._site.labels.comma.join(names[:NAMES])
        return self._site.labels.and_more.format(names=shown, n=len(names) - NAMES) if len(names) > NAMES else shown

    def one(self, key: str, value: Value) -> str:
        """Return one of a fact's values as people read it."""
        if isinstance(value, bool) or key in LABELLED:
            return self._label(key, value)
        if isinstance(value, int | float):
            return _amount(key, value)
        return value.isoformat() if isinstance(value, date) else self._word(key, str(value))

    def terms(self, license_text: str) -> Markup:
        """Return a licence as people read it; what its card adds in parentheses is English."""
        known, mark, added = license_text.partition(" (")
        return plain(self.one("license", known)) + (
            Markup(' <span lang="en">({}</span>').format(plain(added)) if mark else ""
        )

    def name(self, row: Row) -> str:
        """Return what a row is called."""
        return self._site.both(row.name)

    def summary(self, row: Row) -> Markup:
        """Return what a row's entry says of itself."""
        return self._site.text(row.entry.card.summary)

    def _label(self, key: str, value: Value) -> str:
        if isinstance(value, bool):
            return self._site.labels("answers", "yes" if value else "no")
        return self._site.labels.known(key, str(value))

    def _word(self, key: str, value: str) -> str:
        match key:
            case "category":
                return self._site.category(value)
            case "tag":
                return self._site.tag(value)
            case "benchmark":
                found = results.known().benchmarks.get(value)
                return self._site.both(found.name) if found else value
            case "task":
                task = self._site.task(value)
                return task[:1].upper() + task[1:]
        named = self._site.known([value]) if key in NAMING else []
        return self._site.name(named[0]) if named else value


def _amount(key: str, value: float) -> str:
    """Return a number with its unit.

    >>> _amount("params", 25_557_032), _amount("size", 11_594_722), _amount("samples", 70_000), _amount("year", 1998)
    ('25.6M', '11.6 MB', '70,000', '1998')
    """
    match key:
        case "params":
            return human_count(value)
        case "size":
            return human_bytes(value)
        case "year":
            return str(value)
        case "gflops":
            return f"{value:.3g}" if value < 100 else f"{value:.0f}"  # noqa: PLR2004  three digits are enough
    return f"{value:,}" if isinstance(value, int) else f"{value:.2f}"
