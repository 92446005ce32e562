"""What a vocabulary takes: tokens are strings, indices are whole numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from operator import index as whole
from typing import Any, cast

from hub.errors import InvalidInput, UnknownToken, WrongType


def strings(tokens: object) -> list[str]:
    """Return tokens as a list; raises WrongType if one is no string."""
    if isinstance(tokens, str) or not isinstance(tokens, Iterable):
        raise WrongType(
            "of this no vocabulary can be made",
            expected="tokens, a Counter of tokens, or another Vocab",
            found=f"{type(tokens).__name__}: {tokens!r:.80}",
            hint="see hub.text.vocab.vocab and build_vocab_from_iterator",
        )
    listed = list(tokens)
    for kind in set(map(type, listed)):  # perf: in a hundredth of the time of isinstance for each
        if not issubclass(kind, str):
            raise no_token(next(token for token in listed if type(token) is kind))
    return listed


def twice(tokens: list[str]) -> InvalidInput:
    """Return what to raise for tokens of which two are the same."""
    token = next(token for token, times in Counter(tokens).items() if times > 1)
    return InvalidInput(f"the token {token!r} comes twice", expected="every token once", hint="also among specials")


def series(values: object) -> Iterable[Any]:
    """Return what can be read one by one; raises WrongType for anything else."""
    if not isinstance(values, Iterable):
        raise WrongType("this cannot be looked up", expected="a list", found=f"{type(values).__name__}: {values!r}")
    return values


def no_token(found: object) -> WrongType:
    """Return what to raise for something that is no string."""
    hint = "look lists up one by one" if isinstance(found, list | tuple) else "str(...) makes one of it"
    return WrongType("a token is a string", expected="str", found=f"{type(found).__name__}: {found!r:.80}", hint=hint)


def number(index: object) -> int:
    """Return a whole number, of whatever type, as int; raises WrongType for anything else."""
    try:
        return whole(cast("int", index))
    except TypeError as error:
        raise WrongType("an index is a whole number", found=f"{type(index).__name__}: {index!r:.80}") from error


def outside(index: int, expected: str, where: str = "") -> UnknownToken:
    """Return what to raise for an index that no token has."""
    return UnknownToken(f"no token has the index {index}{where}", expected=expected, found=index)
