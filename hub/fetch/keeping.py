"""Keeping: the store stays within its limit, and what lockfiles name stays in the store."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from hub.errors import StoreError
from hub.progress import human_bytes
from hub.store import elections, garbage, removing, standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from hub.cards import Artifact
    from hub.progress import Progress
    from hub.settings import Settings
    from hub.store.layout import Layout


def digests(path: Path) -> Iterator[str]:
    """Yield the sha256 of every file that a lockfile names; raises what reading one does."""
    from hub import lockfile  # only those who gc need it

    for entry in lockfile.read(path).entries:
        yield from (artifact.sha256 for artifact in entry.artifacts)


def make_room(layout: Layout, artifacts: Sequence[Artifact], settings: Settings, progress: Progress) -> None:
    """Remove what was unused the longest, so that the store holds to its limit with these artifacts in it.

    What is held stays, so the limit can be missed, which is said. Raises StoreError if an artifact alone is larger.
    """
    limit = settings.cache_limit
    if limit is None:
        return
    for artifact in artifacts:
        if (artifact.size or 0) > limit:
            raise _too_large(artifact, limit)
    needed = sum(artifact.size or 0 for artifact in artifacts)
    with elections.turn(layout, "gc"):  # two at once would remove twice as much
        found = garbage.plan(standing.look(layout, digests, time.time()), limit - needed)
        removed = removing.apply(found, layout, held=digests) if found.removals else None
    if removed is not None and removed.gone:
        progress.note(
            f"removed {human_bytes(removed.size)} that was unused the longest: "
            f"the store may take {human_bytes(limit)} (HUB_CACHE_LIMIT)"
        )
    over = found.excess + (found.freed - removed.size if removed is not None else 0)
    if over:
        progress.note(f"the store will be {human_bytes(over)} over its limit of {human_bytes(limit)}: {found.stays}")


def _too_large(artifact: Artifact, limit: int) -> StoreError:
    return StoreError(
        f"{artifact.name} is larger than the store may be",
        expected=f"at most {human_bytes(limit)}",
        found=human_bytes(artifact.size or 0),
        hint="raise HUB_CACHE_LIMIT (`cache_limit` in hub.toml), or set it to off",
    )
