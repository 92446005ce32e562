"""From a word to its pieces, in Rust: byte-pair merges and WordPiece, on the models of the `tokenizers` library.

Byte-pair encoding: Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units",
https://arxiv.org/abs/1508.07909. WordPiece: Schuster and Nakajima, "Japanese and Korean voice search", ICASSP 2012.
"""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from sys import intern
from typing import TYPE_CHECKING

from hub import extras
from hub.errors import WrongType

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tokenizers.models import BPE, WordPiece

UNMERGED = " "  # a character that no merge takes comes out by itself; no word holds a blank
UNKNOWN = "[UNK]"
LONGEST_WORD = 100  # bytes; BERT takes longer words as unknown


class _Loaded:
    """Its model is made when first needed: it does not travel to other processes, what it is made from does."""

    def __init__(self) -> None:
        extras.require("tokenizers", "text")

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if name != "model"}


class Merges(_Loaded):
    """Pairs of symbols that become one, best first. A word's last symbol carries the suffix, if there is one.

    `whole` are words that are symbols themselves.

    >>> Merges([("l", "o"), ("lo", "w</w>")], suffix="</w>")("slow")
    ('s', 'low</w>')

    The best pair of a word is merged first, and of equal ones the first. (torchtext merged all equal ones at once;
    that makes a difference only if a merge stands above the one that makes its part, which training never yields.)
    """

    def __init__(self, pairs: Sequence[tuple[str, str]], suffix: str = "", whole: Iterable[str] = ()) -> None:
        super().__init__()
        self.pairs = pairs
        self.suffix = suffix
        self.whole = frozenset(whole)

    @cached_property
    def model(self) -> BPE:
        from tokenizers.models import BPE

        symbols = chain([UNMERGED], *self.pairs, map("".join, self.pairs))
        numbered = {symbol: number for number, symbol in enumerate(dict.fromkeys(symbols))}
        suffix = {"end_of_word_suffix": self.suffix} if self.suffix else {}
        return BPE(numbered, list(self.pairs), unk_token=UNMERGED, cache_capacity=0, **suffix)

    def __call__(self, word: str) -> tuple[str, ...]:
        """Return the symbols of a word, which is not empty."""
        if word in self.whole:
            return (word,)
        spelled = encoded(word)
        tokens = self.model.tokenize(word)
        symbols = [token.value for token in tokens]
        if UNMERGED in symbols:
            symbols = [spelled[slice(*token.offsets)].decode() for token in tokens]
            symbols[-1] += self.suffix
        return tuple(map(intern, symbols))  # one string a symbol, in however many words it is


class WordPieces(_Loaded):
    """The longest pieces of a word that are in a vocabulary, from its beginning on; those inside begin with "##".

    >>> pieces = WordPieces(["[UNK]", "un", "##aff", "##able"])
    >>> pieces("unaffable"), pieces("unknown")
    (('un', '##aff', '##able'), ('[UNK]',))
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        super().__init__()
        self.vocabulary = vocabulary

    @cached_property
    def model(self) -> WordPiece:
        from tokenizers.models import WordPiece

        known = dict.fromkeys([UNKNOWN, *self.vocabulary])
        numbered = {piece: number for number, piece in enumerate(known)}
        return WordPiece(numbered, unk_token=UNKNOWN, max_input_chars_per_word=LONGEST_WORD)

    def __call__(self, word: str) -> tuple[str, ...]:
        """Return the pieces of a word, which is not empty."""
        if len(encoded(word)) > LONGEST_WORD:
            return (UNKNOWN,)
        return tuple(intern(token.value) for token in self.model.tokenize(word))


def encoded(word: str) -> bytes:
    """Return a word in UTF-8. Raises WrongType for half a surrogate pair, which is no text."""
    try:
        return word.encode()
    except UnicodeEncodeError as error:
        raise WrongType(f"{word!r} is no text: {error.reason}", expected="characters that UTF-8 has") from error
