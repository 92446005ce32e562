"""Weights files for every network of torchvision, and the network that torchvision itself makes of them."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import torch
from torch import nn
from torchvision import models
from torchvision.models import WeightsEnum

from hub import registry
from hub.cards import Source, Weights
from hub.digest import hash_file
from hub.models import builders
from hub.models.loading import Order

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from torch import Tensor

NAMES = models.list_models()

# One network a family for every run of pytest; the others are marked slow.
SMALLEST = (
    "alexnet", "convnext_tiny", "deeplabv3_mobilenet_v3_large", "densenet121", "efficientnet_b0", "efficientnet_v2_s",
    "fasterrcnn_mobilenet_v3_large_320_fpn", "fcn_resnet50", "fcos_resnet50_fpn", "googlenet", "inception_v3",
    "keypointrcnn_resnet50_fpn", "lraspp_mobilenet_v3_large", "maskrcnn_resnet50_fpn", "maxvit_t", "mc3_18",
    "mnasnet0_5", "mobilenet_v2", "mobilenet_v3_small", "mvit_v2_s", "quantized_mobilenet_v2", "quantized_resnet18",
    "quantized_shufflenet_v2_x0_5", "r2plus1d_18", "raft_small", "regnet_y_400mf", "resnet18", "resnext50_32x4d",
    "retinanet_resnet50_fpn", "s3d", "shufflenet_v2_x0_5", "squeezenet1_1", "ssd300_vgg16",
    "ssdlite320_mobilenet_v3_large", "swin3d_t", "swin_t", "swin_v2_t", "vgg11", "vit_b_32", "wide_resnet50_2",
)  # fmt: skip

# Gigabytes of weights, and a forward pass of minutes: only their tensors are compared.
LARGEST = ("vit_h_14", "regnet_y_128gf")


def published(name: str, tag: str = registry.DEFAULT) -> Weights:
    return registry.weights_of(registry.find_model(name), tag)


def member_of(weights: Weights) -> WeightsEnum:
    return models.get_weight(f"{weights.enum}.{weights.tag}")


def from_torchvision(name: str, member: WeightsEnum, path: Path, **options: object) -> nn.Module:
    """Return the network of torchvision's slow path, and save the random weights that it was given."""
    quantised = {"quantize": True} if "backend" in member.meta else {}
    with _random_weights(path), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model: nn.Module = models.get_model(name, weights=member, progress=False, **quantised, **options)
    return model.eval()


@contextmanager
def _random_weights(path: Path) -> Iterator[None]:
    """Let torchvision load random tensors of the names and shapes that it expects."""
    load = nn.Module.load_state_dict
    asked: dict[str, Tensor] = {}

    def load_random(module: nn.Module, state: dict[str, Tensor], *args: Any, **options: Any) -> object:
        if state is not asked:
            return load(module, state, *args, **options)
        random = module.state_dict()
        generator = torch.Generator().manual_seed(0)
        for tensor_name, tensor in random.items():
            _randomise(tensor_name, tensor, generator)
        torch.save(random, path)
        return load(module, random)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WeightsEnum, "get_state_dict", lambda *_, **__: asked)
        patch.setattr(nn.Module, "load_state_dict", load_random)
        yield


def _randomise(name: str, tensor: object, generator: torch.Generator) -> None:
    """Values that keep activations finite; those of quantised layers are random already."""
    if not isinstance(tensor, torch.Tensor) or tensor.is_quantized or not tensor.is_floating_point():
        return
    if name.endswith("running_var") or tensor.ndim < 2:
        tensor.uniform_(0.5, 1.5, generator=generator) if not name.endswith("scale") else None
        tensor.neg_() if name.endswith("min_val") else None
    else:
        bound = (3 / tensor[0].numel()) ** 0.5
        tensor.uniform_(-bound, bound, generator=generator)


def order_of(name: str, tag: str, path: Path, **options: object) -> Order:
    """Return what `hub.load` would build, with the file at `path` in the place of the published one."""
    entry = registry.find_model(name)
    weights = registry.weights_of(entry, tag)
    artifact = msgspec.structs.replace(
        weights.artifact,
        sources=(Source(url=path.as_uri()),),
        size=path.stat().st_size,
        sha256=hash_file(path).sha256,
        sha256_prefix=None,
    )
    num_classes = options.pop("num_classes", None)
    blueprint = builders.blueprint(entry.card.builder, name, options, num_classes)  # type: ignore[arg-type]
    return Order(entry, blueprint, msgspec.structs.replace(weights, artifact=artifact))


def small(name: str, weights: Weights) -> dict[str, object]:
    """Return the options that let a detector compute on small pictures, which it would enlarge otherwise."""
    enlarges = "coco" in weights.categories and not name.startswith("ssd")
    return {"min_size": 96, "max_size": 128} if enlarges else {}


def example(name: str, weights: Weights) -> tuple[object, ...]:
    """Return a small input for the network, as the arguments of its call."""
    generator = torch.Generator().manual_seed(1)
    side = {"inception_v3": 96, "maxvit_t": 224, "quantized_inception_v3": 96}.get(name, max(64, *weights.min_size))
    if name.startswith("raft"):
        return torch.rand(1, 3, 128, 136, generator=generator), torch.rand(1, 3, 128, 136, generator=generator)
    if "coco" in weights.categories:
        return ([torch.rand(3, 96, 128, generator=generator), torch.rand(3, 80, 72, generator=generator)],)
    if weights.categories == "kinetics-400":
        side = 224 if name.startswith(("mvit", "s3d")) else 64
        return (torch.rand(1, 3, 16, side, side, generator=generator),)
    return (torch.rand(2, 3, side, side, generator=generator),)
