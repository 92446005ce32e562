"""The names of `torchtext.data.utils`."""

from __future__ import annotations

from hub.text.sample_order import RandomShuffler, interleave_keys
from hub.text.tokenizing import get_tokenizer, ngrams_iterator

__all__ = ["RandomShuffler", "get_tokenizer", "interleave_keys", "ngrams_iterator"]
