"""Running attacks: each group in a process of its own, taken up again behind an input that brought it down."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
RESTARTS = 20


@dataclass
class Report:
    """What became of all inputs. Only `ends` may have something in it."""

    inputs: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    writes: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    peak_mb: float = 0.0
    slowest: tuple[float, str] = (0.0, "")

    def __str__(self) -> str:
        return (
            f"{self.inputs} hostile inputs: {len(self.writes)} writes outside, {len(self.runs)} executions, "
            f"{len(self.crashes)} crashes, peak {self.peak_mb:.0f} MB"
        )

    def add(self, other: Report) -> None:
        """Add what became of other inputs."""
        self.inputs += other.inputs
        self.ends += other.ends
        self.writes += other.writes
        self.runs += other.runs
        self.crashes += other.crashes
        self.peak_mb = max(self.peak_mb, other.peak_mb)
        self.slowest = max(self.slowest, other.slowest)

    def take(self, said: dict[str, object]) -> None:
        """Add what a process has said of an input that has ended, or of itself."""
        if "peak_mb" in said:
            self.peak_mb = max(self.peak_mb, float(str(said["peak_mb"])))
        if "ended" not in said:
            return
        name, ends = said["ended"], list(map(str, said["ends"]))  # type: ignore[call-overload]  # JSON
        self.inputs += 1
        self.slowest = max(self.slowest, (float(str(said["seconds"])), str(name)))
        self.ends.update(end for end in ends if not end.startswith("crash"))
        self.crashes += [f"{name}: {end}" for end in ends if end.startswith("crash")]
        self.writes += [f"{name}: {each}" for each in said["writes"]]  # type: ignore[attr-defined]
        self.runs += [f"{name}: {each}" for each in said["runs"]]  # type: ignore[attr-defined]


def attacked(group: str, mutations: int, most: int = 0) -> Report:
    """Return what became of the inputs of a group, so many mutated ones among them; of all at most so many."""
    report, first = Report(), 0
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        for _ in range(RESTARTS):
            last, name, code = _process(group, (first, mutations, most), Path(folder), report)
            if code == 0:
                return report
            report.crashes.append(f"{group}: {name}: the process ended with {code}")
            first = last + 1
    return report


def _process(group: str, which: tuple[int, int, int], folder: Path, report: Report) -> tuple[int, str, int]:
    """Run one process to its end; return the last input it began, its name, and the exit code."""
    command = [sys.executable, str(HERE / "child.py"), group, *map(str, which), str(folder)]
    inner = folder / "home"
    inner.mkdir(exist_ok=True)
    paths = [str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")]
    about = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "HUB_HOME": str(folder / "work" / "store"),
        "HOME": str(inner),
        "TMPDIR": str(folder / "work"),
        "OMP_NUM_THREADS": "1",
        "HUB_OFFLINE": "1",
    }
    number, name = which[0], "the start"
    with (folder / "errors").open("w+b") as errors:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=about, cwd=inner) as process:
            assert process.stdout is not None
            for line in process.stdout:
                said = json.loads(line)
                number, name = said.get("number", number), said.get("begun", name)
                report.take(said)
        errors.seek(0)
        text = errors.read()[-1500:].decode(errors="replace")
    return number, f"{name} {text}" if process.returncode else name, process.returncode
