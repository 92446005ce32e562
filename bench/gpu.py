"""Loading to a GPU, and what the network does there, where a GPU is at hand.

    python bench/gpu.py [--repeat 5] [--models resnet50 vgg16] [--markdown]

Load: bytes/s of `hub.load(name, pretrained=True, device="cuda")` from the second load on (construction included, and
without it), beside the limit of copying as many bytes out of pinned and out of ordinary memory, and beside two other
ways of moving the mapped tensors: through one pinned buffer, and as one copy of the whole file that the tensors are
views of. Throughput: pictures/s of `hub.load(name, pretrained=True, device="cuda", dtype=torch.bfloat16,
memory_format=torch.channels_last, compile=True)` against the plain float32 network. Weights are random.
With --markdown the lines come as the table that the documentation keeps, with the hardware.
"""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import random_weights
import torch

import hub
from hub.models.weights import mapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor, nn

BATCH, SIDE = 256, 224
WARM_UPS, ROUNDS = 5, 20
GIGA = 1e9


class Rate(NamedTuple):
    """What was measured, its rate, the unit, and how it compares."""

    what: str
    rate: float
    unit: str
    ratio: float


def seconds(work: Callable[[], object], repeat: int) -> float:
    """Return the median time of `work`, until the GPU has done it."""
    times = []
    for _ in range(repeat + 1):
        torch.cuda.synchronize()
        began = time.perf_counter()
        kept = work()
        torch.cuda.synchronize()
        times.append(time.perf_counter() - began)
        del kept
    return median(times[1:])


def converted(folder: Path, size: int) -> Path:
    """Return the file in hub's store that holds about this many bytes of tensors."""
    return min((folder / "store" / "v1" / "weights").iterdir(), key=lambda path: abs(path.stat().st_size - size))


def through_pinned(path: Path) -> dict[str, Tensor]:
    """Copy every tensor into one pinned buffer, and from there to the GPU without waiting."""
    state = mapped.read(path).tensors
    buffer = torch.empty(sum(each.nbytes for each in state.values()), dtype=torch.uint8, pin_memory=True)
    moved, place = {}, 0
    for name, tensor in state.items():
        part = buffer[place : place + tensor.nbytes].view(tensor.dtype).view(tensor.shape)
        moved[name] = part.copy_(tensor).to("cuda", non_blocking=True)
        place += tensor.nbytes
    return moved


def as_one_copy(path: Path) -> Tensor:
    """Copy the whole file to the GPU at once; its tensors would be views."""
    return torch.frombuffer(bytearray(path.read_bytes()), dtype=torch.uint8).pin_memory().to("cuda", non_blocking=True)


def loading(name: str, folder: Path, repeat: int) -> list[Rate]:
    """Measure every way of bringing the weights to the GPU."""
    model = hub.load(name, pretrained=True, progress=False)
    size = sum(tensor.nbytes for tensor in model.state_dict().values())
    path = converted(folder, size)
    ordinary = torch.empty(size, dtype=torch.uint8).random_()
    pinned = ordinary.pin_memory()
    limit = size / seconds(lambda: pinned.to("cuda", non_blocking=True), repeat)
    ways: dict[str, Callable[[], object]] = {
        "copy limit, ordinary memory": lambda: ordinary.to("cuda"),
        "hub.load(device='cuda')": lambda: hub.load(name, pretrained=True, device="cuda", progress=False),
        "mapped tensors, one by one": lambda: [each.to("cuda") for each in mapped.read(path).tensors.values()],
        "mapped tensors through a pinned buffer": lambda: through_pinned(path),
        "the file as one copy": lambda: as_one_copy(path),
    }
    rates = [Rate(f"{name}: copy limit, pinned memory", limit / GIGA, "GB/s", 1.0)]
    for what, work in ways.items():
        rate = size / seconds(work, repeat)
        rates.append(Rate(f"{name}: {what}", rate / GIGA, "GB/s", rate / limit))
    return rates


def pictures_per_second(model: nn.Module, images: Tensor) -> float:
    with torch.inference_mode():
        for _ in range(WARM_UPS):
            model(images)
        torch.cuda.synchronize()
        began = time.perf_counter()
        for _ in range(ROUNDS):
            model(images)
        torch.cuda.synchronize()
    return ROUNDS * len(images) / (time.perf_counter() - began)


def throughput(name: str) -> list[Rate]:
    """Measure the plain network, and what each option adds."""
    half, last = {"dtype": torch.bfloat16}, {"memory_format": torch.channels_last}
    ways: dict[str, dict[str, object]] = {
        "float32": {},
        "bfloat16": half,
        "bfloat16, channels_last": half | last,
        "bfloat16, channels_last, compiled": half | last | {"compile": True},
    }
    rates: list[Rate] = []
    for what, options in ways.items():
        model = hub.load(name, pretrained=True, device="cuda", progress=False, **options)
        images = torch.rand(BATCH, 3, SIDE, SIDE, device="cuda", dtype=options.get("dtype", torch.float32))
        rate = pictures_per_second(
            model, images.to(memory_format=options.get("memory_format", torch.contiguous_format))
        )
        rates.append(Rate(f"{name}: {what}", rate, "pictures/s", rate / rates[0].rate if rates else 1.0))
    return rates


def show(rates: list[Rate], *, markdown: bool) -> None:
    for each in rates:
        value = f"{each.rate:,.1f} {each.unit}"
        line = (
            f"| {each.what} | {value} | {each.ratio:.2f}x |"
            if markdown
            else f"{each.what:56}{value:>24}{each.ratio:9.2f}x"
        )
        print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--models", nargs="+", default=["resnet50", "vgg16"])
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    if not torch.cuda.is_available():
        sys.exit("this machine has no GPU that PyTorch can use: there is nothing to measure")
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}, Python {platform.python_version()}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        random_weights.use(options.models, Path(folder))
        for name in options.models:
            show(loading(name, Path(folder), options.repeat), markdown=options.markdown)
            show(throughput(name), markdown=options.markdown)


if __name__ == "__main__":
    main()
