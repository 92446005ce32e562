"""Weights files for every network of torchvision, and the network that torchvision itself makes of them."""

from __future__ import annotations

import warnings
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import torch
from torch import nn
from torchvision import models
from torchvision.models import WeightsEnum

from hub import registry, settings
from hub.cards import Source, Weights
from hub.digest import hash_file
from hub.models import builders
from hub.models.loading import Order, build
from hub.models.weights import local, mapped
from hub.models.weights.mapped import State
from hub.progress import Silent
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections import OrderedDict
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from torch import Tensor

NAMES = models.list_models()

# One network a family for every run of pytest; the others are marked slow.
SMALLEST = (
    "alexnet", "convnext_tiny", "deeplabv3_mobilenet_v3_large", "densenet121", "efficientnet_b0", "efficientnet_v2_s",
    "fasterrcnn_mobilenet_v3_large_320_fpn", "fcn_resnet50", "fcos_resnet50_fpn", "googlenet", "inception_v3",
    "keypointrcnn_resnet50_fpn", "lraspp_mobilenet_v3_large", "maskrcnn_resnet50_fpn", "maxvit_t", "mc3_18",
    "mnasnet0_5", "mobilenet_v2", "mobilenet_v3_small", "mvit_v1_b", "quantized_mobilenet_v2", "quantized_resnet18",
    "quantized_shufflenet_v2_x0_5", "r2plus1d_18", "raft_small", "regnet_y_400mf", "resnet18", "resnext50_32x4d",
    "retinanet_resnet50_fpn", "s3d", "shufflenet_v2_x0_5", "squeezenet1_1", "ssd300_vgg16",
    "ssdlite320_mobilenet_v3_large", "swin3d_t", "swin_t", "swin_v2_t", "vgg11", "vit_b_32", "wide_resnet50_2",
)  # fmt: skip

# Gigabytes of weights, and a forward pass of minutes: only their tensors are compared.
LARGEST = ("vit_h_14", "regnet_y_128gf")


# What draws random numbers, which takes most of the time of building; and the module that took one out by name.
SLOW_INITIALISERS = ("normal_", "uniform_", "trunc_normal_", "kaiming_normal_", "kaiming_uniform_", "xavier_uniform_")
BORROWERS = {"xavier_uniform_": nn.modules.activation}

# Files up to this size go the whole way of a published one; of a larger one it would be copied three times.
LARGE = 60_000_000


def published(name: str, tag: str = registry.DEFAULT) -> Weights:
    return registry.weights_of(registry.find_model(name), tag)


def member_of(weights: Weights) -> WeightsEnum:
    return models.get_weight(f"{weights.enum}.{weights.tag}")


def from_torchvision(name: str, member: WeightsEnum, path: Path, **options: object) -> nn.Module:
    """Return the network of torchvision's slow path, and save the random weights that it was given."""
    model, state = with_random_weights(name, member, **options)
    torch.save(state, path)
    return model


def with_random_weights(
    name: str, member: WeightsEnum, **options: object
) -> tuple[nn.Module, OrderedDict[str, Tensor]]:
    """Return the network of torchvision's slow path, and the random weights that it was given."""
    quantised = {"quantize": True} if "backend" in member.meta else {}
    initialise = Numbers().fill_small if quantised else _left_alone
    with _random_weights() as given, initialised_by(initialise), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model: nn.Module = models.get_model(name, weights=member, progress=False, **quantised, **options)
    return model.eval(), given[0]


@contextmanager
def _random_weights() -> Iterator[list[OrderedDict[str, Tensor]]]:
    """Let torchvision load random tensors of the names and shapes that it expects; they end in the list."""
    load = nn.Module.load_state_dict
    asked: dict[str, Tensor] = {}
    given: list[OrderedDict[str, Tensor]] = []

    def load_random(module: nn.Module, state: dict[str, Tensor], *args: Any, **options: Any) -> object:
        if state is not asked:
            return load(module, state, *args, **options)
        random: OrderedDict[str, Tensor] = module.state_dict()  # type: ignore[assignment]  # it is one, with `_metadata`
        numbers = Numbers()
        for tensor_name, tensor in random.items():
            _randomise(tensor_name, tensor, numbers)
        given.append(random)
        return load(module, random)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WeightsEnum, "get_state_dict", lambda *_, **__: asked)
        patch.setattr(nn.Module, "load_state_dict", load_random)
        yield given


@contextmanager
def initialised_by(fill: Callable[[Tensor], Tensor]) -> Iterator[None]:
    """Give networks their first values, which weights overwrite, in a quicker way than PyTorch."""

    def initialise(tensor: Tensor, *_: object, **__: object) -> Tensor:
        with torch.no_grad():
            return fill(tensor)

    with pytest.MonkeyPatch.context() as patch:
        for name in SLOW_INITIALISERS:
            patch.setattr(nn.init, name, initialise)
        for name, module in BORROWERS.items():
            patch.setattr(module, name, initialise)
        yield


def _left_alone(tensor: Tensor) -> Tensor:
    return tensor


class Numbers:
    """Random numbers at the price of copying them: runs of one pool, each from another place on."""

    LONGEST = 1 << 22
    STEP = 1_000_003  # a prime: no two of a network's tensors begin at the same place

    def __init__(self) -> None:
        self.begin = 0

    def fill(self, tensor: Tensor, bound: float, middle: float = 0) -> Tensor:
        """Put numbers into the tensor that lie up to `bound` away from `middle`."""
        self.begin = (self.begin + self.STEP) % self.LONGEST
        run = _pool()[self.begin : self.begin + min(tensor.numel(), self.LONGEST)]
        if tensor.numel() > self.LONGEST:
            run = run.repeat(-(-tensor.numel() // self.LONGEST))[: tensor.numel()]
        torch.mul(run.view(tensor.shape), bound, out=tensor)
        return tensor.add_(middle) if middle else tensor

    def fill_small(self, tensor: Tensor) -> Tensor:
        return self.fill(tensor, 0.1)


@cache
def _pool() -> Tensor:
    return torch.empty(2 * Numbers.LONGEST).uniform_(-1, 1, generator=torch.Generator().manual_seed(0))


def _randomise(name: str, tensor: object, numbers: Numbers) -> None:
    """Values that keep activations finite; those of quantised layers are random already."""
    if not isinstance(tensor, torch.Tensor) or tensor.is_quantized or not tensor.is_floating_point():
        return
    if name.endswith("running_var") or tensor.ndim < 2:
        numbers.fill(tensor, 0.5, 1) if not name.endswith("scale") else None
        tensor.neg_() if name.endswith("min_val") else None
    else:
        numbers.fill(tensor, (3 / tensor[0].numel()) ** 0.5)


def made_by_hub(
    name: str, weights: Weights, state: OrderedDict[str, Tensor], folder: Path, **options: object
) -> nn.Module:
    """Return what `hub.load` gives if the random weights in `state` are the published ones."""
    path = folder / "random.pth"
    quantised = weights.quantised_for  # those stay in the file that is published
    large = sum(each.nbytes for each in state.values() if isinstance(each, torch.Tensor)) > LARGE and not quantised
    if large:
        path.write_text("what was published: it was read when the weights were converted")
    else:
        torch.save(state, path)
    order = order_of(name, weights.tag, path, **options)
    if large:
        _keep_converted(order, state)
    # Integers are packed by running the network once, which needs first values.
    with initialised_by(Numbers().fill_small) if quantised else nullcontext():
        return build(order, Silent()).eval()


def _keep_converted(order: Order, state: OrderedDict[str, Tensor]) -> None:
    """Put the weights into the store as the first load does, so that the next one is the second."""
    assert isinstance(order.chosen, Weights)
    name = local.fingerprint(order.chosen.artifact.sha256 or "", order.entry.card.builder)
    target = Layout(settings.current().home).weights(name)
    target.parent.mkdir(parents=True)
    versions = {module: noted["version"] for module, noted in vars(state)["_metadata"].items() if "version" in noted}
    mapped.write(target, State(state, versions), Silent())


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
    side = {"inception_v3": 96, "quantized_inception_v3": 96}.get(name, max(64, *weights.min_size))
    if name.startswith("swin"):
        side = 96  # theirs is the least that they were trained for, not that they can do
    if name.startswith("raft"):
        return torch.rand(1, 3, 128, 136, generator=generator), torch.rand(1, 3, 128, 136, generator=generator)
    if "coco" in weights.categories:
        pictures = [torch.rand(3, 96, 128, generator=generator), torch.rand(3, 80, 72, generator=generator)]
        return (pictures[:1] if name.startswith("ssd") else pictures,)  # these make every picture large
    if weights.categories == "kinetics-400":
        side = 224 if name.startswith(("mvit", "s3d")) else 64
        return (torch.rand(1, 3, 16, side, side, generator=generator),)
    number = 2 if side < 200 else 1
    return (torch.rand(number, 3, side, side, generator=generator),)
