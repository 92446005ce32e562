"""The body of a network for classification: what it says of a picture before it is turned into scores."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from torch import nn

from hub import registry
from hub.errors import InvalidInput
from hub.models.about import EMBEDDING, about_model, unwrapped

if TYPE_CHECKING:
    from hub.models.about import About

TASK = "image-classification"


def body_of(model: nn.Module) -> nn.Module:
    """Return a network of `hub.load` without its head, which gives one vector a picture; parameters are the model's.

    Its options, its mode and the model itself stay as they are. A network that has no head is its own body. Raises
    InvalidInput for a model of another task, or of another function.
    """
    network = unwrapped(model)
    about = about_model(network)
    if about.task == EMBEDDING:
        return network
    if TASK not in about.task:
        raise InvalidInput(
            f"{about.name} gives no vector for a picture",
            expected=f"a network for {TASK}",
            found=", ".join(about.task),
        )
    return _without(network, _head(network, about).split("."))


def _head(network: nn.Module, about: About) -> str:
    """Return the name of the layer that makes the scores: the first that the card names, others are for training."""
    known = dict(network.named_modules())
    for name in registry.find_model(about.name).card.head:
        if name in known:
            return name
    raise InvalidInput(
        f"it is not known where the body of {about.name} ends",
        expected="a network whose card names its head",
        hint="replace the layer that makes the scores by torch.nn.Identity(), and give the network itself",
    )


def _without(module: nn.Module, path: list[str]) -> nn.Module:
    """Return a module whose submodule at a path gives on what it takes; all other modules are the same ones."""
    copied = copy.copy(module)
    first, *rest = path
    inner = nn.Identity() if not rest else _without(module.get_submodule(first), rest)
    vars(copied)["_modules"] = {**vars(module)["_modules"], first: inner}
    return copied
