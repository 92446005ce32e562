"""Special tokens: those that a text is cut at before anything else, and that are never cut themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

ADDITIONAL = "additional_special_tokens"

# torchtext numbered the tokens of one call in the order in which a hash table of libstdc++ walks their purposes. Models
# were trained on those numbers, so they are kept: this is each purpose's hash (MurmurHash64A, seed 0xc70f6907), modulo
# 3 * 5 * 7, the sizes of the tables.
PURPOSES = {
    "bos_token": 16,
    "eos_token": 42,
    "unk_token": 83,
    "sep_token": 52,
    "pad_token": 92,
    "cls_token": 38,
    "mask_token": 8,
}
_TABLES = {1: 3, 2: 3, 3: 3, 4: 5, 5: 5, 6: 7, 7: 7}


def wanted(tokens: Mapping[str, str | Sequence[str]]) -> list[str]:
    """Return the tokens of a call in the order in which they are numbered. Raises InvalidInput for another purpose."""
    for purpose in tokens:
        if purpose != ADDITIONAL and purpose not in PURPOSES:
            raise InvalidInput(
                f"special tokens serve no purpose {purpose!r}", expected=f"one of {', '.join([*PURPOSES, ADDITIONAL])}"
            )
    ordered = _walked([purpose for purpose in tokens if purpose != ADDITIONAL])
    found = [*(str(tokens[purpose]) for purpose in ordered), *tokens.get(ADDITIONAL, ())]
    if "" in found:
        raise InvalidInput("a special token is empty", expected="one character at least")
    return found


def _walked(purposes: Sequence[str]) -> list[str]:
    """A new bucket goes to the front of the walk, a new element to the front of its bucket."""
    size = _TABLES.get(len(purposes), 1)
    walk: list[str] = []
    for purpose in purposes:
        bucket = [PURPOSES[other] % size for other in walk]
        place = PURPOSES[purpose] % size
        walk.insert(bucket.index(place) if place in bucket else 0, purpose)
    return walk


SPACES = " \t\n\v\f\r"


def parts(text: str, tokens: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yield what a text is made of, in order, and whether it is one of the tokens; one space beside those is dropped.

    >>> list(parts("a <s> b", ["<s>"]))
    [('a', False), ('<s>', True), ('b', False)]

    Of tokens that begin alike the longest counts.
    """
    begin = 0
    for match in re.finditer("|".join(map(re.escape, sorted(tokens, key=len, reverse=True))), text):
        start, end = match.span()
        if start > begin:
            yield text[begin : start - (text[start - 1] in SPACES)], False
        yield match[0], True
        begin = end + (text[end : end + 1] in SPACES and end < len(text))
    yield text[begin:], False


def joined(pieces: Iterable[tuple[bytes, bool]]) -> bytes:
    """Return the text that pieces make, told whether they are special: those stand between blanks."""
    text = bytearray()
    after_special = False
    for position, (piece, is_special) in enumerate(pieces):
        if position and (is_special or after_special):
            text += b" "
        text += piece
        after_special = is_special
    return bytes(text)
