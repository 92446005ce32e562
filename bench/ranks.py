"""Ranks on two nodes: how often they fetch and prepare, and how soon one that is killed is replaced.

    python bench/ranks.py [--small]

All are forked from one process that has imported hub, with the variables of torchrun, and load a dataset of a registry
on a server on this machine, whose requests are counted. Nodes are names of machines: what one cannot see of a process
on another machine, it does not see here. Killed is the one that is elected to fetch, with SIGKILL, half-way.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))  # the tests do the same, in a smaller world

from kills.nursery import Nursery
from ranks import launch
from server import Server

from hub import registry
from hub.store import elections
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator

NODES = 2
# 12 MB: a block of 1 MiB that is fetched again shows as little as it is.
MANY = 16_000
COLUMNS = ("", "asked for", "measured", "seconds", "ended well")


@dataclass
class Bench:
    """What all measurements share."""

    nursery: Nursery
    indexed: Path
    ranks: int

    @contextmanager
    def world(self, rate: float, rows: int = launch.ROWS) -> Iterator[tuple[launch.World, Path]]:
        """Give a server with the dataset, and a folder for stores."""
        with tempfile.TemporaryDirectory() as folder, Server() as server:
            server.rate = rate
            yield launch.world(server, Path(folder), rows), Path(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="two ranks on each node, not eight")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Nursery(*launch.MODULES) as nursery:
        bench = Bench(nursery, _indexed(Path(folder) / "indexed"), 2 if asked.small else 8)
        _print(COLUMNS)
        together(bench, "a store on each node", stores=NODES)
        together(bench, "one store for all", stores=1)
        killed_here(bench)
        killed_elsewhere(bench)
        cost(Layout(Path(folder) / "empty"))


def together(bench: Bench, name: str, *, stores: int) -> None:
    """All ranks of all nodes begin at once."""
    with bench.world(4e6) as (made, folder):
        homes = [launch.copy_of(bench.indexed, folder / f"home{number}") for number in range(stores)]
        began = time.perf_counter()
        codes = launch.ended(
            bench.nursery, launch.start(bench.nursery, made, (homes * NODES)[:NODES], ranks=bench.ranks)
        )
        took = time.perf_counter() - began
        found = f"{made.fetches:g} fetches, {made.preparations} preparations"
    _print((f"{NODES} x {bench.ranks} ranks, {name}", f"{stores} and {stores}", found, f"{took:.1f}", _well(codes)))


def killed_here(bench: Bench) -> None:
    """The elected one is killed, and the others run on its machine."""
    with bench.world(4e6, MANY) as (made, folder):
        home = launch.copy_of(bench.indexed, folder / "home")
        pids = launch.start(bench.nursery, made, [home], ranks=bench.ranks)
        made.wait_for(0.5)
        first = launch.elected(home, pids)
        _after(bench, made, home, first, [pid for pid in pids if pid != first], "on one machine", lease=0.0)


def killed_elsewhere(bench: Bench) -> None:
    """The elected one is killed, and the others run on another machine."""
    with bench.world(4e6, MANY) as (made, folder):
        home = launch.copy_of(bench.indexed, folder / "home")
        (first,) = launch.start(bench.nursery, made, [home], ranks=1, host="elsewhere")
        made.wait_for(0.3)
        others = launch.start(bench.nursery, made, [home], ranks=bench.ranks, skip=1)
        made.wait_for(0.5)
        _after(bench, made, home, first, others, "on another machine", lease=elections.SILENCE)


def _after(
    bench: Bench, made: launch.World, home: Path, first: int, others: list[int], where: str, *, lease: float
) -> None:
    os.kill(first, signal.SIGKILL)
    began = time.perf_counter()
    launch.elected(home, others)
    replaced = time.perf_counter() - began
    codes = launch.ended(bench.nursery, others)
    took = time.perf_counter() - began
    bench.nursery.wait(first)
    again = f"next after {replaced:.1f} s, {made.fetches:.2f} fetches"
    _print((f"killed, others {where}", f"all in {lease:.0f} + 10 s", again, f"{took:.1f}", _well(codes)))


def cost(layout: Layout) -> None:
    """What an election costs where nobody else is."""
    times = []
    for _ in range(200):
        began = time.perf_counter()
        with elections.turn(layout, "nobody else"):
            pass
        times.append(time.perf_counter() - began)
    _print(("an election, alone", "1 ms", f"{statistics.median(times) * 1e3:.2f} ms", f"{sum(times):.1f}", ""))


def _indexed(folder: Path) -> Path:
    """Make a store that has the index of hub's own cards."""
    os.environ["HUB_HOME"] = str(folder)
    registry.names()
    shutil.rmtree(folder / "v1/tmp", ignore_errors=True)
    return folder


def _well(codes: list[int]) -> str:
    return f"{codes.count(0)} of {len(codes)}"


def _print(row: tuple[str, ...]) -> None:
    first, second, third, *rest = row
    print(f"{first:<38}{second:>16}{third:>34}" + "".join(f"{text:>12}" for text in rest), flush=True)


if __name__ == "__main__":
    main()
