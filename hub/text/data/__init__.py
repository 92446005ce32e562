"""The names of `torchtext.data`, and `Ragged`, the collate function for texts of different lengths."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from hub.text.bleu import bleu_score
from hub.text.iterating import (
    custom_replace,
    filter_wikipedia_xml,
    numericalize_tokens_from_iterator,
    simple_space_split,
    to_map_style_dataset,
)
from hub.text.sample_order import interleave_keys
from hub.text.sentence_pieces import (
    generate_sp_model,
    load_sp_model,
    sentencepiece_numericalizer,
    sentencepiece_tokenizer,
)
from hub.text.tokenizing import get_tokenizer

if TYPE_CHECKING:
    from hub.datasets.ragged import Ragged

__all__ = [
    "Ragged",
    "bleu_score",
    "custom_replace",
    "filter_wikipedia_xml",
    "generate_sp_model",
    "get_tokenizer",
    "interleave_keys",
    "load_sp_model",
    "numericalize_tokens_from_iterator",
    "sentencepiece_numericalizer",
    "sentencepiece_tokenizer",
    "simple_space_split",
    "to_map_style_dataset",
]


PARTS = ("functional", "metrics", "utils")
"""Modules that `import torchtext` alone made known."""

INSTEAD = {
    "BPTTIterator": 'hub.load_dataset("language_modeling", data_dir=...)',
    "BucketIterator": "train.loader(64, shuffle=True, transform=..., pad=..., bucket=True)",
    "Example": "the samples of a dataset, which are named tuples",
    "Field": "a tokenizer with hub.text.vocab, as the transform of a dataset",
    "Iterator": "torch.utils.data.DataLoader",
    "LabelField": "the labels of a dataset, which are numbers",
    "TabularDataset": 'hub.load_dataset("text_classification", data_dir=...)',
}
"""What went with torchtext 0.9 -> what does it here."""


def __getattr__(name: str) -> object:
    if name == "Ragged":
        from hub.datasets.ragged import Ragged  # torch, which tokenizers can do without

        return Ragged
    if name in PARTS:
        return import_module(f"{__name__}.{name}")
    hint = f"; use {INSTEAD[name]}" if name in INSTEAD else ""
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}{hint}")
