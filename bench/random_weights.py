"""Random weights in the place of published ones, which no benchmark can fetch: files and cards that name them.

Not a benchmark: `models.py`, `fine_tuning.py` and `gpu.py` use it.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import torch
from torch import nn
from torchvision import models
from torchvision.models import WeightsEnum

from hub import registry
from hub.cards import Source, read_model
from hub.cards.writing import variants_as_toml
from hub.digest import hash_file
from hub.registry.folder import cards_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hub.cards import ModelVariant, Weights


def path_of(name: str) -> Path:
    """Return where torchvision looks for the default weights of a network before it fetches them."""
    url = models.get_model_weights(name).DEFAULT.url
    return Path(os.environ["TORCH_HOME"], "hub", "checkpoints", url.rpartition("/")[2])


def save(name: str) -> None:
    """Save random weights of the names and shapes that torchvision expects, where it looks for them."""
    path_of(name).parent.mkdir(parents=True, exist_ok=True)
    with _loading_saves(path_of(name)):
        models.get_model(name, weights="DEFAULT", progress=False)


@contextmanager
def _loading_saves(path: Path) -> Iterator[None]:
    fetch, load = WeightsEnum.get_state_dict, nn.Module.load_state_dict

    def save_instead(module: nn.Module, state: Mapping[str, object], **_: object) -> None:  # noqa: ARG001
        torch.save(module.state_dict(), path)

    try:
        WeightsEnum.get_state_dict, nn.Module.load_state_dict = lambda *_, **__: {}, save_instead
        yield
    finally:
        WeightsEnum.get_state_dict, nn.Module.load_state_dict = fetch, load


def cards_that_name(names: list[str], folder: Path) -> Path:
    """Copy the model cards to `folder`, with the digests of the random files in the place of the published ones."""
    (folder / "models").mkdir(parents=True)
    for path in (cards_folder() / "models").glob("*.toml"):
        text = path.read_text("utf-8")
        variants = [_with_random(variant, names) for variant in read_model(path).variants]
        head = text.partition("[[variants]]")[0]
        (folder / "models" / path.name).write_text(head + variants_as_toml(variants), "utf-8")
    return folder


def _with_random(variant: ModelVariant, names: list[str]) -> ModelVariant:
    if variant.name not in names:
        return variant
    weights = tuple(_random(each, path_of(variant.name)) if each.default else each for each in variant.weights)
    return msgspec.structs.replace(variant, weights=weights)


def _random(weights: Weights, path: Path) -> Weights:
    digest = hash_file(path).sha256
    sources = (Source(url=path.as_uri()),)
    replaced = msgspec.structs.replace(
        weights.artifact, sha256=digest, sha256_prefix=None, size=path.stat().st_size, sources=sources
    )
    return msgspec.structs.replace(weights, artifact=replaced)


def use(names: list[str], folder: Path) -> None:
    """Save random weights of these networks in `folder`, and let `hub.load` find them as the published ones."""
    os.environ |= {"TORCH_HOME": str(folder / "torch"), "HUB_HOME": str(folder / "store")}
    for name in names:
        save(name)
    cards = cards_that_name(names, folder / "cards")
    registry.cards_folder = lambda: cards  # this process and its children alone
