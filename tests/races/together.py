"""Many processes at once: all wait at a gate, and begin when it opens."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from faults.soundness import faults_of
from kills.aftermath import wanted

from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kills.nursery import Nursery
    from server import Server

# A process that has not ended by then waits for ever.
PATIENCE = 60.0
# Until all of them stand at the gate.
GATHERING = 0.03

Task = tuple[str, dict[str, Any]]


@dataclass
class Tally:
    """What came of many rounds of several processes that want one artifact."""

    downloads: list[float] = field(default_factory=list)
    """How many times the artifact was fetched, of each round."""
    faults: list[str] = field(default_factory=list)
    """What was wrong: processes that failed or waited for ever, and what is visible in the store."""


def at_once(nursery: Nursery, home: Path, tasks: Sequence[Task], patience: float = PATIENCE) -> list[int]:
    """Do tasks at once on one store and return how each ended; those that go on for too long are killed."""
    gate = home.parent / "gate"
    gate.unlink(missing_ok=True)
    pids = [nursery.start(name, home, gate=str(gate), **arguments) for name, arguments in tasks]
    watch = threading.Timer(patience, _kill, [pids])
    watch.start()
    time.sleep(GATHERING)
    gate.touch()
    ended = [nursery.wait(pid) for pid in pids]
    watch.cancel()
    watch.join()
    return ended


def for_one_artifact(
    nursery: Nursery, server: Server, folder: Path, *, processes: int, rounds: int, elections: bool
) -> Tally:
    """Let processes want one artifact at once, in a fresh store each round."""
    tally = Tally()
    for _ in range(rounds):
        server.requests.clear()
        file = wanted(server, folder / "home", blocks=1.3)
        ended = at_once(nursery, file.home, [("download", {"url": file.url, "elections": elections})] * processes)
        tally.downloads.append(server.sent / file.size)
        tally.faults += [f"a process ended with {code}" for code in ended if code]
        tally.faults += file.faults() if file.is_there() else ["the file is not there"]
        tally.faults += left_behind(Layout(file.home))
        shutil.rmtree(file.home)
    return tally


def left_behind(layout: Layout) -> list[str]:
    """Return what processes that all ended well have left of partials and temporary files."""
    folders = [folder for folder in (layout.partials, layout.tmp) if folder.is_dir()]
    return [f"{path} was left behind" for folder in folders for path in folder.iterdir()]


def wrong_with(layout: Layout) -> list[str]:
    """Return what is visible in a store and wrong, and what was left behind."""
    return [*faults_of(layout), *left_behind(layout)]


def _kill(pids: Sequence[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
