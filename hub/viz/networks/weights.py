"""The weights of a network by what they are called, many small ones together."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor, nn

SMALL = 1024
"""Tensors of fewer numbers, such as biases, share a histogram with those of the same name in the same part."""


def weights(model: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Yield what to call them, and the numbers: a tensor of weights, or those of many small ones in a row.

    "layer1/0.conv1.weight" is a large one of the part `layer1`, "layer1/each small bias" are several. Tensors without
    numbers, as on PyTorch's device "meta", are left out. A large one is made only when its turn comes.
    """
    small: dict[str, list[Tensor]] = defaultdict(list)
    for path, tensor in _named(model):
        part, _, rest = path.partition(".")
        if tensor.numel() >= SMALL:
            yield (f"{part}/{rest}" if rest else path), tensor
        elif tensor.numel():
            small[f"{part}/each small {path.rpartition('.')[2]}" if rest else path].append(tensor)
    for name, tensors in small.items():
        yield name, torch.cat([_plain(tensor) for tensor in tensors])


def packed(module: nn.Module) -> dict[str, Tensor]:
    """Return the weights of a quantised layer, which are none of its parameters: "weight" and "bias"."""
    found = {name: getattr(module, name, None) for name in ("weight", "bias")}
    given = {name: method() for name, method in found.items() if callable(method)}
    return {name: tensor for name, tensor in given.items() if isinstance(tensor, torch.Tensor)}


def _named(model: nn.Module) -> Iterator[tuple[str, Tensor]]:
    for path, parameter in model.named_parameters():
        if not (isinstance(parameter, torch.nn.UninitializedParameter) or parameter.is_meta):
            yield path, parameter.detach()
    for path, module in model.named_modules():
        for name, tensor in packed(module).items():
            yield f"{path}.{name}" if path else name, tensor.detach()


def _plain(tensor: Tensor) -> Tensor:
    return (tensor.dequantize() if tensor.is_quantized else tensor).flatten().float().cpu()
