"""Time to load a model from the store, against torchvision loading the same weights from its own cache.

    python bench/models.py [--repeat 5] [--models resnet18 resnet50 vgg16]

Random weights lie where torchvision looks for published ones, and cards name their digests, so that both public calls,
`get_model(name, weights="DEFAULT")` and `hub.load(name, pretrained=True)`, are those that users make. hub's store holds
them converted, as from the second load on. Each sample is a process of its own, forked after the imports; the two ways
alternate. It first loads a ResNet-18 the same way, uncounted: that takes the first-use costs, and the page faults of
memory shared with the parent, which a process that is not forked does not have. CPU is user + system time in ms on one
thread; the median of the samples is shown.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import resource
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import random_weights
import torch
from torchvision import models

import hub

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from torch import nn

WARM_UP = "resnet18"
NINE = (
    "mobilenet_v2", "resnet18", "resnet50", "googlenet", "inception_v3", "densenet161", "vgg16",
    "fasterrcnn_resnet50_fpn", "r3d_18",
)  # fmt: skip
GOAL_MEDIAN, GOAL_EACH, GOAL_FORWARD, GOAL_RSS_MB = 15, 3.5, 2, 10

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
    return hub.load(name, pretrained=True, progress=False)


def example(name: str) -> tuple[object, ...]:
    """Return one picture or video of the size that the network was trained for."""
    generator = torch.Generator().manual_seed(0)
    if name.startswith("fasterrcnn"):
        return ([torch.rand(3, 480, 640, generator=generator)],)
    if name.startswith("r3d"):
        return (torch.rand(1, 3, 16, 112, 112, generator=generator),)
    side = 299 if name == "inception_v3" else 224
    return (torch.rand(1, 3, side, side, generator=generator),)


def digest(output: object) -> str:
    """Return what two outputs have in common if they are equal to the last bit."""
    tensors = output if isinstance(output, list | tuple) else [output]
    flat = [each for part in tensors for each in (part.values() if isinstance(part, dict) else [part])]
    return hashlib.sha256(b"".join(each.numpy().tobytes() for each in flat)).hexdigest()


def take(load: Callable[[str], nn.Module], name: str) -> Sample:
    inputs = example(name)
    load(WARM_UP)
    before, resident = cpu_ms(), resident_mb()
    model = load(name)
    loaded, grown = cpu_ms(), resident_mb() - resident
    with torch.inference_mode():
        output = model(*inputs)
    return Sample(loaded - before, cpu_ms() - before, grown, digest(output))


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


class Line(NamedTuple):
    """How many times less CPU hub takes to load, and to load and run once; MB more in memory after hub's load."""

    load: float
    forward: float
    rss_mb: float


def compare(name: str, repeat: int) -> Line:
    """Print one line."""
    apart(lambda: with_hub(name) and None)
    theirs, ours = [], []
    for _ in range(repeat):
        theirs.append(apart(lambda: take(with_torchvision, name)))
        ours.append(apart(lambda: take(with_hub, name)))
    load = [median(sample.load_ms for sample in samples) for samples in (theirs, ours)]
    first = [median(sample.forward_ms for sample in samples) for samples in (theirs, ours)]
    equal = "yes" if len({sample.output for sample in (*theirs, *ours)}) == 1 else "NO"
    memory = [median(sample.rss_mb for sample in samples) for samples in (theirs, ours)]
    print(
        f"{name:24}{load[0]:9.1f}{load[1]:8.1f}{load[0] / load[1]:8.1f}x{first[0]:12.1f}{first[1]:8.1f}"
        f"{first[0] / first[1]:7.1f}x{memory[0]:10.1f}{memory[1]:7.1f}{equal:>11}",
        flush=True,
    )
    return Line(load[0] / load[1], first[0] / first[1], memory[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--models", nargs="+", default=NINE)
    options = parser.parse_args()
    print(f"torch {torch.__version__}, CPU ms on one thread, median of {options.repeat}")
    print("                             load                       load + first run            RSS, MB      bit-equal")
    print("                        torchvis.     hub    ratio   torchvis.     hub  ratio  torchvis.    hub")
    torch.set_num_threads(1)  # also: a process with threads of its own must not fork
    with tempfile.TemporaryDirectory() as folder:
        random_weights.use(list({WARM_UP, *options.models}), Path(folder))
        apart(lambda: with_hub(WARM_UP) and None)
        lines = [compare(name, options.repeat) for name in options.models]
    load, least = median(line.load for line in lines), min(line.load for line in lines)
    forward, rss = median(line.forward for line in lines), max(line.rss_mb for line in lines)
    print(f"load: median {load:.1f}x (goal {GOAL_MEDIAN}x), least {least:.1f}x (goal {GOAL_EACH}x)")
    print(
        f"load + first run: median {forward:.1f}x (goal {GOAL_FORWARD}x); memory {rss:.1f} MB (goal {GOAL_RSS_MB} MB)"
    )
    sys.exit(load < GOAL_MEDIAN or least < GOAL_EACH or forward < GOAL_FORWARD or rss > GOAL_RSS_MB)


if __name__ == "__main__":
    main()
