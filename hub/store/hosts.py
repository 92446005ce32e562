"""What is remembered of hosts, so that the next run begins with one that is likely to deliver.

A small JSON file, `hosts.json`, that is replaced as a whole. It can be lost without harm; of two processes that write
it at once, one's news are lost.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from hub.errors import StoreError
from hub.store.files import write_small

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hub.store.layout import Layout

# What a smaller file takes says how far a host is, not how fast.
MEASURABLE = 1 << 20
# How much the latest transfer counts: four of them make up nine tenths of the rate.
LATEST = 0.45
MOST = 200
"""Hosts that are remembered: those with the oldest news are forgotten first."""


@dataclass(frozen=True, slots=True)
class Host:
    """How a host did: seconds since the epoch, 0 for never; bytes a second, 0 for unknown."""

    succeeded: float = 0.0
    failed: float = 0.0
    rate: float = 0.0

    @property
    def latest(self) -> float:
        """When it was last heard of."""
        return max(self.succeeded, self.failed)

    def after_success(self, now: float, size: int, seconds: float) -> Host:
        """Return what is to be remembered after a transfer of `size` bytes."""
        rate = self.rate
        if size >= MEASURABLE and seconds > 0:
            rate = size / seconds if not rate else (1 - LATEST) * rate + LATEST * size / seconds
        return replace(self, succeeded=now, rate=rate)

    def after_failure(self, now: float) -> Host:
        """Return what is to be remembered after a failure."""
        return replace(self, failed=now)


def read(layout: Layout) -> dict[str, Host]:
    """Return place -> what is remembered of it; empty where nothing, or nothing readable, is."""
    try:
        table = json.loads(layout.hosts.read_text("utf-8"))
        found = {str(place): Host(**entry) for place, entry in table.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
    return {place: host for place, host in found.items() if _is_sound(host)}


def remember(layout: Layout, place: str, change: Callable[[Host], Host]) -> None:
    """Replace what is remembered of a place ("" is this machine, of which nothing is); where that fails, forget it.

    >>> import tempfile, pathlib
    >>> from hub.store.layout import Layout
    >>> layout = Layout(pathlib.Path(tempfile.mkdtemp()))
    >>> remember(layout, "example.org", lambda host: host.after_success(1e9, 5 << 20, 2.0))
    >>> read(layout)["example.org"].rate
    2621440.0
    """
    if not place:
        return
    known = read(layout)
    changed = known | {place: change(known.get(place, Host()))}
    kept = sorted(changed.items(), key=lambda pair: pair[1].latest, reverse=True)[:MOST]
    try:
        write_small(layout.hosts, _text(dict(kept)), layout)
    except (StoreError, OSError):
        return  # a store that cannot be written forgets


def _text(hosts: Mapping[str, Host]) -> str:
    return json.dumps({place: asdict(hosts[place]) for place in sorted(hosts)}, indent=1) + "\n"


def _is_sound(host: Host) -> bool:
    numbers = (host.succeeded, host.failed, host.rate)
    return all(isinstance(each, int | float) and 0 <= each < float("inf") for each in numbers)
