"""How long ago work on a project was last seen, counted from the day on which somebody looked: no clock is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from hub.cards.catalog import Project, Seen

if TYPE_CHECKING:
    from hub.cards.catalog import Activity
    from hub.site.collection import Listed

QUIET_MONTHS = 12
STALE_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Liveliness:
    """`state` is "archived", "alive", "quiet", "stale" or "unknown"; `month` that of the last release or commit."""

    state: str
    month: str = ""


def of_project(entry: Listed, activity: Activity) -> Liveliness:
    """Return how lively a project is: by its notice if it is archived, else by the months since it last moved."""
    month = _last(activity.projects.get(entry.id, Seen()))
    if isinstance(entry.card, Project) and entry.card.status == "archived":
        return Liveliness("archived", month)
    if not month or activity.checked is None:
        return Liveliness("unknown")
    return Liveliness(_state(_months(date.fromisoformat(f"{month}-01"), activity.checked)), month)


def _last(seen: Seen) -> str:
    committed = seen.last_commit.isoformat()[:7] if seen.last_commit else ""
    return max(committed, seen.released or "")


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _state(months: int) -> str:
    if months < QUIET_MONTHS:
        return "alive"
    return "quiet" if months <= STALE_MONTHS else "stale"
