"""The Rust models give what the algorithms, written out here, give; what was found for a word is kept within bounds."""

from __future__ import annotations

import pickle
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.text.transforms import tokenizer
from hub.text.transforms.pieces import Merges, WordPieces
from hub.text.transforms.tokenizer import Memo

pytest.importorskip("tokenizers")

WORDS = st.text("abcé", min_size=1, max_size=12)


def trained(words: list[str], suffix: str) -> list[tuple[str, str]]:
    """The merges that training yields: the commonest pair first."""
    spelled = [[*word[:-1], word[-1] + suffix] for word in words]
    merges: list[tuple[str, str]] = []
    while counts := Counter(pair for word in spelled for pair in pairwise(word)):
        merges.append(max(counts, key=lambda pair: (counts[pair], pair)))
        spelled = [merged(word, merges[-1]) for word in spelled]
    return merges


def merged(word: list[str], pair: tuple[str, str]) -> list[str]:
    made: list[str] = []
    rest = list(word)
    while rest:
        size = 2 if tuple(rest[:2]) == pair else 1
        made.append("".join(rest[:size]))
        del rest[:size]
    return made


def by_hand(word: str, merges: list[tuple[str, str]], suffix: str) -> tuple[str, ...]:
    symbols = [*word[:-1], word[-1] + suffix]
    while pairs := [pair for pair in merges if pair in set(pairwise(symbols))]:
        symbols = merged(symbols, pairs[0])
    return tuple(symbols)


def greedy(word: str, vocabulary: set[str]) -> tuple[str, ...]:
    found: list[str] = []
    while word:
        prefix = "##" if found else ""
        ends = [end for end in range(len(word), 0, -1) if prefix + word[:end] in vocabulary]
        if not ends:
            return ("[UNK]",)
        found.append(prefix + word[: ends[0]])
        word = word[ends[0] :]
    return tuple(found)


@given(words=st.lists(WORDS, max_size=6), others=st.lists(st.text("abcéx🙂", min_size=1, max_size=15), max_size=6))
@pytest.mark.parametrize("suffix", ["", "</w>"])
def test_merges_are_made_in_the_order_of_their_rank(suffix: str, words: list[str], others: list[str]) -> None:
    merges = trained(words, suffix)

    cut = Merges(merges, suffix)

    for word in [*words, *others]:
        assert cut(word) == by_hand(word, merges, suffix)


@given(vocabulary=st.lists(st.builds("".join, st.tuples(st.sampled_from(["", "##"]), WORDS))), word=WORDS)
def test_the_longest_pieces_are_taken_first(vocabulary: list[str], word: str) -> None:
    assert WordPieces(vocabulary)(word) == greedy(word, set(vocabulary))


@pytest.mark.parametrize(
    ("word", "known"), [("x" * 100, True), ("x" * 101, False), ("é" * 50, True), ("é" * 51, False)]
)
def test_words_of_more_than_a_hundred_bytes_are_unknown(word: str, known: bool) -> None:
    pieces = WordPieces(["x", "##x", "é", "##é"])(word)

    assert (pieces != ("[UNK]",)) == known


def test_a_memo_asks_once_and_forgets_all_when_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenizer, "MOST_WORDS", 2)
    asked: list[str] = []
    kept = Memo(lambda word: (asked.append(word), word)[1:])  # type: ignore[func-returns-value]

    for word in ["a", "a", "b", "c", "a"]:
        assert kept[word] == (word,)

    assert asked == ["a", "b", "c", "a"]


def test_a_memo_keeps_no_long_words() -> None:
    kept = Memo(lambda word: (word,))

    _ = kept["x" * (tokenizer.LONGEST + 1)]

    assert not kept


def test_a_memo_travels_empty() -> None:
    kept = Memo(WordPieces(["a"]))
    _ = kept["a"]

    again = pickle.loads(pickle.dumps(kept))  # noqa: S301  our own bytes

    assert not again
    assert again["a"] == ("a",)
