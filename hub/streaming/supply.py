"""Supply: the one transfer in the background that brings the files of a dataset, and what it has brought so far.

Every process that streams has a thread that calls `fetch`, of which one in each store transfers and the others wait
for what it publishes; where that one ends, another goes on with what it left. So a thread here does nothing, or
everything, and none has to know which.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from hub.fetch import fetch, present
from hub.fetch.guarding import guarded
from hub.progress import Silent
from hub.sources.mirrors import widened
from hub.store import shared
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.cards import Artifact
    from hub.fetch import Local
    from hub.progress import Progress
    from hub.settings import Settings

PAUSE = 0.02
"""Seconds between two looks at what has arrived: a look is two calls of the system."""


class Abandoned(BaseException):
    """Nobody waits for these bytes any more. No error: what has arrived is kept, as after Ctrl-C."""


class Supply:
    """Brings `artifacts` into the store, in their order, once `begin` is called and until `end` is."""

    def __init__(self, owner: str, artifacts: Sequence[Artifact], settings: Settings, progress: Progress) -> None:
        self._owner = owner
        self._asked = tuple(artifacts)
        self._settings = settings
        self._progress = _Watched(progress)
        self._thread: threading.Thread | None = None
        self._brought: dict[str, Local] = {}
        self._error: BaseException | None = None
        self.layout = Layout(settings.home)
        self.artifacts = tuple(widened(each, settings) for each in guarded(owner, artifacts, settings))
        """With the digests that the project's lockfile pins, and with the mirrors that settings name."""

    def begin(self) -> None:
        """Fetch what is missing, in a thread of its own."""
        self._thread = threading.Thread(target=self._bring, name="hub supply", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop fetching, if it has not ended; what has arrived is left for the next run."""
        self._progress.abandoned = True

    def local(self, artifact: Artifact) -> Local | None:
        """Return the artifact if it is in the store by now. Raises what fetching it has raised."""
        if artifact.name not in self._brought:
            others = shared.stores(self._settings.shared)
            self._brought |= present(self.layout, self._owner, [artifact], others)
        if artifact.name not in self._brought and self._error is not None:
            raise self._error
        return self._brought.get(artifact.name)

    def wait(self, artifact: Artifact) -> Local:
        """Return the artifact once it is in the store, whole and verified. Raises what fetching it has raised."""
        while (found := self.local(artifact)) is None:
            time.sleep(PAUSE)
        return found

    def _bring(self) -> None:
        try:
            self._brought |= fetch(self._owner, self._asked, settings=self._settings, progress=self._progress)
        except Abandoned:
            return
        except BaseException as error:  # noqa: BLE001  it is raised where the bytes are waited for
            self._error = error


class _Watched:
    """Tells a progress, and ends the transfer that tells it once nobody waits for that."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress or Silent()
        self.abandoned = False

    def start(self, label: str, total: int | None, done: int = 0) -> None:
        self._look()
        self._progress.start(label, total, done)

    def advance(self, count: int) -> None:
        self._look()
        self._progress.advance(count)

    def finish(self) -> None:
        self._progress.finish()

    def note(self, text: str) -> None:
        self._progress.note(text)

    def _look(self) -> None:
        if self.abandoned:
            raise Abandoned
