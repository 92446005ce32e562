"""Waiting: what is seen of files that another process fetches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.fetch.plans import called
from hub.store import partials

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.cards import Artifact
    from hub.progress import Progress
    from hub.store.layout import Layout


class Waiting:
    """Says once that another process was elected, and then how much of the files there is."""

    def __init__(self, owner: str, artifacts: Sequence[Artifact], layout: Layout, progress: Progress) -> None:
        self._owner, self._layout, self._progress = owner, layout, progress
        self._sizes = {each.sha256: each.size for each in artifacts if each.sha256 and each.size}
        self._shown: int | None = None

    def begin(self) -> None:
        """Say that this process waits."""
        self._progress.note(f"another process is fetching {self._owner}; waiting for it")

    def look(self) -> None:
        """Show what has arrived; nothing of files whose names in the store are not known yet."""
        here = sum(self._arrived(sha256, size) for sha256, size in self._sizes.items())
        if not here:
            return
        if self._shown is None:
            name = "a URL" if self._owner.startswith("url/") else called(self._owner)
            self._progress.start(f"{name}, by another process", sum(self._sizes.values()), here)
        elif here > self._shown:
            self._progress.advance(here - self._shown)
        self._shown = max(here, self._shown or 0)

    def end(self) -> None:
        """Say no more; to be called once the files are there."""
        if self._shown is not None:
            self._progress.finish()

    def _arrived(self, sha256: str, size: int) -> int:
        if self._layout.blob(sha256).exists():
            return size
        return max((min(size, each) for each in partials.arrived(self._layout, sha256)), default=0)
