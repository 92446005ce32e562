"""How fast the command starts: `hub --help` and `hub search resnet` beside `hf --help`.

    pip install huggingface_hub
    python bench/command_line.py

Each command is a whole process, run in turn with its peers so that a change of the machine's speed hits all alike.
Prints the median in milliseconds and the ratio to the peer, run by run. Goal: at least 5 times faster than `hf --help`.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 15
GOAL = 5.0


def main() -> None:
    beside = Path(sys.executable).parent
    hub, hf = str(beside / "hub"), shutil.which("hf", path=str(beside)) or sys.exit("pip install huggingface_hub")
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "hf --help": [hf, "--help"],
        "hub --help": [hub, "--help"],
        "hub search resnet": [hub, "search", "resnet"],
        "hub list": [hub, "list"],
    }
    with tempfile.TemporaryDirectory() as home:
        taken = measure(commands, dict(os.environ, HUB_HOME=home))
    report(taken)


def measure(commands: dict[str, list[str]], environment: dict[str, str]) -> dict[str, list[float]]:
    """Return seconds a command, RUNS of each, interleaved, after one run that is not counted."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(RUNS + 1):
        for name, command in commands.items():
            began = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, env=environment)
            if number:
                taken[name].append(time.perf_counter() - began)
    return taken


def report(taken: dict[str, list[float]]) -> None:
    peer = taken["hf --help"]
    print(f"median of {RUNS} interleaved runs")
    for name, seconds in taken.items():
        ratios = [other / own for other, own in zip(peer, seconds, strict=True)]
        verdict = ""
        if name.startswith("hub"):
            verdict = "reached" if statistics.median(ratios) >= GOAL else "NOT reached"
            verdict = f"  goal {GOAL:.0f}x {verdict}"
        print(f"  {name:<18} {1000 * statistics.median(seconds):7.1f} ms  {statistics.median(ratios):5.1f}x{verdict}")


if __name__ == "__main__":
    main()
