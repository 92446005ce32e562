"""What one run knows of hosts: it reads what earlier ones recorded, and records how its own transfers went."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from hub.sources.base import place_of
from hub.store import hosts
from hub.store.hosts import Host
from hub.transfer.ordering import in_order, moved

if TYPE_CHECKING:
    from collections.abc import Callable

    from hub.cards import Artifact, Source
    from hub.store.layout import Layout

logger = logging.getLogger("hub")


class Memory:
    """What is remembered of hosts, in a store."""

    def __init__(self, layout: Layout, clock: Callable[[], float] = time.time) -> None:
        self._layout = layout
        self._clock = clock

    def in_order(self, artifact: Artifact) -> list[Source]:
        """Return the sources in the order in which to try them; the log says why it is another than the card's."""
        ranked = in_order(artifact, hosts.read(self._layout), self._clock())
        if reasons := moved(ranked, artifact):
            logger.info("%s: another source first; %s", artifact.name, "; ".join(reasons))
        return [each.source for each in ranked]

    def of(self, url: str) -> Host:
        """Return what is remembered of the host of a source's URL."""
        return hosts.read(self._layout).get(place_of(url), Host())

    def succeeded(self, url: str, size: int, seconds: float) -> None:
        """Record that a source delivered `size` bytes in so many seconds."""
        now = self._clock()
        hosts.remember(self._layout, place_of(url), lambda host: host.after_success(now, size, seconds))

    def failed(self, url: str) -> None:
        """Record that a source's host did not deliver."""
        now = self._clock()
        hosts.remember(self._layout, place_of(url), lambda host: host.after_failure(now))
