"""MNIST and CIFAR-10 through a stock DataLoader: hub against torchvision, same files, same normalisation, run by run.

    python bench/datasets.py [--runs 5] [--only mnist|cifar10]

Prints samples per second and the ratio of each run, and the time to prepare and to the first batch. MNIST is the real
one. CIFAR-10's pixels are drawn at random here and pickled by this Python, in files of the published layout and size:
torchvision's own check of their digests is switched off, and hub does not check them either.
"""

from __future__ import annotations

import argparse
import gc
import pickle
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
import torchvision
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset
from torchvision import transforms

import hub
from hub import settings
from hub.datasets.loading import choose
from hub.fetch import dataset_owner, fetch
from hub.progress import Silent
from hub.registry import find_dataset

if TYPE_CHECKING:
    from collections.abc import Callable

BATCH = 256
CHAIN = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
COLOURS = transforms.Compose(
    [transforms.ToTensor(), transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616))]
)
CIFAR10_ROWS = 10_000  # in each of six files

# An epoch of ours takes 30 ms, of torchvision's 2 s: both are timed over about as long, so that a hiccup of the machine
# does not hit one epoch of one side.
LEAST_SECONDS = 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", choices=["mnist", "cifar10"])
    asked = parser.parse_args()
    for name, bench in {"mnist": mnist, "cifar10": cifar10}.items():
        if asked.only in (None, name):
            with tempfile.TemporaryDirectory() as folder:
                print(f"--- {name}")
                bench(Path(folder), asked.runs)


def mnist(folder: Path, runs: int) -> None:
    raw_files_for_torchvision(folder / "MNIST" / "raw")
    print_start_up(folder)
    theirs = torchvision.datasets.MNIST(folder, transform=CHAIN)
    ours = hub.load_dataset("mnist", split="train", transform=CHAIN, progress=False)
    compare(ours, theirs, runs)


def cifar10(folder: Path, runs: int) -> None:
    write_cifar10(folder / "cifar-10-batches-py")
    torchvision.datasets.cifar.check_integrity = lambda *_: True

    def make_ours() -> TorchDataset[object]:
        return hub.load_dataset(
            "cifar10", split="train", data_dir=folder, verify=False, transform=COLOURS, progress=False
        )

    def make_theirs() -> TorchDataset[object]:
        return torchvision.datasets.CIFAR10(folder, transform=COLOURS)

    print_construction("hub, preparing", make_ours)
    print_construction("hub, prepared", make_ours)
    print_construction("torchvision, without its digests", make_theirs)
    compare(make_ours(), make_theirs(), runs)


def write_cifar10(folder: Path) -> None:
    folder.mkdir()
    random = np.random.default_rng(0)
    for name in [*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]:
        pixels = random.integers(0, 256, (CIFAR10_ROWS, 3072), dtype=np.uint8)
        batch = {"data": pixels, "labels": random.integers(0, 10, CIFAR10_ROWS).tolist()}
        (folder / name).write_bytes(pickle.dumps(batch))
    (folder / "batches.meta").write_bytes(pickle.dumps({"label_names": [str(number) for number in range(10)]}))


def print_construction(who: str, make: Callable[[], TorchDataset[object]]) -> None:
    began = time.perf_counter()
    dataset = make()
    made = milliseconds_since(began)
    next(iter(DataLoader(dataset, batch_size=BATCH, shuffle=True)))
    print(f"{who}: made in {made}, with the first batch {milliseconds_since(began)}")


def raw_files_for_torchvision(raw: Path) -> None:
    raw.mkdir(parents=True)
    choice = choose(find_dataset("mnist"), {})
    artifacts = choice.artifacts(list(choice.splits))
    owner = dataset_owner("mnist", choice.card)
    for name, local in fetch(owner, artifacts, settings=settings.current(), progress=Silent()).items():
        (raw / name).symlink_to(local.path)


def print_start_up(folder: Path) -> None:
    """Print how long it takes to prepare (files hashed, read and written), to load again, and to the first batch."""
    began = time.perf_counter()
    hub.load_dataset("mnist", split="train", data_dir=folder, transform=CHAIN, progress=False)
    print(f"hash and, unless it was done before, prepare: {milliseconds_since(began)}")
    began = time.perf_counter()
    loaded = hub.load_dataset("mnist", split="train", transform=CHAIN, progress=False)
    print(f"load from the store: {milliseconds_since(began)}")
    next(iter(DataLoader(loaded, batch_size=BATCH, shuffle=True)))
    print(f"load from the store, with the first batch: {milliseconds_since(began)}")
    began = time.perf_counter()
    theirs = torchvision.datasets.MNIST(folder, transform=CHAIN)
    next(iter(DataLoader(theirs, batch_size=BATCH, shuffle=True)))
    print(f"torchvision, with the first batch: {milliseconds_since(began)}")


def milliseconds_since(began: float) -> str:
    return f"{1000 * (time.perf_counter() - began):.1f} ms"


def compare(ours: TorchDataset[object], theirs: TorchDataset[object], runs: int) -> None:
    ratios = []
    for run in range(1, runs + 1):
        slow, fast = samples_per_second(theirs), samples_per_second(ours)
        ratios.append(fast / slow)
        print(f"run {run}: hub {fast:>9,.0f}/s  torchvision {slow:>7,.0f}/s  ratio {fast / slow:5.1f}")
    print(f"median ratio {statistics.median(ratios):.1f}, lowest {min(ratios):.1f}")


def samples_per_second(dataset: TorchDataset[object]) -> float:
    """Return the rate over whole epochs, as many as begin within a second."""
    gc.collect()
    loader = DataLoader(dataset, batch_size=BATCH, shuffle=True)
    count, began = 0, time.perf_counter()
    while (taken := time.perf_counter() - began) < LEAST_SECONDS:
        count += sum(len(labels) for _, labels in loader)
    return count / taken


if __name__ == "__main__":
    print(f"torch {torch.__version__}, torchvision {torchvision.__version__}, {torch.get_num_threads()} threads")
    main()
