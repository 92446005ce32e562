"""Processes that want one artifact at once: how many downloads they make, and what is wrong afterwards.

    python bench/races.py [--processes 8] [--rounds 20]

All are forked from one that has imported hub, wait at a gate, and begin when it opens, each round in a fresh store. The
artifact comes from a server on this machine. "all elected" stands for file systems that let everybody make the same
file, or show new files late. Wrong is a process that failed or did not end within a minute, a file that is not what its
name says, or something left behind.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))  # the tests do the same, fewer times

from kills.nursery import Nursery
from races import together
from server import Server

COLUMNS = ("", "processes", "rounds", "downloads a round", "wrong", "seconds")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=20)
    asked = parser.parse_args()
    print("  ".join(f"{name:>17}" for name in COLUMNS))
    for name, elections in (("one elected", True), ("all elected", False)):
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder, Server() as server, Nursery() as nursery:
            tally = together.for_one_artifact(
                nursery, server, Path(folder), processes=asked.processes, rounds=asked.rounds, elections=elections
            )
        least, most = min(tally.downloads), max(tally.downloads)
        downloads = f"{least:.1f}" if least == most else f"{least:.1f} to {most:.1f}"
        seconds = f"{time.perf_counter() - began:.0f}"
        row = (name, f"{asked.processes}", f"{asked.rounds}", downloads, f"{len(tally.faults)}", seconds)
        print("  ".join(f"{text:>17}" for text in row), flush=True)
        for fault in tally.faults[:5]:
            print(f"    {fault}")


if __name__ == "__main__":
    main()
