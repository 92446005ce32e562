"""Vocabularies from counts, and from corpora."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from hub.errors import InvalidCombination, WrongType
from hub.text.vocab.checks import strings
from hub.text.vocab.counting import count_lists, count_texts
from hub.text.vocab.ordering import by_frequency
from hub.text.vocab.vocabulary import Vocab


def vocab(
    ordered_dict: Mapping[str, int],
    min_freq: int = 1,
    specials: Sequence[str] | None = None,
    special_first: bool = True,
) -> Vocab:
    """Return the vocabulary of the tokens that occur at least `min_freq` times, in the order of the dict.

    Specials come first, or last, each with an index however often it occurs. The dict is not changed.

    >>> vocab({"the": 3, "cat": 2, "sat": 1}, min_freq=2, specials=["<unk>"]).get_itos()
    ['<unk>', 'the', 'cat']

    Raises WrongType if a token is no string, and InvalidInput if a special comes twice.
    """
    if not isinstance(ordered_dict, Mapping):
        raise WrongType("a vocabulary is made of counts", expected="a dict", found=type(ordered_dict).__name__)
    words = [token for token, count in ordered_dict.items() if count >= min_freq]
    return _with_specials(words, specials, first=special_first)


def build_vocab_from_iterator(
    iterator: Iterable[Any],
    min_freq: int = 1,
    specials: Sequence[str] | None = None,
    special_first: bool = True,
    max_tokens: int | None = None,
    *,
    tokenizer: Callable[[str], Iterable[str]] | None = None,
    workers: int | None = None,
) -> Vocab:
    """Return the vocabulary of a corpus: most frequent tokens first, equals alphabetically.

    The iterator yields lists of tokens, or, with a tokenizer, texts:

    >>> build_vocab_from_iterator([["b", "a"], ["b"]], specials=["<unk>"]).get_itos()
    ['<unk>', 'b', 'a']
    >>> build_vocab_from_iterator(["to be", "or not to be"], tokenizer=str.split).get_itos()
    ['be', 'to', 'not', 'or']

    `max_tokens` limits the vocabulary, specials included. Texts can be a column of a dataset, `ds["text"]`. They are
    read once, some at a time; what is held grows with the number of distinct tokens alone.

    `workers` is how many processes tokenize; by default all cores, once it has taken a second. The result never depends
    on it. A tokenizer that other processes cannot load, such as a lambda or one of a notebook, works in this one.
    Several times as fast as a loop are those whose tokens stand between whitespace, which threads count: `str.split`
    and what has a method `spaced(text)`, as basic English. Then comes what has `tokens(lines)`, of many lines at once.

    Raises InvalidCombination if `max_tokens` leaves no room beside the specials, WrongType for what is no list of
    tokens or no text, and HubError, with the tokenizer's exception as cause, if it fails.
    """
    chosen = strings(specials or [])
    if max_tokens is not None and len(chosen) >= max_tokens:
        raise _no_room(len(chosen), max_tokens)
    counter = count_lists(iterator) if tokenizer is None else count_texts(iterator, tokenizer, workers)
    words = by_frequency(counter, min_freq)
    return _with_specials(
        words if max_tokens is None else words[: max_tokens - len(chosen)], chosen, first=special_first
    )


def _with_specials(words: list[str], specials: Sequence[str] | None, *, first: bool) -> Vocab:
    chosen = strings(specials or [])
    special = set(chosen)
    rest = [word for word in words if word not in special] if special else words
    return Vocab([*chosen, *rest] if first else [*rest, *chosen])


def _no_room(specials: int, max_tokens: int) -> InvalidCombination:
    return InvalidCombination(
        "the vocabulary would have no token but the specials",
        expected=f"max_tokens of {specials + 1} or more",
        found=max_tokens,
    )
