"""Which submodules of a network give its feature maps: the last one at each resolution."""

from __future__ import annotations

import math
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SIDE = 224
FRAMES = 16

# A network with fewer than two resolutions has no pyramid: vision transformers, for one.
FEWEST = 2

# What comes after the stages may still be a map, such as the scores of SqueezeNet.
NO_STAGES = ("avgpool", "classifier")


def feature_maps(network: nn.Module) -> tuple[str, ...]:
    """Return their names from fine to coarse, for a network on the meta device; none if it has no such stages.

    The network is run on one picture, or on one video if it does not take a picture. Networks for detection and
    segmentation have none: their backbones are networks of their own.
    """
    if hasattr(network, "backbone"):
        return ()
    for shape in ((1, 3, SIDE, SIDE), (1, 3, FRAMES, SIDE, SIDE)):
        try:
            found = _last_of_each(_sides(network.eval(), torch.empty(shape, device="meta")))
        except Exception:  # noqa: BLE001, S112  whatever a network does with an input that is not meant for it
            continue
        return found if len(found) >= FEWEST else ()
    return ()


def _sides(network: nn.Module, example: Tensor) -> list[tuple[str, int]]:
    """Return (name, side of the square map in pixels) of every stage that gives one, in the order of computing."""
    found: list[tuple[str, int]] = []
    with ExitStack() as hooks, torch.no_grad():
        for name, module in _stages(network):
            hooks.enter_context(module.register_forward_hook(partial(_note, name, found)))
        network(example)
    return found


def _stages(network: nn.Module, prefix: str = "") -> Iterator[tuple[str, nn.Module]]:
    """Yield the modules that run one after the other: not what lies inside blocks with branches."""
    for name, module in network.named_children():
        yield f"{prefix}{name}", module
        if isinstance(module, nn.Sequential | nn.ModuleList) and not prefix:
            yield from _stages(module, f"{prefix}{name}.")


def _note(name: str, found: list[tuple[str, int]], module: nn.Module, given: object, result: object) -> None:  # noqa: ARG001
    if not isinstance(result, Tensor) or result.ndim not in (4, 5):
        return
    *_, first, second, third = result.shape
    # Channels come first, or last in Swin transformers.
    if second in (first, third):
        found.append((name, second))


def _last_of_each(sides: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    """Keep one a halving; a convolution without padding makes a map a little smaller, but no new resolution."""
    halvings = [
        (round(math.log2(SIDE / side)), name) for name, side in sides if side > 1 and not name.startswith(NO_STAGES)
    ]
    return tuple({count: name for count, name in halvings if count}.values())
