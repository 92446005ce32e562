"""In which order the sources of an artifact are tried. Pure: what is remembered of hosts, and the time, are passed in.

A source is moved only for one of these reasons, the gravest first; where none applies the card's order holds:

    exposed     it could be exchanged on the way, and others could not
    failing     its host failed within ten minutes and has not delivered since
    doubtful    its host failed within a day and has not delivered since
    slow        its host is several times slower than the fastest of those measured here

Among hosts that are failing, and among those that are doubtful, the one that delivered last is the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.progress import human_bytes
from hub.sources.base import place_of
from hub.store.hosts import Host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from hub.cards import Artifact, Source

LATELY = 600.0
"""Seconds: an outage that is shorter is worth another try within the run, and no more."""
A_DAY = 24 * 3600.0
"""After that a host is as good as one of which nothing is known: outages of a day end."""
SEVERAL_TIMES = 4.0
"""Measured rates of one host differ by two or three from hour to hour; the card's order has its own reasons."""

FAILING, DOUBTFUL = 2, 1


@dataclass(frozen=True, slots=True)
class Ranked:
    """A source and why it was put behind others; "" if it was not."""

    source: Source
    reason: str = ""


def in_order(artifact: Artifact, hosts: Mapping[str, Host], now: float) -> list[Ranked]:
    """Return all sources of an artifact in the order in which to try them.

    >>> from hub.cards import Artifact, Source
    >>> urls = "https://a.org/x", "https://b.org/x"
    >>> artifact = Artifact(name="x", sources=tuple(Source(url=url) for url in urls))
    >>> [(each.source.url, each.reason) for each in in_order(artifact, {"a.org": Host(failed=1000.0)}, 1060.0)]
    [('https://b.org/x', ''), ('https://a.org/x', 'it failed 1 minute ago')]
    """
    known = {source: _known(hosts, source.url) for source in artifact.sources}
    slow = _slower_than(known.values())
    ranks = [_rank(source, known[source], artifact.guards, slow, now) for source in artifact.sources]
    return [ranked for _, ranked in sorted(ranks, key=lambda each: each[0])]  # stable: the card's order holds


def moved(ranked: Sequence[Ranked], artifact: Artifact) -> list[str]:
    """Return, for the log, why the order is another than the card's; empty if it is not."""
    if [each.source for each in ranked] == list(artifact.sources):
        return []
    return [f"{place_of(each.source.url)}: {each.reason}" for each in ranked if each.reason]


def _known(hosts: Mapping[str, Host], url: str) -> Host:
    place = place_of(url)
    return hosts.get(place, Host()) if place else Host()


def _slower_than(known: Iterable[Host]) -> float:
    """Return below which rate a host is slow beside the fastest of those that were measured."""
    return max((host.rate for host in known), default=0.0) / SEVERAL_TIMES


Rank = tuple[bool, int, float, bool]


def _rank(source: Source, host: Host, guards: Callable[[Source], bool], slow: float, now: float) -> tuple[Rank, Ranked]:
    is_exposed, trouble, is_slow = not guards(source), _trouble(host, now), 0 < host.rate < slow
    last_good = -host.succeeded if trouble else 0.0
    reasons = [
        "it could be exchanged on the way" if is_exposed else "",
        f"it failed {_ago(now - host.failed)} ago" if trouble else "",
        f"it gave {human_bytes(int(host.rate))}/s, others several times more" if is_slow else "",
    ]
    return (is_exposed, trouble, last_good, is_slow), Ranked(source, ", ".join(filter(None, reasons)))


def _trouble(host: Host, now: float) -> int:
    """A failure in the future is of a clock that jumped, and says nothing."""
    age = now - host.failed
    if not host.failed or host.succeeded >= host.failed or not 0 <= age < A_DAY:
        return 0
    return FAILING if age < LATELY else DOUBTFUL


def _ago(seconds: float) -> str:
    for unit, length in (("hour", 3600), ("minute", 60)):
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {unit}{'s' * (count != 1)}"
    return f"{int(seconds)} seconds"
