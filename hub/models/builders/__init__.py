"""The table of builders: a card names a key of it, so that no card can name code of its own.

A builder is two functions. `network(variant)` returns the function that makes an untrained network; its signature tells
which options there are. `rename(state)` turns the tensors' names in published files into the network's own; it is
applied once, when a file is converted.
"""

from __future__ import annotations

import difflib
import inspect
import typing
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from hub.errors import CardError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import nn

    from hub.models.weights.mapped import State

    Network = Callable[..., nn.Module]

BUILDERS = {
    "efficientnet_lite": "hub.models.builders.efficientnet_lite:BUILDER",
    "torchvision": "hub.models.builders.torchvision_networks:BUILDER",
}

# Weights are put in by `load`, and nothing but `load` fetches.
RESERVED = {"weights", "weights_backbone", "pretrained", "progress"}

# Options of `load` itself: whoever misspells one meant it, though it arrives here.
LOADING = ("pretrained", "weights", "num_classes", "device", "dtype", "memory_format", "compile", "train", "progress")


def unchanged(state: State) -> State:
    """Return `state` as it is: the published names are the network's own."""
    return state


@dataclass(frozen=True, slots=True)
class Builder:
    """What the table holds, once imported."""

    network: Callable[[str], Network]
    rename: Callable[[State], State] = unchanged


def find(key: str) -> Builder:
    """Return the builder of that key; CardError if the table has none."""
    if key not in BUILDERS:
        raise CardError("the card", [("builder", f"{key!r} is none of {', '.join(sorted(BUILDERS))}")])
    module, _, name = BUILDERS[key].partition(":")
    return typing.cast("Builder", getattr(import_module(module), name))


def network(key: str, variant: str, options: Mapping[str, object]) -> Network:
    """Return the function that makes the network with these options; InvalidInput if one is not known."""
    make = find(key).network(variant)
    known = option_names(make) if options else set()
    for option in options:
        if option not in known:
            raise _unknown_option(variant, option, known)
    return partial(make, **options)


def option_names(make: Network) -> set[str]:
    """Return the options of a network: those of the function, and of the class that its `**options` go to."""
    signature = inspect.signature(make)
    names = _named(signature)
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in signature.parameters.values()):
        names |= _class_options(make)
    return names - RESERVED


def _class_options(make: Network) -> set[str]:
    function = make.func if isinstance(make, partial) else make
    returned = typing.get_type_hints(function).get("return")
    return _named(inspect.signature(returned)) if inspect.isclass(returned) else set()


def _named(signature: inspect.Signature) -> set[str]:
    """The parameters with a default; the others are what the function itself decides."""
    return {parameter.name for parameter in signature.parameters.values() if parameter.default is not parameter.empty}


def _unknown_option(variant: str, option: str, known: set[str]) -> InvalidInput:
    close = difflib.get_close_matches(option, [*known, *LOADING], n=1)
    return InvalidInput(
        f"{variant} has no option {option!r}",
        expected=", ".join(sorted(known)) or "no options",
        found=repr(option),
        hint=f"did you mean {close[0]!r}?" if close else "",
    )
