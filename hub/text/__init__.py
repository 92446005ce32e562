"""The successor of torchtext: its datasets, tokenizers, vocabularies and transforms, on every torch.

    import hub.text as torchtext

    train = torchtext.datasets.IMDB(split="train")
    tokenizer = torchtext.data.get_tokenizer("basic_english")

Names, arguments and results are those of torchtext 0.18, and of older ones where those were renamed. Importing this
imports nothing heavy: each part is found when it is first used. torchtext's own modules are

    datasets        functions made from cards; `own_datasets`, the old classes for files of the user's own
    data            names alone; what they do is in `tokenizing`, `sentence_pieces`, `iterating`, `sample_order`, `bleu`
    utils           names alone; what they do is in `downloading`, `unpacking`, `iterating`
    functional      functions on tokens; `transforms`, the same and tokenizers as modules of torch
    vocab           vocabularies and word vectors

and `kinds` tells batches from sequences, for the last three; `listed` is a list as a dataset.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from hub.builds import explained

if TYPE_CHECKING:
    from hub.text import data, datasets, functional, transforms, utils, vocab

__version__ = "0.18.0"
"""The torchtext whose names and results these are: programs compare it. hub's own is `hub.__version__`."""

__all__ = ["data", "datasets", "functional", "transforms", "utils", "vocab"]

INSTEAD = {
    "models": "hub.load, or the encoders of the transformers library",
    "nn": "torch.nn.MultiheadAttention",
    "experimental": "hub.text.transforms and hub.text.vocab",
    "prototype": "hub.text.transforms and hub.text.vocab",
    "legacy": "hub.text.datasets with hub.text.vocab; the guide on moving from torchtext shows how",
}
"""Parts of torchtext that have no successor here."""


def disable_torchtext_deprecation_warning() -> None:
    """Do nothing: torchtext 0.18 warned of its end with every import, and programs call this to have it quiet."""


def __getattr__(name: str) -> object:
    if name in __all__:
        with explained():
            return import_module(f"{__name__}.{name}")
    hint = f"; use {INSTEAD[name]}" if name in INSTEAD else ""
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}{hint}")


def __dir__() -> list[str]:
    return list(__all__)
