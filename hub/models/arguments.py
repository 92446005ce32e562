"""What `hub.load` was given, before anything is looked up or fetched: habits of other libraries are answered."""

from __future__ import annotations

import enum
import operator
import os
from typing import TYPE_CHECKING

from hub import registry
from hub.errors import InvalidInput, NotFound
from hub.registry import foreign

if TYPE_CHECKING:
    from hub.models.selection import Wanted

# How timm and Hugging Face's libraries write that a model is on Hugging Face.
HUGGING_FACE = ("hf-hub:", "hf_hub:")


def require_name(name: object, second: object = None) -> None:
    """Refuse what is no name of a model, with the call that was meant.

    `torch.hub.load` takes a repository and a name, torchvision's functions take weights in the second place, and in a
    registry of somebody else names have a "/".
    """
    if not isinstance(name, str):
        raise InvalidInput(
            "a model is asked for by its name",
            expected='a text, such as hub.load("resnet18")',
            found=type(name).__name__ if name is not None else "None",
        )
    if second is not None and "/" not in name:
        raise _weights_in_second_place(name, second)
    if second is not None:
        raise InvalidInput(
            "hub.load takes the name of a model alone; it runs no code of a repository",
            expected=f'hub.load("{second}", pretrained=True)',
            found=f'hub.load("{name}", "{second}")',
            hint="leave the repository out; `hub list models` tells what there is",
        )
    if "/" in name and not name.startswith(registry.TIMM) and not foreign.known(name):
        raise _elsewhere(name)


def _weights_in_second_place(name: str, second: object) -> InvalidInput:
    meant = "pretrained=True" if second is True else f'weights="{second}"'
    return InvalidInput(
        "hub.load takes everything but the name by keyword",
        expected=f'hub.load("{name}", {meant})',
        found=f'hub.load("{name}", {second!r})',
    )


def _elsewhere(name: str) -> NotFound:
    if name.startswith(HUGGING_FACE):
        meant = name.partition(":")[2].rpartition("/")[2]
        return NotFound(
            f"there is no registry {name.partition('/')[0]!r}",
            expected=f'hub.load("{registry.TIMM}{meant}"), if it is a network of timm',
            found=repr(name),
        )
    return NotFound(
        f"there is no registry {name.partition('/')[0]!r}",
        expected='a name alone, such as hub.load("resnet18", pretrained=True)',
        found=repr(name),
        hint="the GitHub repository that torch.hub.load takes first is left out here; "
        "registries of other people are added by `hub registry add NAME URL`",
    )


def require_weights(pretrained: object, weights: Wanted | None) -> None:
    """Refuse what names no weights: `pretrained="IMAGENET1K_V1"` would quietly be the default ones."""
    if not isinstance(pretrained, bool):
        raise InvalidInput(
            "pretrained says whether there are to be weights, not which",
            expected=f"weights={pretrained!r}" if isinstance(pretrained, str) else "True or False",
            found=f"pretrained={pretrained!r}",
        )
    if weights is None or isinstance(weights, (str, os.PathLike, enum.Enum)):
        return
    hint = 'pretrained=True, or weights="DEFAULT", takes the default ones'
    if isinstance(weights, dict):
        hint = "hub.load(...).load_state_dict(...) takes tensors that are in memory"
    raise InvalidInput(
        "these are no weights to load",
        expected="a tag, a member of torchvision's enumeration, a path or a URL",
        found=f"weights={weights!r}" if isinstance(weights, bool | type) else type(weights).__name__,
        hint=hint,
    )


def count_of(num_classes: object, *, least: int = 1) -> int | None:
    """Return the number of classes, which may be NumPy's; InvalidInput unless it is a whole one of at least `least`."""
    if num_classes is None:
        return None
    try:
        count = -1 if isinstance(num_classes, bool) else operator.index(num_classes)  # type: ignore[arg-type]  # it tells
    except TypeError:
        count = -1
    if count < least:
        raise InvalidInput(
            "a network needs at least one class" if least else "this is no number of classes",
            expected=f"num_classes: a whole number from {least}",
            found=f"num_classes={num_classes!r}",
            hint='features_only=["avgpool"] names a submodule whose output is wanted instead' if count == 0 else "",
        )
    return count
