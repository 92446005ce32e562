"""Pictures of a dataset as vectors, through a network without its head; fast on a CPU.

Where time goes, of a picture of 28 pixels that is made 128 wide: the network 85 %, resizing and colours 15 %. So:

- Batches are of 16 pictures: what a layer makes of these stays in a processor's cache, of 64 it does not.
- Each thread computes a batch of its own. Threads that share one wait for each other at each layer: on two
  cores that others used too it took four times as long.
- Channels come last in memory, in the network's weights too, and its batch norms are part of its convolutions.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor, nn
from torch.fx.experimental import optimization
from torchvision.transforms import functional

from hub.errors import InvalidInput, in_a_line
from hub.models.about import About
from hub.models.bodies import body_of
from hub.models.prediction.running import device_of, evaluating, placed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from hub.cards import Field
    from hub.datasets.dataset import Dataset
    from hub.progress import Progress

BATCH, BATCH_ON_A_GPU = 16, 256

COLOURS = 3


@dataclass(frozen=True, slots=True)
class Body:
    """A network that gives a vector for each picture, and how it wants its pictures."""

    network: nn.Module
    size: int | None
    mean: tuple[float, ...]
    std: tuple[float, ...]
    colours: bool

    def __call__(self, squares: Tensor) -> Tensor:
        """Return float32 (pictures, length) of uint8 (pictures, C, H, W)."""
        images = squares
        if self.size is not None:
            images = functional.resize(images, [self.size, self.size], antialias=True)
        images = placed(images, self.network) / 255
        if self.colours:  # of one channel three are made here, after all that can be done to one
            shape = (1, -1, 1, 1)
            images = (images - images.new_tensor(self.mean).view(shape)) / images.new_tensor(self.std).view(shape)
        found: Tensor = self.network(images.contiguous(memory_format=torch.channels_last))
        return found.flatten(1).float().cpu()


def prepared(model: nn.Module, size: int | None) -> Body:
    """Return the body of a network of `hub.load`, or another network as it is, ready to run on pictures of a size.

    Another network is given pictures from 0 to 1, with as many channels as they have.
    """
    about = getattr(model, "hub", None)
    if not isinstance(about, About):
        return Body(_fast(model), size, (), (), colours=False)
    mean = getattr(about.transforms, "mean", (0.5,) * COLOURS)
    std = getattr(about.transforms, "std", (0.5,) * COLOURS)
    return Body(_fast(body_of(model)), size, mean, std, colours=True)


def _fast(network: nn.Module) -> nn.Module:
    """Return a network with batch norms within convolutions, where it can be followed; otherwise the network itself."""
    if next(network.parameters(), torch.zeros(())).is_meta or network.training:
        return network
    try:
        fused: nn.Module = optimization.fuse(network)
    except Exception:  # noqa: BLE001  whatever following a network meets; it then runs as it is
        return network
    return fused.to(memory_format=torch.channels_last)


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures of a dataset, each read when it is asked for."""

    stored: Tensor | Sequence[Tensor]
    side: int

    def __len__(self) -> int:
        return len(self.stored)

    def batch(self, rows: range, least: int) -> Tensor:
        """Return the middle squares of some of them, uint8 (pictures, C, side, side), of `least` pixels or more."""
        if isinstance(self.stored, Tensor):
            return _square(self.stored[rows.start : rows.stop])
        side = max(least, self.side)
        return torch.stack([_resized(_square(_in_colour(self.stored[row])), side) for row in rows])

    def small(self, squares: Tensor) -> Tensor:
        """Return squares so small that all of them fit a sheet."""
        return squares if squares.shape[-1] <= self.side else _resized(squares, self.side)


def pictures_of(dataset: Dataset, field: Field, size: int | None, side: int) -> Pictures:
    """Return the pictures of a dataset; of files only as many pixels are decoded as a network of this size needs."""
    stored = dataset.with_format("torch", min_size=max(size, side) if size else None)[field.name]
    return Pictures(stored, side)


def _square(images: Tensor) -> Tensor:
    return cast("Tensor", functional.center_crop(images, [min(images.shape[-2:])] * 2))


def _resized(images: Tensor, side: int) -> Tensor:
    return cast("Tensor", functional.resize(images, [side, side], antialias=True))


def _in_colour(image: Tensor) -> Tensor:
    return image.expand(COLOURS, -1, -1) if image.shape[0] == 1 else image[:COLOURS]


def features(pictures: Pictures, body: Body, label: str, progress: Progress) -> tuple[Tensor, NDArray[np.uint8]]:
    """Return vectors, float32 (pictures, length), and small pictures, uint8 (pictures, H, W, C)."""
    device = device_of(body.network)
    step = BATCH if device.type == "cpu" else BATCH_ON_A_GPU
    batches = [range(start, min(start + step, len(pictures))) for start in range(0, len(pictures), step)]
    found: list[tuple[Tensor, Tensor]] = []

    def work(rows: range) -> tuple[Tensor, Tensor]:
        with torch.inference_mode():  # which holds for one thread
            squares = pictures.batch(rows, body.size or 0)
            return body(squares), pictures.small(squares)

    progress.start(label, len(pictures))
    with (
        evaluating(body.network),
        _told(body),
        _workers(1 if device.type != "cpu" else torch.get_num_threads()) as pool,
    ):
        for vectors, small in pool.map(work, batches):
            found.append((vectors, small))
            progress.advance(len(vectors))
    progress.finish()
    vectors, small = (torch.cat(part) for part in zip(*found, strict=True))
    return vectors.clone(), small.permute(0, 2, 3, 1).numpy()


@contextmanager
def _workers(count: int) -> Iterator[ThreadPoolExecutor]:
    """Give threads that compute alone; when they are interrupted they end their batches and begin no others."""
    before = torch.get_num_threads()
    pool = ThreadPoolExecutor(count, initializer=torch.set_num_threads, initargs=(1,))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(before)  # for threads that begin later


@contextmanager
def _told(body: Body) -> Iterator[None]:
    """Raise InvalidInput if a network does not take pictures of this size."""
    try:
        yield
    except (RuntimeError, AssertionError, ValueError, IndexError) as error:
        size = "as they are" if body.size is None else f"of {body.size} pixels"
        raise InvalidInput(
            f"the network does not take pictures {size}",
            expected="a size that it was trained with, such as size=224",
            found=in_a_line(error),
        ) from error
