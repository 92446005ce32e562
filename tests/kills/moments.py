"""SIGKILLs at random moments: of downloads over one connection and several, and of whatever else writes to a store."""

from __future__ import annotations

import os
import shutil
import signal
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from faults.soundness import faults_of

from hub.store.journal import BLOCK
from hub.store.layout import Layout
from kills.aftermath import UNDER_WAY, wanted

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

    from server import Server

    from kills.aftermath import Wanted
    from kills.nursery import Nursery

KILLED = -signal.SIGKILL


@dataclass
class Tally:
    """What came of many kills. A round is a number of runs that are killed, and one that comes to its end."""

    kills: int = 0
    rounds: int = 0
    most_runs: int = 0
    faults: list[str] = field(default_factory=list)
    """What was visible and wrong after a kill, or at the end of a round."""
    again: int = 0
    """Bytes that were fetched more than once, of all rounds."""
    most_again: float = 0.0
    """The most blocks a kill that were fetched again in a round."""

    def count(self, kills: int, again: int) -> None:
        """Count a round."""
        self.rounds += 1
        self.kills += kills
        self.most_runs = max(self.most_runs, kills + 1)
        self.again += again
        if kills:
            self.most_again = max(self.most_again, again / kills / BLOCK)

    @property
    def blocks_a_kill(self) -> float:
        """How many blocks a kill cost on average."""
        return self.again / BLOCK / max(self.kills, 1)


def most_blocks_a_kill(connections: int) -> float:
    """Return how many blocks a kill may cost: one a connection, and what was under way."""
    return connections * (1 + UNDER_WAY / BLOCK)


def of_downloads(
    nursery: Nursery, server: Server, folder: Path, *, times: int, chance: random.Random, hurry: bool = False
) -> Tally:
    """Kill downloads at random moments, again and again until each comes to its end; `hurry` takes more connections."""
    tally = Tally()
    length = _undisturbed(nursery, wanted(server, folder / "home", blocks=BLOCKS), hurry=hurry)
    while tally.kills < times:
        server.requests.clear()
        file = wanted(server, folder / "home", blocks=BLOCKS)
        kills = _until_done(nursery, "download", file.home, length, tally.faults, chance, url=file.url, hurry=hurry)
        tally.faults += file.faults() if file.is_there() else ["the file is not there at the end"]
        tally.count(kills, file.again())
        shutil.rmtree(file.home)
    return tally


def of_task(
    nursery: Nursery,
    task: str,
    home: Path,
    *,
    times: int,
    chance: random.Random,
    prepared: Callable[[Path], object] = lambda _: None,
    faults: Callable[[Path], list[str]] = lambda _: [],
    **arguments: object,
) -> Tally:
    """Kill a task at random moments; each begins in a store that `prepared` has made.

    `faults` says what is wrong with a store once the task has come to its end.
    """
    tally = Tally()
    prepared(home)
    length = _seconds(nursery, task, home, **arguments)
    while tally.kills < times:
        shutil.rmtree(home, ignore_errors=True)
        prepared(home)
        tally.count(_until_done(nursery, task, home, length, tally.faults, chance, **arguments), 0)
        tally.faults += faults(home)
    shutil.rmtree(home, ignore_errors=True)
    return tally


BLOCKS = 6.3
# Of a fresh process the first run is slower than any later one.
WARM_UPS = 3
MOST_RUNS = 60
# The later kills may come, the more runs survive: without that, one that has to begin anew would hardly ever.
SURVIVAL = 1.25


def _undisturbed(nursery: Nursery, file: Wanted, *, hurry: bool) -> float:
    """Return how long a download takes that nobody kills."""
    taken = []
    for _ in range(WARM_UPS):
        taken.append(_seconds(nursery, "download", file.home, url=file.url, hurry=hurry))
        shutil.rmtree(file.home)
    return min(taken)


def _seconds(nursery: Nursery, task: str, home: Path, **arguments: object) -> float:
    began = time.perf_counter()
    code = nursery.do(task, home, **arguments)
    if code:
        raise AssertionError(f"{task} ended with {code} although nobody killed it")
    return time.perf_counter() - began


def _until_done(
    nursery: Nursery,
    task: str,
    home: Path,
    length: float,
    faults: list[str],
    chance: random.Random,
    **arguments: object,
) -> int:
    """Run a task until it ends by itself, and return how many times it was killed; `faults` takes what was wrong."""
    for kills in range(MOST_RUNS):
        pid = nursery.start(task, home, **arguments)
        time.sleep(chance.uniform(0, length * SURVIVAL))
        os.kill(pid, signal.SIGKILL)
        ended = nursery.wait(pid)
        faults += faults_of(Layout(home))
        if ended not in (0, KILLED):
            faults.append(f"{task} ended with {ended}")
        if ended != KILLED:
            return kills
    if ended := nursery.do(task, home, **arguments):
        faults.append(f"{task} ended with {ended} after {MOST_RUNS} kills")
    return MOST_RUNS
