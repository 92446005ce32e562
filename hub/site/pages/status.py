"""Which projects are over, what nobody has looked at, what hangs by a thread."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from hub.cards import DatasetCard, ModelCard
from hub.cards.catalog import Entry, Project
from hub.registry.hosts import hosts_of, on_a_single_host
from hub.site.activity import of_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.cards import Artifact
    from hub.site.activity import Liveliness
    from hub.site.collection import Collection, Listed
    from hub.site.pages.site import Page, Site

STATES = ("alive", "quiet", "stale", "archived", "unknown")


@dataclass(frozen=True, slots=True)
class Thread:
    """An entry of which some files are on one host alone."""

    entry: Listed
    host: str
    files: int
    all_files: int


def pages(site: Site) -> Iterator[Page]:
    """Yield the one page."""
    collection = site.collection
    lively = {each.reference: of_project(each, collection.activity) for each in collection.of_kind("project")}
    states = Counter(each.state for each in lively.values())
    yield site.page(
        "status.md.j2",
        "status",
        site.labels("sections", "status"),
        site.labels.status_intro,
        wide=True,
        lively=lambda entry: lively[entry.reference],
        states=[(state, states[state]) for state in STATES if states[state]],
        checked=collection.activity.checked,
        over=_over(collection),
        slow=_slow(collection, lively),
        unopened=_unopened(collection),
        threads=threads(collection),
        untranslated=[each for each in collection.entries.values() if not each.card.summary.zh],
        faults=[(fault, fault.path.relative_to(collection.folder).as_posix()) for fault in collection.faults],
    )


def _over(collection: Collection) -> list[Listed]:
    """Return projects that nobody should begin with."""
    ended = ("archived", "inactive", "renamed")
    return [each for each in collection.of_kind("project") if cast("Project", each.card).status in ended]


def _slow(collection: Collection, lively: dict[str, Liveliness]) -> list[Listed]:
    """Return projects that are said to go on, but were not seen to for a year; the longest first."""
    over = _over(collection)
    found = [each for each in collection.of_kind("project") if lively[each.reference].state in ("quiet", "stale")]
    return sorted((each for each in found if each not in over), key=lambda each: lively[each.reference].month)


def _unopened(collection: Collection) -> list[tuple[str, list[Listed]]]:
    """Return kind -> entries whose address nobody has opened."""
    found = [(kind, [each for each in collection.of_kind(kind) if _is_unopened(each)]) for kind in collection.kinds]
    return [(kind, entries) for kind, entries in found if entries]


def _is_unopened(entry: Listed) -> bool:
    return isinstance(entry.card, Entry) and not entry.card.checked.opened


def threads(collection: Collection) -> list[Thread]:
    """Return the datasets and models of which one host alone has some file, in order of host and entry."""
    found = []
    for entry in collection.entries.values():
        artifacts = _artifacts(entry)
        single = on_a_single_host(artifacts)
        for host in hosts_of(single):
            files = sum(hosts_of([each]) == [host] for each in single)
            found.append(Thread(entry, host, files, len(artifacts)))
    return sorted(found, key=lambda each: (each.host, each.entry.reference))


def _artifacts(entry: Listed) -> list[Artifact]:
    card = entry.card
    if isinstance(card, DatasetCard):
        return list(card.artifacts)
    if isinstance(card, ModelCard):
        return [weights.artifact for variant in card.variants for weights in variant.weights]
    return []
