"""What looking after a store costs: planning over many blobs, holding what is used, verifying.

    python bench/store.py [--blobs 100000] [--gigabytes 1] [--in FOLDER]

Plans and leases are over made-up blobs of a few bytes, in a folder of its own. `verify` reads blobs of 64 MB that are
not in memory, and is compared with two limits on the same files, by turns: the disk (the same threads read them and do
nothing else) and sha256 (the same threads hash as many bytes of memory). It can be no faster than the slower of them.
Shown is the median of the runs.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from hub.store import garbage, leases, removing, standing, verifying
from hub.store.files import make_store
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

MB = 1_000_000
BLOB = 64 * MB
CHUNK = 1 << 20
RUNS = 5
WORKERS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--blobs", type=int, default=100_000)
    parser.add_argument("--gigabytes", type=float, default=1)
    parser.add_argument("--in", dest="folder", type=Path, help="a folder on the disk to measure")
    given = parser.parse_args()
    for measure, size in ((plans, given.blobs), (holds, 1000), (verifies, int(given.gigabytes * 1e9))):
        folder = Path(tempfile.mkdtemp(dir=given.folder))
        try:
            measure(Layout(folder), size)
        finally:
            shutil.rmtree(folder)


def plans(layout: Layout, count: int) -> None:
    names = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(count)]
    for age, name in enumerate(names):
        _write(layout.blob(name), b"0123456789", age)
    made = []

    def plan() -> None:
        made[:] = [garbage.plan(standing.look(layout, lambda _: (), time.time()), count * 5)]

    busy = time.process_time()
    taken = median(plan)
    busy = (time.process_time() - busy) / RUNS
    print(f"plan over {count:,} blobs        {taken:8.2f} s   of which it had the processor for {busy:.2f} s")
    taken = seconds(lambda: removing.apply(made[0], layout, held=lambda _: ()))
    print(f"remove {len(made[0].removals):,} of them        {taken:8.2f} s")


def holds(layout: Layout, count: int) -> None:
    make_store(layout)
    names = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(count)]
    first = seconds(lambda: [leases.hold(layout, [name]) for name in names]) / count
    again = seconds(lambda: [leases.hold(layout, [name]) for name in names]) / count
    print(f"hold a blob                   {1e6 * first:8.0f} µs  again {1e6 * again:.0f} µs")


def verifies(layout: Layout, size: int) -> None:
    block = os.urandom(MB)
    for number in range(max(1, size // BLOB)):
        data = number.to_bytes(8) + block * (BLOB // MB)
        _write(layout.blob(hashlib.sha256(data).hexdigest()), data, 0)
    wanted = verifying.pieces(layout)
    total = sum(piece.size for piece in wanted)
    acts = {
        "verify": lambda: verifying.verify(layout, wanted),
        "disk": lambda: _by_threads(_read, [piece.path for piece in wanted]),
        "sha256": lambda: _by_threads(_hash, [piece.size for piece in wanted]),
    }
    taken: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(RUNS):
        for name, act in acts.items():
            _forget(piece.path for piece in wanted)
            taken[name].append(seconds(act))
    rates = {name: total / statistics.median(each) for name, each in taken.items()}
    limit = min(rates["disk"], rates["sha256"])
    print(
        f"verify {len(wanted)} blobs, {total / 1e9:.1f} GB     {rates['verify'] / 1e9:8.2f} GB/s with {WORKERS} threads"
    )
    for name in ("disk", "sha256"):
        share = rates["verify"] / rates[name]
        print(f"  limit: {name:<8}              {rates[name] / 1e9:8.2f} GB/s  verify reaches {share:.0%}")
    print(f"  of the lower limit          {rates['verify'] / limit:8.0%}")


def _write(path: Path, data: bytes, moment: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (1e9 + moment, 1e9 + moment))


def _forget(paths: Iterable[Path]) -> None:
    """Let the system drop files from memory, so that the next one reads the disk."""
    for path in paths:
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _by_threads(act: Callable[..., None], over: Sequence[object]) -> None:
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(act, over))


def _read(path: Path) -> None:
    buffer = memoryview(bytearray(CHUNK))
    with path.open("rb", buffering=0) as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_SEQUENTIAL)
        while file.readinto(buffer):
            pass


def _hash(size: int) -> None:
    state, data = hashlib.sha256(), bytes(CHUNK)
    for _ in range(size // CHUNK):
        state.update(data)


def median(act: Callable[[], object]) -> float:
    return statistics.median(seconds(act) for _ in range(RUNS))


def seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
