"""Time of 20 training steps on a model whose weights are mapped from the store, against the same model copied.

    python bench/fine_tuning.py [--repeat 5] [--models resnet18 mobilenet_v2]

Mapped pages are copied when they are first written to, so the first steps pay what loading has saved. Each sample is a
process of its own, forked after the imports; the two ways alternate. `mapped` is what `hub.load(name, pretrained=True,
train=True)` returns, `copied` a deep copy of it, made before the clock starts. Steps of SGD with momentum, batches of 8
random pictures, one thread; the median of CPU ms for all steps is shown. Goal: at most 1.05.
"""

from __future__ import annotations

import argparse
import copy
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import random_weights
import torch

import hub
from models import apart, cpu_ms

if TYPE_CHECKING:
    from torch import nn

STEPS, BATCH, SIDE = 20, 8, 96
TOLERANCE = 0.05


def mapped(name: str) -> nn.Module:
    return hub.load(name, pretrained=True, train=True, progress=False)


def copied(name: str) -> nn.Module:
    return copy.deepcopy(mapped(name))


def train(model: nn.Module) -> float:
    """Return the CPU ms of all steps."""
    generator = torch.Generator().manual_seed(0)
    images = torch.rand(BATCH, 3, SIDE, SIDE, generator=generator)
    labels = torch.randint(0, 1000, (BATCH,), generator=generator)
    optimiser = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)
    began = cpu_ms()
    for _ in range(STEPS):
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(model(images), labels).backward()
        optimiser.step()
    return cpu_ms() - began


def warmed_up(name: str, *, copy_first: bool) -> float:
    """Return the time after what every process pays once."""
    train(hub.load("resnet18", train=True))
    return train(copied(name) if copy_first else mapped(name))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--models", nargs="+", default=["resnet18", "mobilenet_v2"])
    options = parser.parse_args()
    torch.set_num_threads(1)  # also: a process with threads of its own must not fork
    print(f"torch {torch.__version__}, CPU ms of {STEPS} steps on one thread, median of {options.repeat}")
    print("                mapped   copied   mapped / copied   lowest to highest")
    with tempfile.TemporaryDirectory() as folder:
        random_weights.use(options.models, Path(folder))
        for name in options.models:
            apart(lambda name=name: mapped(name) and None)
            pairs = [
                tuple(apart(lambda name=name, way=way: warmed_up(name, copy_first=way)) for way in (False, True))
                for _ in range(options.repeat)
            ]
            times = [median(way) for way in zip(*pairs, strict=True)]
            ratios = sorted(first / second for first, second in pairs)
            ratio = median(ratios)
            verdict = "no slower" if ratio <= 1 + TOLERANCE else "SLOWER"
            spread = f"{ratios[0]:.3f} to {ratios[-1]:.3f}"
            print(f"{name:14}{times[0]:8.0f}{times[1]:9.0f}{ratio:14.3f}      {spread}   {verdict}", flush=True)


if __name__ == "__main__":
    main()
