"""What a vocabulary takes: tokens are strings, indices are whole numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from operator import index as whole
from typing import Any, cast

from hub.errors import InvalidInput, UnknownToken, WrongType


def checked(tokens: object) -> list[str]:
    """Return tokens as a list, if they are strings and no two the same; raises WrongType or InvalidInput."""
    if isinstance(tokens, str) or not isinstance(tokens, Iterable):
        raise WrongType(
            "of this no vocabulary can be made",
            expected="tokens, a Counter of tokens, or another Vocab",
            found=f"{type(tokens).__name__}",
            hint="see hub.text.vocab.vocab and build_vocab_from_iterator",
        )
    listed = list(tokens)
    for token in listed:
        if not isinstance(token, str):
            raise no_token(token)
    if len(set(listed)) < len(listed):
        twice = next(token for token, times in Counter(listed).items() if times > 1)
        raise InvalidInput(f"the token {twice!r} comes twice", expected="every token once", hint="also among specials")
    return listed


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
