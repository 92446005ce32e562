"""torchvision's classes of datasets, under their names and with their constructors: change one import.

    from hub.vision import datasets          # was: from torchvision import datasets

    train = datasets.CIFAR10("data", train=True, download=True)

A class is made from the card that names it when it is first asked for. It is a subclass of torchvision's own class,
so `isinstance` and `wrap_dataset_for_transforms_v2` hold; reading, batches and everything of `hub.Dataset` are ours.
Files are looked for under `root` in torchvision's layout, then in the store; `download=True` fetches and verifies what
neither has. What else torchvision.datasets offers (`VisionDataset`, `folder`, `utils` ...) is passed on as it is.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from torchvision import datasets as upstream
from torchvision.datasets import VisionDataset, wrap_dataset_for_transforms_v2

from hub.errors import NotFound
from hub.registry import entries, find_dataset
from hub.vision.classes import make_class

__all__ = ["VisionDataset", "wrap_dataset_for_transforms_v2"]

PASSED_ON = ("folder", "samplers", "utils", "video_utils", "vision")
"""Modules of torchvision.datasets that are no datasets."""


def __getattr__(name: str) -> Any:  # noqa: ANN401  a class or a module
    if name in PASSED_ON:
        return import_module(f"{upstream.__name__}.{name}")
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        entry = find_dataset(name)
    except NotFound as error:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}: {error}") from error
    if entry.card.upstream.name != name:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; {entry.id} is {entry.card.upstream.name}")
    made = make_class(entry, __name__)
    globals()[name] = made
    return made


def __dir__() -> list[str]:
    found = (find_dataset(entry.id).card.upstream.name for entry in entries("dataset"))
    return sorted({*__all__, *PASSED_ON, *filter(None, found)})
