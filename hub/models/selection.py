"""Which weights a call means: decided from the card and the arguments alone, before anything is fetched."""

from __future__ import annotations

import enum
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hub import registry
from hub.cards import Weights
from hub.digest import split_digest
from hub.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from hub.registry import ModelEntry

SUFFIXES = (".pth", ".pt", ".bin", ".safetensors", ".ckpt", ".tar")
ENUM_STRING = re.compile(r"(\w+_(?:Quantized)?Weights)\.(\w+)")


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A weights file of the user's own."""

    path: Path


@dataclass(frozen=True, slots=True)
class OwnUrl:
    """A weights file at an address that the user gives; `sha256` is empty if they gave none."""

    url: str
    sha256: str = ""


Chosen = Weights | OwnFile | OwnUrl
Wanted = str | os.PathLike[str] | enum.Enum


def choose(entry: ModelEntry, *, pretrained: bool, weights: Wanted | None) -> Chosen | None:
    """Return the weights that are meant, or None for an untrained network.

    `weights`, or a tag in the name (`resnet50@IMAGENET1K_V1`), implies `pretrained`. Raises NotFound if the card has
    none such, and InvalidInput if tag and `weights` contradict each other.
    """
    if weights is None and entry.tag is None:
        return registry.weights_of(entry, registry.DEFAULT) if pretrained else None
    if weights is None:
        return registry.weights_of(entry, str(entry.tag))
    chosen = _read(entry, weights)
    if entry.tag is not None and chosen != registry.weights_of(entry, entry.tag):
        raise InvalidInput(
            "the name and weights= ask for different weights",
            expected=f"weights={entry.tag!r} or none",
            found=repr(weights),
            hint="leave one of them out",
        )
    return chosen


def _read(entry: ModelEntry, weights: Wanted) -> Chosen:
    if isinstance(weights, enum.Enum):
        return _of_enum(entry, type(weights).__name__, weights.name)
    if not isinstance(weights, str):
        return OwnFile(Path(weights).expanduser().absolute())
    if found := ENUM_STRING.fullmatch(weights):
        return _of_enum(entry, found[1], found[2])
    if "://" in weights:
        return _of_url(weights)
    if _looks_like_a_path(weights):
        return OwnFile(Path(weights).expanduser().absolute())
    return registry.weights_of(entry, weights)


def _of_enum(entry: ModelEntry, enum_name: str, member: str) -> Weights:
    """Torchvision's enumerations name the network too, so a wrong one is a mistake worth telling."""
    known = {f"{weights.enum}.{weights.tag}": weights for weights in entry.variant.weights}
    if member == registry.DEFAULT and any(enum_name == weights.enum for weights in known.values()):
        return registry.weights_of(entry, registry.DEFAULT)
    if f"{enum_name}.{member}" not in known:
        wrong = registry.unknown(f"weights of {entry.variant.name}", f"{enum_name}.{member}", known)
        wrong.hint = _of_another(enum_name, member) or wrong.hint
        raise wrong
    return known[f"{enum_name}.{member}"]


def _of_another(enum_name: str, member: str) -> str:
    """Return what to load for weights of another network, or "" if no card has such.

    torchvision names its enumerations after networks: ResNet18_Weights, ResNet18_QuantizedWeights.
    """
    plain = enum_name.removesuffix("_Weights")
    if plain == enum_name:
        plain = f"quantized_{enum_name.removesuffix('_QuantizedWeights')}"
    try:
        name = registry.find_model(plain).variant.name
    except NotFound:
        return ""
    return f'they belong to another network: hub.load("{name}", weights="{enum_name}.{member}")'


def _of_url(text: str) -> OwnUrl:
    url, digest = split_digest(text)
    if digest is None:
        return OwnUrl(url)
    if digest.algorithm != "sha256" or not digest.whole:
        raise InvalidInput(
            f"'{digest}' does not name the file's contents",
            expected="#sha256=<64 hex digits>",
            found=f"#{digest.algorithm}={digest.hex}",
        )
    return OwnUrl(url, digest.hex)


def _looks_like_a_path(text: str) -> bool:
    return os.sep in text or "/" in text or text.lower().endswith(SUFFIXES) or Path(text).is_file()
