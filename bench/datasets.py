"""MNIST through a stock DataLoader: hub against torchvision, same files, same normalisation, one run after the other.

    python bench/datasets.py [--runs 5]

Prints samples per second and the ratio of each run, and the time to prepare and to the first batch.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import tempfile
import time
from pathlib import Path

import torch
import torchvision
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset
from torchvision import transforms

import hub
from hub import settings
from hub.datasets.loading import choose
from hub.fetch import fetch
from hub.progress import Silent
from hub.registry import find_dataset

BATCH = 256
CHAIN = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        raw_files_for_torchvision(Path(folder) / "MNIST" / "raw")
        print_start_up(Path(folder))
        theirs = torchvision.datasets.MNIST(folder, transform=CHAIN)
        ours = hub.load_dataset("mnist", split="train", transform=CHAIN, progress=False)
        compare(ours, theirs, runs)


def raw_files_for_torchvision(raw: Path) -> None:
    raw.mkdir(parents=True)
    choice = choose(find_dataset("mnist"), {})
    artifacts = choice.artifacts(list(choice.splits))
    owner = f"dataset/mnist/{choice.card.version}"
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
    """Return the rate of one epoch."""
    gc.collect()
    loader = DataLoader(dataset, batch_size=BATCH, shuffle=True)
    began = time.perf_counter()
    count = sum(len(labels) for _, labels in loader)
    return count / (time.perf_counter() - began)


if __name__ == "__main__":
    print(f"torch {torch.__version__}, torchvision {torchvision.__version__}, {torch.get_num_threads()} threads")
    main()
