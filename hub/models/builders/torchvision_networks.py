"""The networks that torchvision registers, as a builder; never with weights of torchvision's own fetching."""

from __future__ import annotations

import inspect
from functools import partial
from typing import TYPE_CHECKING

import torchvision
from torchvision import models

from hub.errors import NotFound
from hub.models.builders import Builder

if TYPE_CHECKING:
    from hub.models.builders import Network


def network(variant: str) -> Network:
    """Return torchvision's function for `variant`, bound to no weights; NotFound if it has none of that name."""
    try:
        make = models.get_model_builder(variant)
    except ValueError as error:
        raise NotFound(
            f"torchvision {torchvision.__version__} has no model {variant!r}",
            expected="a name that torchvision.models.list_models() knows",
            found=repr(variant),
            hint="a newer torchvision may have it",
        ) from error
    # Some take the backbone's weights by default, which would go to the network.
    unset = {"weights", "weights_backbone"} & inspect.signature(make).parameters.keys()
    return partial(make, **dict.fromkeys(unset))


BUILDER = Builder(network)
