"""What the tokenizers with a vocabulary share: a text or a list of texts in, tokens or their indices out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from torch.nn import Module

from hub.errors import UnknownToken
from hub.text.kinds import is_sequence, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

T = TypeVar("T")
Index = TypeVar("Index")
Piece = TypeVar("Piece")

MOST_WORDS = 65_536
LONGEST = 64
"""Some 20 MB at most: text in which the same words do not come again must not fill the memory."""


class Memo(dict[str, tuple[T, ...]]):
    """Word -> pieces, found when first asked for. Copies of it, and those sent to other processes, begin empty.

    News sentences hold 17,850 distinct words in 76,403. A word that is known costs one look-up in a dict, which makes a
    tokenizer in one thread twice as fast as the Rust pipeline is with two.
    """

    def __init__(self, find: Callable[[str], tuple[T, ...]]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, word: str) -> tuple[T, ...]:
        found = self._find(word)
        if len(word) <= LONGEST:
            if len(self) >= MOST_WORDS:
                self.clear()
            self[word] = found
        return found

    def __reduce__(self) -> tuple[type[Memo[T]], tuple[Callable[[str], tuple[T, ...]]]]:
        return type(self), (self._find,)


class Tokenizer(Module, Generic[Index]):
    """Cuts texts into words, and words into tokens by `find`, whose indices `number` says; both are kept for a word."""

    def __init__(
        self,
        find: Callable[[str], tuple[str, ...]],
        number: Callable[[str], tuple[Index, ...]],
        return_tokens: bool,
    ) -> None:
        super().__init__()
        self._tokens = Memo(find)
        self._indices = Memo(number)
        self._return_tokens = return_tokens

    def _words(self, text: str) -> Iterable[str]:
        raise NotImplementedError

    def _tokenize(self, text: str) -> list[str]:
        tokens = self._tokens
        return [token for word in self._words(text) for token in tokens[word]]

    def _encode(self, text: str) -> list[Index]:
        indices = self._indices
        return [index for word in self._words(text) for index in indices[word]]

    def forward(self, input: str | list[str]) -> list[str] | list[Index] | list[list[str]] | list[list[Index]]:
        """Return a text's tokens or their indices; for a list of texts a list of such lists.

        Raises WrongType for anything else, and UnknownToken for a token that the vocabulary lacks.
        """
        return self._each(input, self._tokenize) if self._return_tokens else self._each(input, self._encode)

    def _each(self, input: object, cut: Callable[[str], list[Piece]]) -> list[Piece] | list[list[Piece]]:
        if isinstance(input, str):
            return cut(input)
        if is_sequence(input, str):
            return [cut(text) for text in input]
        raise refused(input, "a str, or a list of str")


class Numbered:
    """The indices of a word's tokens, as strings. Raises UnknownToken for a token without one."""

    def __init__(self, find: Callable[[str], tuple[str, ...]], encoder: Mapping[str, int]) -> None:
        self._find = find
        self._spelled = {token: str(index) for token, index in encoder.items()}

    def __call__(self, word: str) -> tuple[str, ...]:
        """Return the indices of a word."""
        tokens = self._find(word)
        try:
            return tuple([self._spelled[token] for token in tokens])
        except KeyError as error:
            raise _lacking(error.args[0], self._spelled) from error


def index_of(token: str, encoder: Mapping[str, int]) -> int:
    """Return a token's index. Raises UnknownToken."""
    try:
        return encoder[token]
    except KeyError as error:
        raise _lacking(token, encoder) from error


def _lacking(token: str, encoder: Mapping[str, object]) -> UnknownToken:
    return UnknownToken(f"the vocabulary has no token {token!r}", expected=f"one of {len(encoder):,}")
