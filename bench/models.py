"""Time to load a model from the store, against torchvision loading the same weights from its own cache.

    python bench/models.py [--repeat 5] [--models resnet18 resnet50 vgg16]

Random weights are saved once in torchvision's form, where torchvision looks for them. They cannot have the published
digest, so `hub.load` gets them as `weights=<path>`; it is the public function on a store that holds them converted, as
from the second load on. Each sample is a process of its own, forked after the imports; the two ways alternate. It first
loads a ResNet-18 the same way, uncounted: that takes the first-use costs, and the page faults of memory shared with the
parent, which a process that is not forked does not have. CPU is user + system time in ms on one thread; the median of
the samples is shown.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import torch
from torchvision import models

import hub

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from torch import nn

WARM_UP = "resnet18"
GOAL_MEDIAN, GOAL_EACH, GOAL_RSS_MB = 15, 3.5, 10
# hub keeps the digest of a user's own file only once the file is older than this, in seconds.
SETTLING = 2.1

T = TypeVar("T")

forking = multiprocessing.get_context("fork")


class Sample(NamedTuple):
    """One process: CPU ms to load, and to load and run once; MB more in memory after loading; digest of the output."""

    load_ms: float
    forward_ms: float
    rss_mb: float
    output: str


def with_torchvision(name: str) -> nn.Module:
    model: nn.Module = models.get_model(name, weights="DEFAULT", progress=False)
    return model.eval()


def with_hub(name: str) -> nn.Module:
    return hub.load(name, weights=weights_path(name), progress=False)


def weights_path(name: str) -> Path:
    url = models.get_model_weights(name).DEFAULT.url
    return Path(os.environ["TORCH_HOME"], "hub", "checkpoints", url.rpartition("/")[2])


def prepare(name: str) -> None:
    """Save random weights where torchvision looks for them, and let hub convert them."""
    path = weights_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(models.get_model(name, weights=None).state_dict(), path)
    time.sleep(SETTLING)
    with_hub(name)


def take(load: Callable[[str], nn.Module], name: str) -> Sample:
    images = torch.rand(1, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    load(WARM_UP)
    before, resident = cpu_ms(), resident_mb()
    model = load(name)
    loaded, grown = cpu_ms(), resident_mb() - resident
    with torch.inference_mode():
        scores = model(images)
    return Sample(loaded - before, cpu_ms() - before, grown, hashlib.sha256(scores.numpy().tobytes()).hexdigest())


def cpu_ms() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return (usage.ru_utime + usage.ru_stime) * 1000


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def apart(work: Callable[[], T]) -> T:
    """Return what `work` gives in a forked process, which leaves nothing behind in this one."""
    receiver, sender = forking.Pipe(duplex=False)
    process = forking.Process(target=_send, args=(sender, work))
    process.start()
    sender.close()
    result: T = receiver.recv()
    process.join()
    return result


def _send(sender: Connection, work: Callable[[], object]) -> None:
    sender.send(work())


def compare(name: str, repeat: int) -> float:
    """Print one line, and return how many times less CPU hub's load takes."""
    if name != WARM_UP:
        apart(lambda: prepare(name))
    theirs, ours = [], []
    for _ in range(repeat):
        theirs.append(apart(lambda: take(with_torchvision, name)))
        ours.append(apart(lambda: take(with_hub, name)))
    load = [median(sample.load_ms for sample in samples) for samples in (theirs, ours)]
    first = [median(sample.forward_ms for sample in samples) for samples in (theirs, ours)]
    equal = "yes" if len({sample.output for sample in (*theirs, *ours)}) == 1 else "NO"
    memory = [median(sample.rss_mb for sample in samples) for samples in (theirs, ours)]
    print(
        f"{name:12}{load[0]:9.1f}{load[1]:8.1f}{load[0] / load[1]:8.1f}x{first[0]:12.1f}{first[1]:8.1f}"
        f"{first[0] / first[1]:7.1f}x{memory[0]:10.1f}{memory[1]:7.1f}{equal:>11}",
        flush=True,
    )
    return load[0] / load[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--models", nargs="+", default=["resnet18", "resnet50", "vgg16"])
    options = parser.parse_args()
    print(f"torch {torch.__version__}, CPU ms on one thread, median of {options.repeat}")
    print("                 load                       load + first run            RSS, MB      bit-equal")
    print("            torchvis.     hub    ratio   torchvis.     hub  ratio  torchvis.    hub")
    torch.set_num_threads(1)  # also: a process with threads of its own must not fork
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"TORCH_HOME": folder, "HUB_HOME": f"{folder}/store"}
        apart(lambda: prepare(WARM_UP))
        ratios = [compare(name, options.repeat) for name in options.models]
    print(f"median {median(ratios):.1f}x (goal {GOAL_MEDIAN}x), least {min(ratios):.1f}x (goal {GOAL_EACH}x)")
    sys.exit(median(ratios) < GOAL_MEDIAN or min(ratios) < GOAL_EACH)


if __name__ == "__main__":
    main()
