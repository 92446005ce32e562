"""Which options a network has, by the signatures of the function and the class that make it."""

from __future__ import annotations

import inspect
import typing
from functools import partial
from typing import TYPE_CHECKING

from hub.errors import InvalidInput
from hub.registry.spelling import did_you_mean_quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# Options that the class has to be given, so that torchvision's functions take them out of their `**options`. No
# signature tells; a test reads the functions' text.
TAKEN_OUT = {
    "context_encoder", "corr_block", "dropout", "feature_encoder", "image_size", "input_size", "spatial_size",
    "temporal_size", "update_block",
}  # fmt: skip

# Weights are put in by `load`, and nothing but `load` fetches.
RESERVED = {"weights", "weights_backbone", "pretrained", "progress"}

# Options of `load` itself: whoever misspells one meant it, though it arrives here.
LOADING = (
    "pretrained", "weights", "weights_backbone", "num_classes", "features_only", "device", "dtype", "memory_format",
    "compile", "train", "broadcast", "progress",
)  # fmt: skip

# What torchvision called options before 0.13.
RENAMED = {"pretrained_backbone": "weights_backbone"}


def require_known(variant: str, make: Callable[..., object], options: Iterable[str]) -> None:
    """Raise InvalidInput, with what may have been meant, if the network has no option of one of these names."""
    asked = list(options)
    known = option_names(make) if asked else set()
    for option in asked:
        if option not in known:
            raise _unknown_option(variant, option, known)


def option_names(make: Callable[..., object]) -> set[str]:
    """Return the options of a network: those of the function, and of the class that its `**options` go to."""
    signature = inspect.signature(make)
    names = _named(signature)
    if _takes_more(signature):
        names |= _class_options(make)
    return names - RESERVED


def _class_options(make: Callable[..., object]) -> set[str]:
    function = make.func if isinstance(make, partial) else make
    returned = typing.get_type_hints(function).get("return")
    names: set[str] = set()
    for each in inspect.getmro(returned) if inspect.isclass(returned) else ():
        signature = inspect.signature(each)
        names |= _named(signature) | (signature.parameters.keys() & TAKEN_OUT)
        if not _takes_more(signature):  # else they go on to the class that it inherits from
            break
    return names


def _takes_more(signature: inspect.Signature) -> bool:
    return any(parameter.kind is parameter.VAR_KEYWORD for parameter in signature.parameters.values())


def _named(signature: inspect.Signature) -> set[str]:
    """The parameters with a default; the others are what the function itself decides."""
    return {parameter.name for parameter in signature.parameters.values() if parameter.default is not parameter.empty}


def _unknown_option(variant: str, option: str, known: set[str]) -> InvalidInput:
    return InvalidInput(
        f"{variant} has no option {option!r}",
        expected=", ".join(sorted(known)) or "no options",
        found=repr(option),
        hint=did_you_mean_quoted(RENAMED.get(option, option), [*known, *LOADING]),
    )
