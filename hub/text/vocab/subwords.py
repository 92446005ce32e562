"""`SubwordVocab`: pieces of words, learned from how often words occur."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, Any

import torch

from hub.errors import InvalidInput
from hub.extras import require
from hub.text.vocab.indices import Indices
from hub.text.vocab.ordering import UNK
from hub.text.vocab.vocabulary import Vocab

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hub.text.vocab.vector_rows import UnkInit, Wanted


class SubwordVocab(Vocab):
    """The vocabulary of revtok's subwords: `specials`, then characters and then longer pieces, most telling first.

    `max_size` counts characters and pieces; all characters are kept. `segment` parts a word into pieces. Needs revtok.

    >>> from collections import Counter
    >>> pieces = SubwordVocab(Counter({"low": 5, "lower": 2}), max_size=6)
    >>> pieces.itos
    ['<pad>', 'l', 'o', 'w', 'e', 'r', 'low']
    """

    def __init__(
        self,
        counter: Mapping[str, int],
        max_size: int | None = None,
        specials: Sequence[str] = ("<pad>",),
        vectors: Wanted | None = None,
        unk_init: UnkInit = torch.Tensor.zero_,
    ) -> None:
        super().__init__([])
        self.segment = _segmenter(counter, max_size)
        pieces = sorted(self.segment.vocab.items(), key=lambda piece: (len(piece[0]) != 1, -piece[1], piece[0]))
        self.itos = [*specials, *(piece for piece, _ in pieces)]
        self.stoi = Indices(self.itos, list(specials).index(UNK) if UNK in specials else None, object)
        if vectors is not None:
            self.load_vectors(vectors, unk_init=unk_init)


def _segmenter(counter: Mapping[str, int], max_size: int | None) -> Any:  # noqa: ANN401  revtok has no types
    require("revtok", "text")
    from revtok.subwords import SubwordSegmenter

    if max_size is None:
        raise InvalidInput("revtok has no vocabulary without a limit", expected="max_size=1000 or so", found=max_size)
    silence = io.StringIO()  # it prints advice and bars
    try:
        with redirect_stdout(silence), redirect_stderr(silence):
            return SubwordSegmenter(counter, max_size)
    except IndexError as error:
        raise InvalidInput("there are not so many subwords", expected="a lower max_size", found=max_size) from error
