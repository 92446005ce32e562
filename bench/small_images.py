"""MNIST and CIFAR-10 through a stock DataLoader: hub, torchvision and Hugging Face, same files and normalisation.

    python bench/small_images.py [--runs 5] [--only mnist|cifar10]
    python bench/small_images.py --memory

hub's batches come through the same DataLoader, from its own loader, and from that as uint8, for loops that normalise on
their device. Hugging Face's come in its format "torch" and are normalised whole. Prints samples per second and the
ratios of each run, and the time to prepare and to the first batch. MNIST is the real one. CIFAR-10's pixels are drawn
at random here and pickled by this Python, in files of the published layout and size. So torchvision's own check of
their digests cannot succeed: for the times to the first batch it is made and its outcome ignored, as torchvision makes
it at every start; otherwise it is switched off.

`--memory` prints the private memory that a pass over data of 5, 50 and 500 MB adds, each in a process of its own.
Pages of the file itself are not counted: the system takes them back whenever it needs them.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import os
import pickle
import re
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torchvision
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset
from torchvision import transforms
from torchvision.datasets.utils import calculate_md5

import hub
from hub import settings
from hub.datasets.loading import choose
from hub.fetch import fetch
from hub.fetch.plans import dataset_owner
from hub.progress import Silent
from hub.registry import find_dataset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from torch import Tensor

    from hub.datasets.dataset import Dataset

BATCH = 256
GREY = 3  # dimensions of a batch without one for channels
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
    parser.add_argument("--memory", action="store_true")
    asked = parser.parse_args()
    if asked.memory:
        memory()
        return
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

    def make_theirs() -> TorchDataset[object]:
        return torchvision.datasets.CIFAR10(folder, transform=COLOURS)

    make_ours = partial(load_cifar10, folder)
    print_construction("hub, preparing", make_ours)
    for check in (lambda path, _: bool(calculate_md5(path)), lambda *_: True):
        torchvision.datasets.cifar.check_integrity = check
        for _ in range(3):
            print_first_batches(make_ours, make_theirs)
    compare(make_ours(), make_theirs(), runs)


def load_cifar10(folder: Path) -> Dataset:
    loaded: Dataset = hub.load_dataset(
        "cifar10", split="train", data_dir=folder, verify=False, transform=COLOURS, progress=False
    )
    return loaded


def write_cifar10(folder: Path, rows: int = CIFAR10_ROWS) -> None:
    folder.mkdir(parents=True)
    random = np.random.default_rng(0)
    for name in [*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]:
        pixels = random.integers(0, 256, (rows, 3072), dtype=np.uint8)
        batch = {"data": pixels, "labels": random.integers(0, 10, rows).tolist()}
        (folder / name).write_bytes(pickle.dumps(batch))
    (folder / "batches.meta").write_bytes(pickle.dumps({"label_names": [str(number) for number in range(10)]}))


def print_construction(who: str, make: Callable[[], TorchDataset[object]]) -> None:
    began = time.perf_counter()
    make()
    print(f"{who}: made in {1000 * (time.perf_counter() - began):.1f} ms")


def print_first_batches(make_ours: Callable[[], Dataset], make_theirs: Callable[[], TorchDataset[object]]) -> None:
    """Print the time from nothing in memory to the first batch; torchvision first checks digests, then does not."""
    began = time.perf_counter()
    next(iter(DataLoader(make_theirs(), BATCH, shuffle=True)))
    made = time.perf_counter()
    next(iter(make_ours().loader(BATCH, shuffle=True)))
    slow, fast = made - began, time.perf_counter() - made
    print(f"first batch: torchvision {1000 * slow:.1f} ms, hub {1000 * fast:.1f} ms, ratio {slow / fast:.0f}")


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


def compare(ours: Dataset, theirs: TorchDataset[object], runs: int) -> None:
    stored = ours.with_format("torch")
    stored.transform = None
    ways: dict[str, Iterable[tuple[Tensor, Tensor]]] = {
        "torchvision": DataLoader(theirs, BATCH, shuffle=True),
        **hugging_face(ours),
        "hub in a DataLoader": DataLoader(ours, BATCH, shuffle=True),
        "loader": ours.loader(BATCH, shuffle=True),
        "loader, uint8": stored.loader(BATCH, shuffle=True),
    }
    ratios: dict[str, list[float]] = {way: [] for way in ways}
    for run in range(1, runs + 1):
        rates = {way: samples_per_second(batches) for way, batches in ways.items()}
        for way, rate in rates.items():
            ratios[way].append(rate / rates["torchvision"])
        print(f"run {run}: " + ", ".join(f"{way} {rate:,.0f}/s ({ratios[way][-1]:.1f})" for way, rate in rates.items()))
    for way in list(ways)[1:]:
        print(f"{way}: median ratio {statistics.median(ratios[way]):.1f}, lowest {min(ratios[way]):.1f}")


def hugging_face(ours: Dataset) -> dict[str, Iterable[tuple[Tensor, Tensor]]]:
    """Return the same rows and normalisation out of Hugging Face's datasets, if they are installed."""
    found = importlib.util.find_spec("datasets")
    if found is None or found.origin is None:  # our folder of cards looks like a package without one
        return {}
    theirs: Any = ours.to_hf()
    chain: Any = ours.transform
    return {"Hugging Face": Normalised(theirs.with_format("torch"), chain)}


class Normalised:
    """Batches of a dataset of Hugging Face, with ToTensor and Normalize applied to each as a whole."""

    def __init__(self, rows: TorchDataset[object], chain: transforms.Compose) -> None:
        self._batches = DataLoader(rows, BATCH, shuffle=True)
        self._normalize = chain.transforms[1]

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for batch in self._batches:
            pixels = batch["image"].float().div_(255)
            planes = pixels.unsqueeze(1) if pixels.ndim == GREY else pixels.permute(0, 3, 1, 2).contiguous()
            yield self._normalize(planes), batch["label"]


def samples_per_second(batches: Iterable[tuple[Tensor, Tensor]]) -> float:
    """Return the rate over whole epochs, as many as begin within a second."""
    gc.collect()
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < LEAST_SECONDS:
        count += sum(len(labels) for _, labels in batches)
    return count / (time.perf_counter() - began)


def memory() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HUB_HOME"] = str(Path(folder) / "home")
        for size_mb in (5, 50, 500):
            root = Path(folder) / str(size_mb)
            write_cifar10(root / "cifar-10-batches-py", rows=round(size_mb * 1e6 / 3072 / 5))
            in_a_process(load_cifar10, root)  # prepared there, so that the next finds it made
            ours, theirs = in_a_process(memory_of_ours, root), in_a_process(memory_of_theirs, root)
            print(
                f"{size_mb:>4} MB of images: a pass of hub's loader adds {ours:.1f} MB, torchvision's {theirs:.1f} MB"
            )


def in_a_process(function: Callable[[Path], object], root: Path) -> object:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(function, root).result()


def memory_of_ours(root: Path) -> float:
    before = anonymous_mb()
    batches = load_cifar10(root).loader(BATCH, shuffle=True)
    return most_while(batches) - before


def memory_of_theirs(root: Path) -> float:
    torchvision.datasets.cifar.check_integrity = lambda *_: True
    before = anonymous_mb()
    batches = DataLoader(torchvision.datasets.CIFAR10(root, transform=COLOURS), BATCH, shuffle=True)
    return most_while(batches) - before


def most_while(batches: Iterable[object]) -> float:
    """Return the most private memory, in MB, during a pass."""
    return max(anonymous_mb() for _ in batches)


def anonymous_mb() -> float:
    """Return the memory that is this process's own and no page of a file, in MB (Linux only)."""
    found = re.search(r"^Anonymous: +(\d+) kB", Path("/proc/self/smaps_rollup").read_text(), re.MULTILINE)
    if found is None:
        sys.exit("this system does not say how much memory is private")
    return int(found[1]) / 1e3


if __name__ == "__main__":
    print(f"torch {torch.__version__}, torchvision {torchvision.__version__}, {torch.get_num_threads()} threads")
    main()
