"""Vocabularies: tokens to indices and back, and the counting that makes them.

Each name is found when it is first used: processes that only count import no torch.

    building        a vocabulary of counts, or of a corpus
    counting        a corpus to counts: lists here, words in threads (`_words`), texts in processes (`_processes`, each
                    of which runs `_worker`)
    ordering        counts to tokens in order
    vocabulary      Vocab, on `indices` and `checks`; `scripted`, what TorchScript compiles of it; `subwords`
    vectors         Vectors and the published ones, out of `vector_files`; `vector_rows`, those of a Vocab
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.text.vocab.building import build_vocab_from_iterator, vocab
    from hub.text.vocab.subwords import SubwordVocab
    from hub.text.vocab.vectors import CharNGram, FastText, GloVe, Vectors, pretrained_aliases
    from hub.text.vocab.vocabulary import Vocab

_PLACES = {
    "CharNGram": "hub.text.vocab.vectors",
    "FastText": "hub.text.vocab.vectors",
    "GloVe": "hub.text.vocab.vectors",
    "SubwordVocab": "hub.text.vocab.subwords",
    "Vectors": "hub.text.vocab.vectors",
    "Vocab": "hub.text.vocab.vocabulary",
    "build_vocab_from_iterator": "hub.text.vocab.building",
    "pretrained_aliases": "hub.text.vocab.vectors",
    "vocab": "hub.text.vocab.building",
}

__all__ = [
    "CharNGram",
    "FastText",
    "GloVe",
    "SubwordVocab",
    "Vectors",
    "Vocab",
    "build_vocab_from_iterator",
    "pretrained_aliases",
    "vocab",
]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
