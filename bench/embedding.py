"""MNIST through EfficientNet-Lite0 into TensorBoard's projector: hub, and the usual way with torchvision and PyTorch.

    python bench/embedding.py [--points 10000] [--beside 1000] [--runs 3]

Real digits and real weights, pictures of 128 pixels, float32, with labels and small pictures beside the points. First
the whole: `hub.viz.log_embedding` of so many points, once. Then both ways with as many as `--beside` says, in turns,
each in a process of its own. The usual way is a DataLoader of 64 with two workers and torchvision's transforms on
Pillow images, the network in channels_last under `inference_mode`, and `SummaryWriter.add_embedding`. Loading data and
weights is not counted. Prints seconds, seconds of all cores together, and the ratio of each run.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import tempfile
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch.utils.data import DataLoader
from torch.utils.tensorboard.writer import SummaryWriter
from torchvision import transforms

import hub
import hub.viz

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

    from hub.datasets.dataset import Dataset

SIZE = 128
GREY = (0.5, 0.5, 0.5)


class Taken(NamedTuple):
    """Seconds on the clock, and of all cores together."""

    wall: float
    cpu: float


def with_hub(digits: Dataset, model: nn.Module, folder: str) -> None:
    hub.viz.log_embedding(digits, folder, model, n=len(digits), size=SIZE, progress=False)


def by_hand(digits: Dataset, model: nn.Module, folder: str) -> None:
    """As tutorials do it."""
    chain = [transforms.Grayscale(3), transforms.Resize(SIZE), transforms.ToTensor(), transforms.Normalize(GREY, GREY)]
    digits.transform = transforms.Compose(chain)
    vectors, labels, small = [], [], []
    with torch.inference_mode():
        for images, numbers in DataLoader(digits, batch_size=64, num_workers=2):
            found = model.features(images.to(memory_format=torch.channels_last))
            vectors.append(model.pool(found).flatten(1))
            labels += numbers.tolist()
            small.append(transforms.functional.resize(images / 2 + 0.5, [28, 28]))
    with SummaryWriter(folder) as writer:
        writer.add_embedding(torch.cat(vectors), labels, torch.cat(small))


WAYS: dict[str, Callable[[Dataset, nn.Module, str], None]] = {"hub": with_hub, "by hand": by_hand}


def measured(way: str, points: int) -> Taken:
    """Return what a way takes in this process, which has loaded data and weights before."""
    warnings.simplefilter("ignore")
    digits = hub.load_dataset("mnist", split="test", progress=False)[:points]
    model = hub.load("efficientnet_lite0", pretrained=True, memory_format="channels_last", progress=False)
    with tempfile.TemporaryDirectory() as folder:
        began, used = time.perf_counter(), _used()
        WAYS[way](digits, model, str(Path(folder) / "run"))
        return Taken(time.perf_counter() - began, _used() - used)


def _used() -> float:
    """Return the seconds that this process and those it has started have computed."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in both)


def alone(way: str, points: int) -> Taken:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measured, way, points).result()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=10_000)
    parser.add_argument("--beside", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()

    print(f"{os.cpu_count()} cores, {os.getloadavg()[0]:.1f} others at work, PyTorch {torch.__version__}")
    whole = alone("hub", arguments.points)
    print(f"hub, {arguments.points:,} digits: {whole.wall:.1f} s ({whole.cpu:.1f} s of cores)")
    ratios = []
    for _ in range(arguments.runs):
        hub_took, by_hand_took = (alone(way, arguments.beside) for way in WAYS)
        ratios.append(by_hand_took.wall / hub_took.wall)
        print(
            f"{arguments.beside:,} digits: hub {hub_took.wall:.1f} s ({hub_took.cpu:.1f}), by hand "
            f"{by_hand_took.wall:.1f} s ({by_hand_took.cpu:.1f}): {ratios[-1]:.1f} times as long"
        )
    print(f"median: {median(ratios):.1f} times as long by hand; {os.getloadavg()[0]:.1f} at work at the end")


if __name__ == "__main__":
    main()
