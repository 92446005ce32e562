"""Linear layers in 8-bit integers, for the CPU: weights once, activations as they come ("dynamic quantisation").

Networks whose parameters lie in linear layers become up to four times as small, and faster: vision transformers, and
VGG, whose head is most of it. Convolutional ones such as ResNet, EfficientNet or MobileNet gain nothing or little: from
a few per cent to a quarter of theirs lie in the last layer, and convolutions stay as they are.
"""

from __future__ import annotations

import copy
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn

from hub.errors import NotConvertible
from hub.models.about import about_model
from hub.models.conversion.feeds import feed
from hub.models.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hub.models.conversion.feeds import Inputs

# Below it the file stays about as large as it was, whatever is done to linear layers.
WORTHWHILE = 0.3


def int8(model: nn.Module) -> nn.Module:
    """Return a copy of a model of `hub.load` for the CPU whose linear layers compute in 8-bit integers.

    Takes and gives float32. Outputs differ by some per cent: compare accuracy on data of your own. Convolutions stay as
    they are, so convolutional networks gain next to nothing. Raises NotConvertible if there is no linear
    layer, or if this PyTorch cannot do it any more.
    """
    about = about_model(model)
    plain = copy.deepcopy(model).to("cpu", torch.float32).eval()
    quantised = quantise(plain, feed(plain, about, None, None).example())
    # Networks that torch.fx has made, such as those for feature maps, lose what was noted in them when they are copied.
    quantised.hub = about  # type: ignore[assignment]  # a module takes every attribute
    return quantised


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a network's parameters lie in the linear layers that would be quantised."""

    layers: int
    parameters: int
    total: int

    @property
    def worthwhile(self) -> bool:
        return self.parameters >= WORTHWHILE * self.total


def share(model: nn.Module, example: Inputs) -> Share:
    """Return what quantising a network would change."""
    layers = _linear_layers(model, example).values()
    inner = sum(layer.weight.numel() for layer in layers)
    return Share(len(layers), inner, sum(parameter.numel() for parameter in model.parameters()))


def quantise(model: nn.Module, example: Inputs) -> nn.Module:
    """Return a copy of a float32 network on the CPU with its linear layers in 8-bit integers."""
    found = _linear_layers(model, example)
    if not found:
        raise NotConvertible("there is nothing to quantise", expected="linear layers", found="none")
    with quiet():  # torchao is to replace it; its layers can be written neither as TorchScript nor as ONNX
        try:
            from torch.ao.quantization import per_channel_dynamic_qconfig, quantize_dynamic
        except ImportError as error:
            raise NotConvertible(
                "this PyTorch quantises no networks any more",
                expected="torch.ao.quantization",
                found=f"PyTorch {torch.__version__} without it",
                hint="--to onnx --int8 quantises with ONNX Runtime",
            ) from error
        # A scale for each output channel: half the error of one for the whole layer.
        layers = dict.fromkeys(found, per_channel_dynamic_qconfig)
        quantised: nn.Module = quantize_dynamic(model, layers)  # type: ignore[no-untyped-call]  # PyTorch's
    return quantised


def _linear_layers(model: nn.Module, example: Inputs) -> Mapping[str, nn.Linear]:
    """Return the linear layers that the network calls; Swin reads the weights of others itself, as numbers."""
    called: set[nn.Module] = set()
    # Exact: PyTorch's own subclasses are for modules that read their weights.
    linear = {name: module for name, module in model.named_modules() if type(module) is nn.Linear}
    with ExitStack() as hooks, torch.no_grad():
        for layer in linear.values():
            hooks.enter_context(layer.register_forward_hook(lambda layer, *_: called.add(layer)))
        model(*example)
    return {name: layer for name, layer in linear.items() if layer in called}
