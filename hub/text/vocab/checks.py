"""What a vocabulary takes: tokens are strings, indices are whole numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from operator import index as whole
from typing import Any, cast

from hub.errors import InvalidInput


def checked(tokens: object) -> list[str]:
    """Return tokens as a list, if they are strings and no two the same; raises InvalidInput."""
    if isinstance(tokens, str) or not isinstance(tokens, Iterable):
        raise InvalidInput(
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
    """Return what can be read one by one; raises InvalidInput for anything else."""
    if not isinstance(values, Iterable):
        raise InvalidInput("this cannot be looked up", expected="a list", found=f"{type(values).__name__}: {values!r}")
    return values


def no_token(found: object) -> InvalidInput:
    """Return what to raise for something that is no string."""
    hint = "look lists up one by one" if isinstance(found, list | tuple) else "str(...) makes one of it"
    return InvalidInput(
        "a token is a string", expected="str", found=f"{type(found).__name__}: {found!r:.80}", hint=hint
    )


def number(index: object) -> int:
    """Return a whole number, of whatever type, as int; raises InvalidInput for anything else."""
    try:
        return whole(cast("int", index))
    except TypeError as error:
        raise InvalidInput("an index is a whole number", found=f"{type(index).__name__}: {index!r:.80}") from error


def outside(index: int, expected: str, where: str = "") -> InvalidInput:
    """Return what to raise for an index that no token has."""
    return InvalidInput(f"no token has the index {index}{where}", expected=expected, found=index)
