"""`hub quickstart`: the whole thing, once, on real data."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hub.cli.options import json_option, print_json, quiet_option
from hub.cli.outcomes import bars
from hub.cli.pictures import read_image
from hub.progress import human_bytes, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn

    from hub.datasets.dataset import Dataset
    from hub.models.prediction import Prediction
    from hub.progress import Progress

DATASET = "mnist"
MODEL = "efficientnet_lite0"
# Chelsea the cat, by Stéfan van der Walt, dedicated to the public domain (CC0).
PHOTO = Path(__file__).parent / "chelsea.jpg"
BATCH = 256
DIGITS = 4
# MNIST's digits lie in the middle 20 x 20 of their 28 x 28 pixels, so four of them fit in 80 columns.
INNER = slice(4, 24)

NEXT = """\
What next:
  hub list                         everything there is
  hub info mnist                   what a dataset is and where it comes from
  hub predict efficientnet_lite0 YOUR_PHOTO.jpg
  python
    import hub
    train = hub.load_dataset("mnist", split="train")
    model = hub.load("efficientnet_lite0", pretrained=True, num_classes=10)"""


class Timings:
    """How long each named step took, in seconds."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what happens inside."""
        began = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - began


@click.command()
@json_option
@quiet_option
def command(as_json: bool, quiet: bool) -> None:
    """Fetch and verify MNIST and real pretrained weights, classify a photo, read a batch; the second run is offline."""
    timings = Timings()
    with shown(not quiet) as progress:
        data = _dataset(timings, progress)
        network = _model(timings, progress)
    found = _classify(network, timings)
    rate = _read_rate(data, timings)
    if as_json:
        labels = [{"label": each.label, "probability": each.probability} for each in found]
        print_json({"predictions": labels, "samples_per_second": rate, "seconds": timings.seconds})
        return
    click.echo("\n".join(_report(data, network, found, rate, timings.seconds)))


def _dataset(timings: Timings, progress: Progress) -> Dataset:
    from hub.fetch import download

    progress.note("1/2  MNIST: 70,000 handwritten digits")
    with timings.step("fetch and verify MNIST"):
        download(DATASET, progress=progress)
    with timings.step("import torch and torchvision, open MNIST"):
        from hub.datasets.loading import load_dataset

        return load_dataset(DATASET, split="train", progress=progress)


def _model(timings: Timings, progress: Progress) -> nn.Module:
    from hub.fetch import download
    from hub.models.loading import load

    progress.note("2/2  EfficientNet-Lite0, trained on ImageNet")
    with timings.step("fetch and verify the weights"):
        download(MODEL, progress=progress)
    with timings.step("build the model, map its weights"):
        return load(MODEL, pretrained=True, progress=progress)


def _classify(network: nn.Module, timings: Timings) -> list[Prediction]:
    from hub.models.prediction import classify

    with timings.step("classify a photo"):
        return classify(network, [read_image(PHOTO)], top=5)[0]


def _read_rate(data: Dataset, timings: Timings) -> float:
    """Return how many samples a second a shuffled DataLoader gives over one epoch."""
    from torch.utils.data import DataLoader

    loader = DataLoader(data.with_format("torch"), batch_size=BATCH, shuffle=True)
    with timings.step("read an epoch of MNIST"):
        count = sum(len(batch.label) for batch in loader)
    return count / timings.seconds["read an epoch of MNIST"]


def _report(
    data: Dataset, network: nn.Module, found: list[Prediction], rate: float, seconds: dict[str, float]
) -> Iterator[str]:
    source: Any = network.hub
    yield ""
    yield f"A photo of a cat, seen by {source.name} ({source.weights}):"
    yield from bars(found)
    yield ""
    yield f"The first digits of {len(data):,}:"
    yield from _digits(data)
    yield ""
    yield f"A shuffled DataLoader of {BATCH} reads {rate:,.0f} samples/s."
    yield ""
    yield from (f"  {name:<40}{took:7.2f} s" for name, took in seconds.items())
    yield f"  {'in the store now':<40}{human_bytes(_stored()):>9}"
    yield ""
    yield NEXT


def _digits(data: Dataset) -> Iterator[str]:
    import numpy as np
    from PIL import Image

    from hub.viz.terminal import depth_of, lines_of

    pictures = [np.asarray(data[place].image)[INNER, INNER] for place in range(DIGITS)]
    row = Image.fromarray(np.concatenate(pictures, axis=1))
    yield from lines_of(row, row.width, depth_of())
    yield "".join(str(data[place].label).center(pictures[0].shape[1]) for place in range(DIGITS)).rstrip()


def _stored() -> int:
    from hub import settings
    from hub.store import usage
    from hub.store.layout import Layout

    return sum(usage.sizes(Layout(settings.current().home)).values())
