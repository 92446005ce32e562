"""The table of builders: a card names a key of it, so that no card can name code of its own.

    options                 which options a network has, and what was meant by one that it has not
    torchvision_networks    what torchvision registers; `quantising`, its networks of 8-bit integers
    efficientnet_lite       the EfficientNets for small devices
    timm_networks           what timm registers, if it is installed
    torchvision_facts       a program: the cards of torchvision's networks; `feature_maps`, where those have theirs

A builder is a few functions. `network(variant)` returns the function that makes an untrained network; its signature
tells which options there are. `rename(state)` turns the tensors' names in published files into the network's own; it
is applied once, when a file is converted. `trained` makes a network for weights and has them put in. `backbone_of`
names the network that lies inside another one, and `with_backbone` has weights put into that alone.
"""

from __future__ import annotations

import typing
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from hub.errors import CardError, HubError, InvalidInput
from hub.models.builders.options import require_known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from torch import nn

    from hub.cards import Weights
    from hub.models.filling import Tensors
    from hub.models.weights.mapped import State

    Network = Callable[..., nn.Module]

BUILDERS = {
    "efficientnet_lite": "hub.models.builders.efficientnet_lite:BUILDER",
    "timm": "hub.models.builders.timm_networks:BUILDER",
    "torchvision": "hub.models.builders.torchvision_networks:BUILDER",
}


# What constructors raise about a value: only some of them check what they are given.
REFUSALS = (TypeError, ValueError, AssertionError, AttributeError, LookupError, NotImplementedError)


class Fill(Protocol):
    """Puts tensors into a network; those of the network's that are `lacking` get the values it begins with."""

    def __call__(self, network: nn.Module, tensors: Tensors, lacking: Iterable[str] = ()) -> None: ...


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Which network is to be built: the function that makes it, its options, the number of classes if that is said."""

    make: Network
    options: Mapping[str, object]
    num_classes: int | None = None

    def build(self, **more: object) -> nn.Module:
        """Return the network; InvalidInput if an option has a value that it does not take."""
        classes = {} if self.num_classes is None else {"num_classes": self.num_classes}
        return _made(partial(self.make, **self.options, **classes, **more))


def _made(make: Callable[[], nn.Module]) -> nn.Module:
    try:
        return make()
    except HubError:
        raise
    except REFUSALS as error:
        # The options' names are known by now, so it is a value that the constructor does not take.
        raise InvalidInput(
            "the network cannot be built with these options",
            found=str(error),
            hint="weights settle some options; without weights they are free",
        ) from error


def unchanged(state: State) -> State:
    """Return `state` as it is: the published names are the network's own."""
    return state


def plainly_trained(blueprint: Blueprint, weights: Weights | None, tensors: Tensors, fill: Fill) -> nn.Module:  # noqa: ARG001
    """Return the network with the tensors put in: it is the same one whichever weights it is for."""
    network = blueprint.build()
    fill(network, tensors)
    return network


def no_backbone(variant: str) -> str | None:  # noqa: ARG001
    """Return None: there is no network inside this one that has weights of its own."""
    return None


@dataclass(frozen=True, slots=True)
class Builder:
    """What the table holds, once imported.

    `check(variant, make, options)` raises InvalidInput for options that the network does not take. `with_backbone` is
    asked with weights of what `backbone_of` names, and never where that is None. `own_features` says that networks have
    an option `features_only` of their own, which gives feature maps as a dict; `adjusts_head`, that they change the
    values of a head once it is initialised, so that this cannot be put off. Where `fewest_classes` is 0, networks that
    are to have none give what the head would be given.
    """

    network: Callable[[str], Network]
    rename: Callable[[State], State] = unchanged
    trained: Callable[[Blueprint, Weights | None, Tensors, Fill], nn.Module] = plainly_trained
    backbone_of: Callable[[str], str | None] = no_backbone
    with_backbone: Callable[[Blueprint, Weights, Tensors, Fill], nn.Module] = plainly_trained
    check: Callable[[str, Network, Mapping[str, object]], None] = require_known
    own_features: bool = False
    adjusts_head: bool = False
    fewest_classes: int = 1


def find(key: str) -> Builder:
    """Return the builder of that key; CardError if the table has none."""
    if key not in BUILDERS:
        raise CardError("the card", [("builder", f"{key!r} is none of {', '.join(sorted(BUILDERS))}")])
    module, _, name = BUILDERS[key].partition(":")
    return typing.cast("Builder", getattr(import_module(module), name))


def blueprint(key: str, variant: str, options: Mapping[str, object], num_classes: int | None = None) -> Blueprint:
    """Return what to build; InvalidInput if the network has no option of such a name."""
    builder = find(key)
    make = builder.network(variant)
    builder.check(variant, make, options)
    return Blueprint(make, options, num_classes)
