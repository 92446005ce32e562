"""The words by which an entry is found: what the index of a folder and the shards of a large registry both hold.

A word of a query finds an entry if a word of its text begins with it. In ids and names it may also stand within a
word, since "mnist" should find kmnist; in sentences that would find "ner" in every "general". Chinese is written
without spaces: there every pair of neighbouring characters is a word, and all pairs of a query have to be in the text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PIECE = re.compile(r"[^\W_]+")
# Han and kana.
UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")

LONGEST = 24
"""Of a word, in characters: what is longer is a number or a digest, and is found by its beginning."""

WITHIN = 2
"""The shortest end of a word of a name that is a word too."""


class Words(NamedTuple):
    """The words of an entry: those of its id and names, and those of everything that is said of it, the former too."""

    called: frozenset[str]
    all: frozenset[str]


def of_entry(called: Iterable[str], told: Iterable[str]) -> Words:
    """Return the words of an entry that is `called` so, and of which this is `told`."""
    names = frozenset().union(*map(_of_name, _pieces("\n".join(called))))
    return Words(names, names.union(*map(_of_text, _pieces("\n".join(told)))))


def of_query(query: str) -> list[str]:
    """Return the beginnings of words that an entry must all have to be found.

    >>> of_query("Fashion-MNIST 手写数字")
    ['fashion', 'mnist', '手写', '写数', '数字']
    """
    return list(dict.fromkeys(word for piece in _pieces(query) for word in _asked(piece)))


def _pieces(text: str) -> Iterator[str]:
    """Yield the runs of letters and digits of a text in lower case, those without spaces apart."""
    for found in PIECE.findall(text.lower()):
        if found.isascii():
            yield found
        else:
            yield from _by_script(found)


def _by_script(text: str) -> Iterator[str]:
    end = 0
    for match in UNSPACED.finditer(text):
        yield from filter(None, (text[end : match.start()], match[0]))
        end = match.end()
    yield from filter(None, (text[end:],))


@lru_cache(1 << 16)
def _of_name(piece: str) -> tuple[str, ...]:
    if UNSPACED.match(piece) or len(piece) > LONGEST:
        return _of_text(piece)
    return (piece, *(piece[start:] for start in range(1, len(piece) - WITHIN + 1)))


@lru_cache(1 << 16)
def _of_text(piece: str) -> tuple[str, ...]:
    if UNSPACED.match(piece):
        # The last character alone, so that a query for it finds it as the beginning of a word.
        return tuple(piece[start : start + 2] for start in range(len(piece)))
    return (piece[:LONGEST],)


def _asked(piece: str) -> tuple[str, ...]:
    if UNSPACED.match(piece):
        return tuple(piece[start : start + 2] for start in range(max(1, len(piece) - 1)))
    return (piece[:LONGEST],)
