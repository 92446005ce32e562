"""What a network takes: names and shapes of its inputs, random ones to compare with, and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

import torch
from torch.nn import functional
from torchvision.models.detection.transform import GeneralizedRCNNTransform

from hub import registry
from hub.errors import InvalidInput, NotFound
from hub.models import preprocessing
from hub.models.preprocessing import Classification, Detection, Flow, Segmentation, Timm, Video

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor, nn

    from hub.models.about import About
    from hub.models.preprocessing import Preprocessing

    Inputs = tuple[Tensor | list[Tensor], ...]

# Preprocessings that take a single picture.
Pictures = Classification | Segmentation | Detection

Kind = Literal["images", "video", "flow", "detection"]

# Where nothing published tells it: the size that most networks for ImageNet were trained at.
SIDE = 224

# One that is dynamic is traced with two: a batch of one would be taken for a constant.
TRACED = 2
DYNAMIC = (1, TRACED, 3)

FRAMES = 16  # what torchvision's networks for video take, or more
FLOW = (384, 512)  # the pictures of FlyingChairs, on which all of them were trained
DETECTION = (480, 640)  # most pictures of COCO

NAMES: dict[Kind, tuple[str, ...]] = {
    "images": ("images",),
    "video": ("video",),
    "flow": ("first", "second"),
    "detection": ("image",),
}


@dataclass(frozen=True, slots=True)
class Feed:
    """The inputs of a network.

    `size` is (height, width), for video (frames, height, width). `batch` is None if the file is to take any. Images are
    of (batch, 3, height, width), video of (batch, 3, frames, height, width), flow takes two batches of images, and
    detection a list with one image of (3, height, width).
    """

    kind: Kind
    size: tuple[int, ...]
    batch: int | None
    dtype: torch.dtype

    @property
    def names(self) -> tuple[str, ...]:
        return NAMES[self.kind]

    @property
    def batches(self) -> tuple[int, ...]:
        """How many samples to compare with, one input each."""
        return DYNAMIC if self.batch is None else (self.batch, self.batch)

    def shape(self, batch: int | str) -> list[int | str]:
        """Return the shape of an input; `batch` may be a word for any number."""
        return [3, *self.size] if self.kind == "detection" else [batch, 3, *self.size]

    def example(self) -> Inputs:
        """Return random arguments of the network to trace it with."""
        return self.random(self.batch or TRACED, seed=0)

    def random(self, batch: int, seed: int) -> Inputs:
        """Return random arguments of the network, the same for the same seed."""
        generator = torch.Generator().manual_seed(seed)
        shape = cast("list[int]", self.shape(batch))
        made = tuple(self._values(shape, generator).to(self.dtype) for _ in self.names)
        return (list(made),) if self.kind == "detection" else made

    def picture(self, image: Image, transforms: Pictures) -> Inputs:
        """Return a PIL image as arguments of the network: every sample of the batch is it."""
        ready = transforms(image.convert("RGB"))[None]
        fitting = functional.interpolate(ready, self.size, mode="bilinear").to(self.dtype)
        return ([fitting[0]],) if self.kind == "detection" else (fitting.repeat(self.batch or 1, 1, 1, 1),)

    def _values(self, shape: list[int], generator: torch.Generator) -> Tensor:
        """Pictures are about normal once they are normalised; flow takes -1 to 1, detection 0 to 1."""
        if self.kind in {"images", "video"}:
            return torch.randn(shape, generator=generator)
        uniform = torch.rand(shape, generator=generator)
        return uniform if self.kind == "detection" else uniform * 2 - 1


def feed(model: nn.Module, about: About, size: tuple[int, ...] | None, batch: int | str | None) -> Feed:
    """Return what a network takes; `size` and `batch` are what the user wants of it, None if they do not say.

    Raises InvalidInput for a size or a batch that makes no sense.
    """
    kind, usual = _kind_and_size(model, about)
    if size is not None and (len(size) != len(usual) or min(size) < 1):
        raise InvalidInput(
            f"{about.name} takes no input of {'x'.join(map(str, size))}",
            expected="frames x height x width" if kind == "video" else "height x width",
            found="x".join(map(str, size)),
        )
    first = next((parameter for parameter in model.parameters() if parameter.is_floating_point()), None)
    return Feed(kind, size or usual, _batch(kind, batch), first.dtype if first is not None else torch.float32)


def _batch(kind: Kind, batch: int | str | None) -> int | None:
    if batch is None:
        # RAFT joins both pictures to one batch and parts it again; detection takes a list of pictures of any sizes.
        return 1 if kind in {"flow", "detection"} else None
    if kind == "detection" and batch != 1:
        raise InvalidInput("networks for detection take one picture here", expected="batch 1", found=repr(batch))
    if batch == "dynamic":
        return None
    if isinstance(batch, bool) or not isinstance(batch, int) or batch < 1:
        raise InvalidInput(f"{batch!r} is no batch", expected='a number from 1, or "dynamic"', found=repr(batch))
    return batch


def _kind_and_size(model: nn.Module, about: About) -> tuple[Kind, tuple[int, ...]]:
    if isinstance(getattr(model, "transform", None), GeneralizedRCNNTransform):
        return "detection", DETECTION
    match about.transforms or _published(about):
        case Classification(crop=side) | Segmentation(resize=side):
            return "images", (side, side)
        case Timm(input_size=(_, height, width)):
            return "images", (height, width)
        case Video(crop=window):
            return "video", (FRAMES, *window)
        case Flow():
            return "flow", FLOW
        case _:
            return "images", (SIDE, SIDE)


def _published(about: About) -> Preprocessing | None:
    """An untrained network is fed as its published weights would be, if there are any."""
    try:
        weights = registry.find_model(about.name).variant.default
    except NotFound:
        return None
    return preprocessing.of_card(weights.transforms) if weights else None
