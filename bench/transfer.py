"""Transfers beside aria2c and torch.hub, from nginx on this machine.

    python bench/transfer.py [--only limited loopback archive] [--runs 3] [--mb 400] [--connections 1 2 4 8]

limited: nginx gives each connection 5 MB/s. Prints how long hub takes with at most so many connections, sha256 and
publishing included, and the ratio to one connection, which is as good as it gets if it is their number; beside it
`aria2c` with eight, which compares no digest. All take turns.
loopback: nginx gives what it can; hub beside `torch.hub.download_url_to_file` with a digest to compare, the CPU seconds
for each GB, and the memory that the transfer adds to the imports (peak, Linux only).
archive: a tar.gz of CIFAR's shape, at 40 MB/s a connection; hub, which hashes and inflates while the bytes come in,
beside fetching, then hashing, then unpacking. Usable is when the first and the last member have been read.

Each is a process of its own with a store of its own, warmed up by its imports alone. Needs nginx and, for `limited`,
aria2: apt-get install nginx-light aria2. nginx runs with a configuration of its own, on a free port, and ends with this
program.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from nginx import served

if TYPE_CHECKING:
    from collections.abc import Callable

MB = 1_000_000
PER_CONNECTION_MB = 5
ARCHIVE_MB = 40


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--mb", type=int, default=400)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        print(json.dumps(SIDES[asked.side](asked.url)))
        return
    rates = {"limited": PER_CONNECTION_MB * MB, "archive": ARCHIVE_MB * MB, "free": 0}
    with served(rates) as (address, files):
        for section in asked.only:
            SECTIONS[section](address, files, asked)


def limited(address: str, files: Path, asked: argparse.Namespace) -> None:
    """Compare several connections with one, and with aria2c's eight."""
    url = with_digest(f"{address}/limited", files / "large.bin", random_file(files / "large.bin", asked.mb))
    found: dict[str, list[float]] = {}
    for _ in range(asked.runs):
        for connections in asked.connections:
            told = in_a_process("hub", url, HUB_CONNECTIONS=str(connections))
            found.setdefault(f"hub, {connections} connections", []).append(told["seconds"])
        if shutil.which("aria2c"):
            found.setdefault("aria2c -x8", []).append(in_a_process("aria2c", url)["seconds"])
    print(f"\n{asked.mb} MB at {PER_CONNECTION_MB} MB/s a connection, median of {asked.runs}")
    one = found.get("hub, 1 connections", [asked.mb / PER_CONNECTION_MB])
    for name, seconds in found.items():
        ratio = statistics.median(one) / statistics.median(seconds)
        print(f"{name:>18}: {statistics.median(seconds):6.2f} s, {ratio:.2f} times one connection")
    if "aria2c -x8" not in found:
        print("needs aria2 for the comparison: apt-get install aria2")


def loopback(address: str, files: Path, asked: argparse.Namespace) -> None:
    """Compare with torch.hub where the network costs nothing."""
    url = with_digest(f"{address}/free", files / "large.bin", random_file(files / "large.bin", asked.mb))
    found: dict[str, list[dict[str, float]]] = {"hub": [], "torch.hub": []}
    for _ in range(asked.runs):
        for side, each in found.items():
            each.append(in_a_process(side, url))
    print(f"\n{asked.mb} MB without a limit, median of {asked.runs}")
    for side, each in found.items():
        middle = {key: statistics.median(one[key] for one in each) for key in each[0]}
        cpu = middle["cpu"] / asked.mb * 1000
        print(f"{side:>10}: {asked.mb / middle['seconds']:6.0f} MB/s, {cpu:.2f} CPU s/GB,", end=" ")
        print(f"{middle['peak_mb']:.1f} MB over the imports")
    ratios = [theirs["seconds"] / ours["seconds"] for ours, theirs in zip(*found.values(), strict=True)]
    print(f"{'':>10}  median ratio {statistics.median(ratios):.2f}, lowest {min(ratios):.2f}")


def archive(address: str, files: Path, asked: argparse.Namespace) -> None:
    """Compare from the first byte to usable data."""
    write_archive(files / "archive.tar.gz")
    size = (files / "archive.tar.gz").stat().st_size
    url = with_digest(f"{address}/archive", files / "archive.tar.gz", digest_of(files / "archive.tar.gz"))
    found: dict[str, list[float]] = {"hub": [], "one after the other": []}
    for _ in range(asked.runs):
        found["hub"].append(in_a_process("hub's archive", url)["seconds"])
        found["one after the other"].append(in_a_process("serial archive", url)["seconds"])
    print(f"\ntar.gz of {size / MB:.0f} MB at {ARCHIVE_MB} MB/s a connection, to usable, median of {asked.runs}")
    for name, seconds in found.items():
        print(f"{name:>20}: {statistics.median(seconds):.2f} s")
    ratios = [theirs / ours for ours, theirs in zip(*found.values(), strict=True)]
    print(f"{'':>20}  median ratio {statistics.median(ratios):.2f}, lowest {min(ratios):.2f}")


def of_hub(url: str) -> dict[str, float]:
    from hub.fetch import download
    from hub.sources import http  # noqa: F401  imports are not counted
    from hub.transfer import Transfers  # noqa: F401

    return measured(lambda: download(url, progress=False))


def of_torch(url: str) -> dict[str, float]:
    from torch.hub import download_url_to_file

    address, _, digest = url.partition("#sha256=")
    target = str(Path(os.environ["HUB_HOME"]) / "file")
    return measured(lambda: download_url_to_file(address, target, hash_prefix=digest, progress=False))


def of_aria2c(url: str) -> dict[str, float]:
    address = url.partition("#")[0]
    command = ["aria2c", "-q", "-x8", "-s8", "-k1M", "--file-allocation=none", "-d", os.environ["HUB_HOME"], address]
    return measured(lambda: subprocess.run(command, check=True))


def of_hubs_archive(url: str) -> dict[str, float]:
    from hub import settings
    from hub.cards import Artifact, Source
    from hub.fetch import fetch
    from hub.progress import Silent
    from hub.sources import http  # noqa: F401  imports are not counted
    from hub.trees.archive import Archive

    address, _, digest = url.partition("#sha256=")
    wanted = Artifact(name="cifar.tar", sources=(Source(url=address, unwrap="gz", sha256=digest),))

    def usable() -> None:
        found = fetch("dataset/cifar/1", [wanted], settings=settings.current(), progress=Silent())
        tree = Archive(found["cifar.tar"].path)
        look(sorted(tree.walk()), tree.read)

    return measured(usable)


def one_after_the_other(url: str) -> dict[str, float]:
    import requests

    address, _, digest = url.partition("#sha256=")
    target = Path(os.environ["HUB_HOME"])

    def usable() -> None:
        with requests.get(address, stream=True, timeout=30) as answer, (target / "file").open("wb") as out:
            shutil.copyfileobj(answer.raw, out, 1 << 20)
        assert digest_of(target / "file") == digest  # noqa: S101  what is measured includes the comparison
        with tarfile.open(target / "file") as packed:
            packed.extractall(target / "out", filter="data")
        names = sorted(path.as_posix() for path in (target / "out").rglob("*") if path.is_file())
        look(names, lambda name: Path(name).read_bytes())

    return measured(usable)


def look(names: list[str], read: Callable[[str], bytes]) -> None:
    assert len(read(names[0])) + len(read(names[-1])) > 0  # noqa: S101


def measured(act: Callable[[], object]) -> dict[str, float]:
    """Return seconds, CPU seconds of this process and its children, and the peak memory added in MB."""
    before, cpu_before, began = reset_peak_mb(), cpu_seconds(), time.perf_counter()
    act()
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "cpu": cpu_seconds() - cpu_before, "peak_mb": status_mb("VmHWM") - before}


def cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def reset_peak_mb() -> float:
    """Let the peak be counted from now on (proc(5), clear_refs), and return what is used now."""
    Path("/proc/self/clear_refs").write_text("5")
    return status_mb("VmRSS")


def status_mb(name: str) -> float:
    found = re.search(rf"^{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    if found is None:
        sys.exit("this system does not say how much memory is used")
    return int(found[1]) * 1024 / MB


def in_a_process(side: str, url: str, **environ: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as home:
        surroundings = {**os.environ, **environ, "HUB_HOME": home, "OMP_NUM_THREADS": "1"}
        command = [sys.executable, __file__, "--side", side, "--url", url]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=surroundings)
        found: dict[str, float] = json.loads(done.stdout)
        return found


def random_file(path: Path, size_mb: int) -> str:
    """Write a file that cannot be compressed, unless it is there, and return its sha256."""
    if not path.exists():
        generator = np.random.default_rng(0)
        with path.open("wb") as out:
            for _ in range(size_mb):
                out.write(generator.bytes(MB))
    return digest_of(path)


def write_archive(path: Path) -> None:
    """Write a tar.gz as CIFAR-10's: six files of 30 MB, about as compressible as photos are."""
    generator = np.random.default_rng(0)
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for number in range(6):
            # Seven random bits of eight, as CIFAR's own archive is 92 % of what is in it.
            data = generator.integers(0, 128, 30_730_000, dtype=np.uint8).tobytes()
            member = tarfile.TarInfo(f"cifar-10-batches-bin/data_batch_{number}.bin")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


def with_digest(address: str, path: Path, digest: str) -> str:
    return f"{address}/{path.name}#sha256={digest}"


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


SECTIONS: dict[str, Callable[[str, Path, argparse.Namespace], None]] = {
    "limited": limited,
    "loopback": loopback,
    "archive": archive,
}
SIDES: dict[str, Callable[[str], dict[str, float]]] = {
    "hub": of_hub,
    "torch.hub": of_torch,
    "aria2c": of_aria2c,
    "hub's archive": of_hubs_archive,
    "serial archive": one_after_the_other,
}

if __name__ == "__main__":
    main()
