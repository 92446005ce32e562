"""The names of `torchtext.data`, and `Ragged`, the collate function for texts of different lengths."""

from __future__ import annotations

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


def __getattr__(name: str) -> object:
    if name != "Ragged":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from hub.datasets.ragged import Ragged  # torch, which tokenizers can do without

    return Ragged
