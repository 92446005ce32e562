"""50,000 reviews in a tar.gz of IMDb's shape: hub beside torchtext's way, which is to unpack, walk and open each file.

    python bench/text_archive.py [--runs 5] [--keep FOLDER]

Prints for each run the time from the archive to the first sample, the rate of random access in batches of 256 and of a
pass in order, and how both compare; then the peak memory that either adds to its imports, and the disk it takes. Each
side works in a process of its own, in a folder of its own on the same disk. Neither imports nor hub's list of its
cards, which is made once, are counted. hub reads the split that is asked for, torchtext unpacks both; the disk is that
for both. Unpacking is bound by the disk and varies, so look at the lowest ratio too.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from reviews import ARCHIVE, write_archive

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BATCH = 256
ROWS = 25_000
LEAST_SECONDS = 1.5
AS_PUBLISHED = Path("datasets") / "IMDB" / ARCHIVE
MORE = {"first": "archive to first sample", "random": "random access", "order": "pass in order"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="where the generated archive stays")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        print(json.dumps(SIDES[asked.side](asked.keep, asked.home)))
        return
    with tempfile.TemporaryDirectory() as folder:
        root = asked.keep or Path(folder)
        if not (root / AS_PUBLISHED).exists():
            write_archive(root / AS_PUBLISHED)
        print(f"{(root / AS_PUBLISHED).stat().st_size / 1e6:.0f} MB")
        compare(root, asked.runs)


def compare(root: Path, runs: int) -> None:
    found: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    for run in range(1, runs + 1):
        for side in SIDES:
            found[side].append(in_a_process(side, root))
        ours, theirs = found["hub"][-1], found["torchtext's way"][-1]
        print(f"run {run}: first sample after {ours['first']:.2f} s ({theirs['first'] / ours['first']:.1f}x),", end=" ")
        print(f"random {ours['random']:,.0f}/s ({ours['random'] / theirs['random']:.1f}x),", end=" ")
        print(f"in order {ours['order']:,.0f}/s ({ours['order'] / theirs['order']:.1f}x)", flush=True)
    for name, words in MORE.items():
        ratios = [better(name, *pair) for pair in zip(found["hub"], found["torchtext's way"], strict=True)]
        print(f"{words}: median ratio {statistics.median(ratios):.1f}, lowest {min(ratios):.1f}")
    for side, each in found.items():
        median = {name: statistics.median(one[name] for one in each) for name in each[0]}
        told = ", ".join(f"{name} {value:,.2f}" for name, value in median.items())
        print(f"{side}: {told}")


def better(name: str, ours: dict[str, float], theirs: dict[str, float]) -> float:
    return theirs[name] / ours[name] if name == "first" else ours[name] / theirs[name]


def in_a_process(side: str, root: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=root) as home:
        command = [sys.executable, __file__, "--side", side, "--keep", str(root), "--home", home]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found: dict[str, float] = json.loads(done.stdout)
        return {**found, "disk_mb": disk_mb(Path(home))}


def of_hub(root: Path, home: Path) -> dict[str, float]:
    os.environ["HUB_HOME"] = str(home)
    from hub.datasets.loading import load_dataset
    from hub.registry import find_dataset

    find_dataset("imdb")
    before = peak_mb()
    began = time.perf_counter()
    train: Any = load_dataset("imdb", split="train", data_dir=root, verify=False, progress=False)
    assert train[0].label == 1  # noqa: S101  the first sample
    first = time.perf_counter() - began
    found = rates(train.__getitems__, lambda: sum(len(text) for _, text in train))
    added = peak_mb() - before
    load_dataset("imdb", split="test", data_dir=root, verify=False, progress=False)
    return {"first": first, **found, "peak_mb": added}


def of_torchtext(root: Path, home: Path) -> dict[str, float]:
    before = peak_mb()
    began = time.perf_counter()
    with tarfile.open(root / AS_PUBLISHED) as archive:
        archive.extractall(home, filter="fully_trusted")  # noqa: S202  we have written it
    train = [
        (label, Path(folder, name))
        for label in ("neg", "pos")
        for folder, _, names in os.walk(home / "aclImdb" / "train" / label)
        for name in names
    ]
    text(train[0])
    first = time.perf_counter() - began
    found = rates(lambda rows: [text(train[row]) for row in rows], lambda: sum(len(text(each)[1]) for each in train))
    return {"first": first, **found, "peak_mb": peak_mb() - before}


def text(sample: tuple[str, Path]) -> tuple[str, str]:
    label, path = sample
    with open(path, encoding="utf-8") as file:  # noqa: PTH123  as torchtext's pipes do, and faster
        return label, file.read()


def rates(batch: Callable[[Sequence[int]], Sequence[object]], in_order: Callable[[], int]) -> dict[str, float]:
    """Return samples per second: those of the best pass, because the first fills caches and others hiccup."""
    order = np.random.default_rng(0).permutation(ROWS)

    def at_random() -> int:
        return sum(len(list(batch(order[start : start + BATCH]))) for start in range(0, ROWS, BATCH))

    return {"random": best(at_random), "order": best(in_order)}


def best(function: Callable[[], int]) -> float:
    """Return the best rate of all passes that begin within some time, one of which takes 15 ms and another 250."""
    found, began = [rate(function)], time.perf_counter()
    while time.perf_counter() - began < LEAST_SECONDS:
        found.append(rate(function))
    return max(found)


def rate(function: Callable[[], int]) -> float:
    began = time.perf_counter()
    function()
    return ROWS / (time.perf_counter() - began)


def peak_mb() -> float:
    """Return the most memory that this process has had so far; what is mapped of files counts too (Linux only)."""
    found = re.search(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    if found is None:
        sys.exit("this system does not say how much memory is used")
    return int(found[1]) / 1e3


def disk_mb(folder: Path) -> float:
    return sum(path.lstat().st_blocks for path in folder.rglob("*")) * 512 / 1e6


SIDES = {"hub": of_hub, "torchtext's way": of_torchtext}

if __name__ == "__main__":
    main()
