"""hub: datasets, pretrained weights and a map of the ecosystem for PyTorch.

    import hub

    model = hub.load("resnet18", pretrained=True)
    train = hub.load_dataset("mnist", split="train")

Importing this package imports nothing heavy: each name below is found when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub import model_zoo, text, vision
    from hub.datasets.dataset import Dataset
    from hub.errors import (
        BadStatus,
        CardError,
        DigestMismatch,
        FormatError,
        HubError,
        IntegrityError,
        InvalidCombination,
        InvalidInput,
        LockfileError,
        MismatchedBuilds,
        MissingExtra,
        MissingFile,
        NotConvertible,
        NotFound,
        NotLocked,
        NotTheFile,
        OfflineError,
        SourceError,
        StoreError,
        TransferError,
        UnknownArchive,
        UnknownToken,
        Unreachable,
        UnsafeArchive,
        UnsafeWeights,
        WorkerFailed,
        WrongType,
    )
    from hub.fetch import download
    from hub.models.loading import load
    from hub.models.prediction import predict
    from hub.models.preprocessing import transforms
    from hub.preparing.running import prepare
    from hub.registry import describe as info
    from hub.registry import names as list  # noqa: A004  the contract's name
    from hub.registry import search
    from hub.streaming.dataset import StreamingDataset
    from hub.streaming.loading import load_dataset
    from hub.version import __version__

_PLACES = {
    "Dataset": "hub.datasets.dataset:Dataset",
    "StreamingDataset": "hub.streaming.dataset:StreamingDataset",
    "__version__": "hub.version:__version__",
    "download": "hub.fetch:download",
    "info": "hub.registry:describe",
    "list": "hub.registry:names",
    "load": "hub.models.loading:load",
    "load_dataset": "hub.streaming.loading:load_dataset",
    "model_zoo": "hub.model_zoo:",
    "predict": "hub.models.prediction:predict",
    "prepare": "hub.preparing.running:prepare",
    "search": "hub.registry:search",
    "text": "hub.text:",
    "transforms": "hub.models.preprocessing:transforms",
    "vision": "hub.vision:",
}

__all__ = [
    "BadStatus",
    "CardError",
    "Dataset",
    "DigestMismatch",
    "FormatError",
    "HubError",
    "IntegrityError",
    "InvalidCombination",
    "InvalidInput",
    "LockfileError",
    "MismatchedBuilds",
    "MissingExtra",
    "MissingFile",
    "NotConvertible",
    "NotFound",
    "NotLocked",
    "NotTheFile",
    "OfflineError",
    "SourceError",
    "StoreError",
    "StreamingDataset",
    "TransferError",
    "UnknownArchive",
    "UnknownToken",
    "Unreachable",
    "UnsafeArchive",
    "UnsafeWeights",
    "WorkerFailed",
    "WrongType",
    "__version__",
    "download",
    "info",
    "list",
    "load",
    "load_dataset",
    "model_zoo",
    "predict",
    "prepare",
    "search",
    "text",
    "transforms",
    "vision",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'hub' has no attribute {name!r}")
    from hub.builds import explained

    module, _, attribute = _PLACES.get(name, f"hub.errors:{name}").partition(":")
    with explained():
        found = getattr(import_module(module), attribute) if attribute else import_module(module)
    globals()[name] = found
    return found


def __dir__() -> tuple[str, ...]:
    return tuple(__all__)
