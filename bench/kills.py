"""SIGKILLs at random moments: what is visible and wrong afterwards, and what the next run fetches again.

    python bench/kills.py [--times 1000] [--seed 0] [--only DOWNLOAD ...]

Downloads of 6.3 MiB from a server on this machine that sends 80 MB/s a connection are killed at random moments, again
and again until each comes to its end: over one connection, and over as many as eight. After each kill every file in the
store is compared with its name, and every record is parsed. Fetched again is what the server sent more than once; a
block is 1 MiB, and what lay in the buffers of both sides counts too. Then, a tenth as often: preparing a dataset of
the shape of MNIST, `hub lock`, `hub import` of a bundle, and `hub cache gc`.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))  # the tests do the same, fewer times

from kills import commands, moments
from kills.nursery import Nursery
from server import Server

if TYPE_CHECKING:
    from collections.abc import Callable

    from kills.moments import Tally

RATE = 80e6
COLUMNS = ("killed", "kills", "wrong", "runs until done", "blocks again a kill", "most", "seconds")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=KILLED, nargs="+", default=list(KILLED))
    asked = parser.parse_args()
    print("  ".join(f"{name:>19}" for name in COLUMNS))
    for name in asked.only:
        chance = random.Random(asked.seed)  # noqa: S311  kills are to come again
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            tally = KILLED[name](Path(folder), asked.times, chance)
            tell(name, tally, time.perf_counter() - began)


def tell(name: str, tally: Tally, seconds: float) -> None:
    runs = f"{tally.kills / tally.rounds + 1:.1f}, at most {tally.most_runs}"
    again = (f"{tally.blocks_a_kill:.2f}", f"{tally.most_again:.2f}") if tally.again else ("", "")
    row = (name, f"{tally.kills:,}", f"{len(tally.faults)}", runs, *again, f"{seconds:.0f}")
    print("  ".join(f"{text:>19}" for text in row), flush=True)
    for fault in tally.faults[:5]:
        print(f"    {fault}")


def downloads(folder: Path, times: int, chance: random.Random) -> Tally:
    with Server(rate=RATE) as server, Nursery() as nursery:
        return moments.of_downloads(nursery, server, folder, times=times, chance=chance)


def split_downloads(folder: Path, times: int, chance: random.Random) -> Tally:
    with Server(rate=RATE) as server, Nursery() as nursery:
        return moments.of_downloads(nursery, server, folder, times=times, chance=chance, hurry=True)


def of_a_command(name: str, folder: Path, times: int, chance: random.Random) -> Tally:
    with Server() as server, Nursery(*commands.READING) as nursery:
        return commands.KILLED[name](nursery, server, folder, times=max(times // 10, 1), chance=chance)


KILLED: dict[str, Callable[[Path, int, random.Random], Tally]] = {
    "one connection": downloads,
    "several connections": split_downloads,
} | {name: partial(of_a_command, name) for name in commands.KILLED}

if __name__ == "__main__":
    main()
