"""EfficientNet-Lite 0 to 4: EfficientNet for hardware that runs in integers.

Mingxing Tan and Quoc V. Le: "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", ICML 2019,
https://arxiv.org/abs/1905.11946, table 1 (the stages) and equation 3 (the scaling). The Lite variants are described at
https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite: no squeeze-and-excitation, ReLU6 in
place of swish, and the stem, the last convolution and the depth of the first and last stage are not scaled.
The published top-1 accuracies on ImageNet are 75.1, 76.7, 77.6, 79.8 and 81.5 %.
"""

from __future__ import annotations

import math
import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from torch import nn
from torch.nn import functional
from torchvision.ops import Conv2dNormActivation, StochasticDepth

from hub.errors import NotFound
from hub.models.builders import Builder
from hub.models.weights.mapped import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from hub.models.builders import Network

STEM_CHANNELS = 32
LAST_CHANNELS = 1280
STOCHASTIC_DEPTH = 0.2
HALVING = 2


class Stage(NamedTuple):
    """A row of table 1 in the paper, before scaling."""

    expansion: int
    kernel: int
    stride: int
    channels: int
    blocks: int


STAGES = (
    Stage(1, 3, 1, 16, 1),
    Stage(6, 3, 2, 24, 2),
    Stage(6, 5, 2, 40, 2),
    Stage(6, 3, 2, 80, 3),
    Stage(6, 5, 1, 112, 3),
    Stage(6, 5, 2, 192, 4),
    Stage(6, 3, 1, 320, 1),
)


class Scale(NamedTuple):
    """How a variant differs from Lite0."""

    width: float
    depth: float
    dropout: float


SCALES = {
    "efficientnet_lite0": Scale(1.0, 1.0, 0.2),
    "efficientnet_lite1": Scale(1.0, 1.1, 0.2),
    "efficientnet_lite2": Scale(1.1, 1.2, 0.3),
    "efficientnet_lite3": Scale(1.2, 1.4, 0.3),
    "efficientnet_lite4": Scale(1.4, 1.8, 0.3),
}

# TensorFlow's values; its momentum is one minus PyTorch's.
_norm = partial(nn.BatchNorm2d, eps=1e-3, momentum=0.01)
_convolution = partial(Conv2dNormActivation, norm_layer=_norm, activation_layer=nn.ReLU6)


class SamePadding(nn.Module):
    """Pads images of (batch, channels, height, width) as TensorFlow's "SAME" does for a stride of 2.

    The output of the convolution has half the size, rounded up. Where the padding is odd, which it is for even sizes,
    the extra row and column go to the bottom and the right; PyTorch's own padding is the same on all sides and shifts
    every feature by half a pixel against what the weights have learned.
    """

    def __init__(self, kernel: int) -> None:
        super().__init__()
        self.kernel = kernel

    def forward(self, images: Tensor) -> Tensor:
        height, width = images.shape[-2:]
        return functional.pad(images, (*self._sides(width), *self._sides(height)))

    def _sides(self, size: int) -> tuple[int, int]:
        total = self.kernel - HALVING + size % HALVING
        return total // 2, total - total // 2

    def extra_repr(self) -> str:
        return f"kernel={self.kernel}"


class Block(nn.Module):
    """An inverted bottleneck: 1x1 to more channels, depthwise, 1x1 to few, and around it if the shape stays."""

    def __init__(self, channels_in: int, stage: Stage, drop: float) -> None:
        super().__init__()
        inner = channels_in * stage.expansion
        halves = stage.stride == HALVING
        self.expand = _convolution(channels_in, inner, kernel_size=1) if inner != channels_in else nn.Identity()
        self.pad = SamePadding(stage.kernel) if halves else nn.Identity()
        self.depthwise = _convolution(
            inner, inner, stage.kernel, stage.stride, padding=0 if halves else None, groups=inner
        )
        self.project = _convolution(inner, stage.channels, kernel_size=1, activation_layer=None)
        self.drop = StochasticDepth(drop, "row")
        self.around = not halves and channels_in == stage.channels

    def forward(self, features: Tensor) -> Tensor:
        """Map (batch, channels in, height, width) to (batch, channels, height / stride, width / stride)."""
        result: Tensor = self.project(self.depthwise(self.pad(self.expand(features))))
        return self.drop(result) + features if self.around else result


class EfficientNetLite(nn.Module):
    """Maps float images of (batch, 3, height, width) to scores of (batch, num_classes)."""

    def __init__(self, scale: Scale, *, num_classes: int = 1000, dropout: float | None = None) -> None:
        super().__init__()
        blocks, channels = _blocks(scale)
        stem = _convolution(3, STEM_CHANNELS, stride=2, padding=0)
        self.features = nn.Sequential(
            SamePadding(3), stem, *blocks, _convolution(channels, LAST_CHANNELS, kernel_size=1)
        )
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(
            nn.Dropout(scale.dropout if dropout is None else dropout), nn.Linear(LAST_CHANNELS, num_classes)
        )
        self.apply(_initialise)

    def forward(self, images: Tensor) -> Tensor:
        features: Tensor = self.pool(self.features(images))
        scores: Tensor = self.classifier(features.flatten(1))
        return scores


def _blocks(scale: Scale) -> tuple[list[Block], int]:
    """Return the blocks of all stages and the channels of the last."""
    stages = list(_scaled(scale))
    total, channels = sum(stage.blocks for stage in stages), STEM_CHANNELS
    blocks: list[Block] = []
    for stage in stages:
        for number in range(stage.blocks):
            one = stage if number == 0 else stage._replace(stride=1)
            blocks.append(Block(channels, one, STOCHASTIC_DEPTH * len(blocks) / total))
            channels = stage.channels
    return blocks, channels


def _scaled(scale: Scale) -> Iterator[Stage]:
    for stage in STAGES:
        fixed = stage in (STAGES[0], STAGES[-1])
        blocks = stage.blocks if fixed else math.ceil(stage.blocks * scale.depth)
        yield stage._replace(channels=_to_eights(stage.channels * scale.width), blocks=blocks)


def _to_eights(channels: float) -> int:
    """Round to the nearest multiple of 8, but never down by more than a tenth (the paper's reference code).

    >>> _to_eights(16 * 1.1), _to_eights(40 * 1.1)
    (16, 48)
    """
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


def _initialise(module: nn.Module) -> None:
    """TensorFlow's: variance of the outputs kept for convolutions, uniform within 1 / sqrt(classes) for the head."""
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out")
    elif isinstance(module, nn.Linear):
        bound = 1 / math.sqrt(module.out_features)
        nn.init.uniform_(module.weight, -bound, bound)
        nn.init.zeros_(module.bias)


def network(variant: str) -> Network:
    """Return the function that makes `variant`; NotFound if there is no such variant."""
    if variant not in SCALES:
        raise NotFound(
            f"there is no {variant!r} among the EfficientNet-Lites",
            expected=", ".join(SCALES),
            found=repr(variant),
        )
    return partial(EfficientNetLite, SCALES[variant])


BLOCK_PARTS = {
    "_expand_conv": "expand.0",
    "_bn0": "expand.1",
    "_depthwise_conv": "depthwise.0",
    "_bn1": "depthwise.1",
    "_project_conv": "project.0",
    "_bn2": "project.1",
}


def rename(state: State) -> State:
    """Turn the names of the published weights into those of `EfficientNetLite`; its own stay as they are.

    The published ones follow TensorFlow's: `_conv_stem`, `_blocks.<n>._<part>`, `_conv_head`, `_fc`.
    """
    blocks = [int(found[1]) for name in state.tensors if (found := re.match(r"_blocks\.(\d+)\.", name))]
    if not blocks:
        return state
    last = f"features.{max(blocks) + 3}"
    outer = {
        "_conv_stem": "features.1.0",
        "_bn0": "features.1.1",
        "_conv_head": f"{last}.0",
        "_bn1": f"{last}.1",
        "_fc": "classifier.1",
    }
    return State({_renamed(name, outer): tensor for name, tensor in state.tensors.items()})


def _renamed(name: str, outer: dict[str, str]) -> str:
    first, *rest = name.split(".")
    if first != "_blocks":
        return ".".join((outer.get(first, first), *rest))
    number, part, *rest = rest
    return ".".join((f"features.{int(number) + 2}", BLOCK_PARTS.get(part, part), *rest))


BUILDER = Builder(network, rename)
