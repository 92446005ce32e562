"""The networks that torchvision registers, as a builder; never with weights of torchvision's own fetching.

What torchvision builds depends on the weights that it is asked for: normalisation layers and their eps, auxiliary
heads, input transformations, image size. So its own functions are called with the member of its enumeration, and are
given our tensors where they would fetch and load.
"""

from __future__ import annotations

import inspect
import threading
from collections import OrderedDict
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import torchvision
from torch import Tensor, nn
from torchvision import models
from torchvision.models import WeightsEnum

from hub.errors import InvalidInput, NotFound
from hub.models.builders import Blueprint, Builder, plainly_trained
from hub.models.builders.options import option_names
from hub.models.builders.quantising import keeping_engine
from hub.models.filling import copied
from hub.models.replacing import replaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hub.cards import Weights
    from hub.models.builders import Fill, Network
    from hub.models.filling import Tensors

# How the tensors of auxiliary classifiers begin: in FCN and DeepLab, GoogLeNet, Inception.
AUXILIARY = ("aux_classifier.", "aux1.", "AuxLogits.")

# Around `replaced`, which serves one thread at a time.
_LOCK = threading.Lock()


def network(variant: str) -> Network:
    """Return torchvision's function for `variant`, bound to no weights; NotFound if it has none of that name."""
    make = _function(variant)
    if "quantize" in inspect.signature(make).parameters:
        make = keeping_engine(make)
    # Some take the backbone's weights by default, which would go to the network.
    unset = {"weights", "weights_backbone"} & inspect.signature(make).parameters.keys()
    return partial(make, **dict.fromkeys(unset))


def _function(variant: str) -> Network:
    try:
        found: Network = models.get_model_builder(variant)
    except ValueError as error:
        raise NotFound(
            f"torchvision {torchvision.__version__} has no model {variant!r}",
            expected="a name that torchvision.models.list_models() knows",
            found=repr(variant),
            hint="a newer torchvision may have it",
        ) from error
    return found


def trained(blueprint: Blueprint, weights: Weights | None, tensors: Tensors, fill: Fill) -> nn.Module:
    """Return the network that torchvision builds for these weights, with the tensors put in.

    Weights that torchvision has no enumeration of are like a file of the user's own. If such a file is of a network
    that began with torchvision's (frozen normalisation layers keep no count of batches), it goes into the network of
    the default weights; others go into one with the auxiliary classifiers that the file has.
    """
    member = _member(weights) if weights and weights.enum else _begun_with(blueprint, tensors)
    if member is None:
        return plainly_trained(_as_saved(blueprint, tensors), weights, tensors, fill)
    quantised = _quantised(blueprint, member)
    with _answering({member: tensors}, fill, asked=member, num_classes=blueprint.num_classes):
        return Blueprint(blueprint.make, quantised | dict(blueprint.options)).build(weights=member)


def _quantised(blueprint: Blueprint, member: WeightsEnum) -> dict[str, object]:
    if "backend" not in member.meta:
        return {}
    published = len(member.meta["categories"])
    if blueprint.num_classes not in (None, published):
        raise InvalidInput(
            "8-bit integers cannot be trained, so these weights take no fresh head",
            expected=f"num_classes={published} or none",
            found=f"num_classes={blueprint.num_classes}",
            hint=f"train the floating-point weights that they were made of: {member.meta['unquantized']}",
        )
    return {"quantize": True}


def with_backbone(blueprint: Blueprint, weights: Weights, tensors: Tensors, fill: Fill) -> nn.Module:
    """Return an untrained network around a trained backbone."""
    member = _member(weights)
    with _answering({member: tensors}, fill):
        return blueprint.build(weights_backbone=member)


def backbone_of(variant: str) -> str | None:
    """Return the name of the network that is the backbone and can have weights of its own, or None."""
    parameter = inspect.signature(_function(variant)).parameters.get("weights_backbone")
    if parameter is None or not isinstance(parameter.default, WeightsEnum):
        return None
    # torchvision names its enumerations so: ResNet50_Weights, MobileNet_V3_Large_Weights.
    return type(parameter.default).__name__.removesuffix("_Weights").lower()


def _member(weights: Weights) -> WeightsEnum:
    try:
        found: WeightsEnum = models.get_weight(f"{weights.enum}.{weights.tag}")
    except (ValueError, KeyError) as error:
        raise NotFound(
            f"torchvision {torchvision.__version__} does not know the weights {weights.enum}.{weights.tag}",
            expected="a torchvision that has them, since they decide how the network is built",
            hint="pip install --upgrade torch torchvision",
        ) from error
    return found


def _begun_with(blueprint: Blueprint, tensors: Tensors) -> WeightsEnum | None:
    function = blueprint.make.func if isinstance(blueprint.make, partial) else blueprint.make
    counts_batches = any(name.endswith("num_batches_tracked") for name in tensors)
    if counts_batches or "weights_backbone" not in inspect.signature(function).parameters:
        return None
    default: WeightsEnum = models.get_model_weights(function)["DEFAULT"]
    return default


def _as_saved(blueprint: Blueprint, tensors: Tensors) -> Blueprint:
    """Return it with the auxiliary classifiers of the file: published weights settle whether there are any."""
    found = any(name.startswith(AUXILIARY) for name in tensors)
    saved = {"aux_loss": found, "aux_logits": found, "init_weights": False}
    options = {name: value for name, value in saved.items() if name in option_names(blueprint.make)}
    return replace(blueprint, options=options | dict(blueprint.options))


class _Served(OrderedDict[str, Tensor]):
    """A state dict of ours on its way through torchvision: what tells it from any other."""


@contextmanager
def _answering(
    served: Mapping[WeightsEnum, Tensors],
    fill: Fill,
    *,
    asked: WeightsEnum | None = None,
    num_classes: int | None = None,
) -> Iterator[None]:
    """Answer this thread's questions for the tensors of some weights, and put them in with `fill`.

    `num_classes` is how many categories `asked` has as far as torchvision can see: it builds a head for so many.
    """
    owner = threading.get_ident()
    theirs, meta, load = WeightsEnum.get_state_dict, WeightsEnum.meta, nn.Module.load_state_dict

    def get_state_dict(member: WeightsEnum, *args: Any, **options: Any) -> Mapping[str, Any]:  # noqa: ANN401  theirs
        if threading.get_ident() != owner or member not in served:
            given: Mapping[str, Any] = theirs(member, *args, **options)
            return given
        return copied(served[member], _Served)

    def load_state_dict(module: nn.Module, state: Mapping[str, Any], *args: Any, **options: Any) -> object:  # noqa: ANN401
        if not isinstance(state, _Served):
            return load(module, state, *args, **options)
        fill(module, copied(state, OrderedDict))
        return None

    def counted(member: WeightsEnum) -> dict[str, object]:
        known: dict[str, object] = meta.fget(member)
        if threading.get_ident() == owner and member is asked and num_classes is not None:
            return known | {"categories": [str(number) for number in range(num_classes)]}
        return known

    with (
        _LOCK,
        replaced(WeightsEnum, "get_state_dict", get_state_dict),
        replaced(WeightsEnum, "meta", property(counted)),
        replaced(nn.Module, "load_state_dict", load_state_dict),
    ):
        yield


BUILDER = Builder(network, trained=trained, backbone_of=backbone_of, with_backbone=with_backbone)
