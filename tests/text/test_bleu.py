"""BLEU by hand-made corpora, some beside scores that torchtext 0.18 gave."""

from __future__ import annotations

import math

import pytest

from hub.errors import InvalidInput
from hub.text.bleu import bleu_score

CANDIDATES = ["the cat sat on a mat", "dogs bark", "it rains and rains and rains"]
REFERENCES = [["the cat sat on the mat", "a cat was on the mat"], ["dogs bark loudly"], ["it rains and rains again"]]


def split(lines: list[str]) -> list[list[str]]:
    return [line.split() for line in lines]


def test_the_same_sentence_scores_one() -> None:
    assert bleu_score(split(["one two three four"]), [split(["one two three four", "five"])]) == 1


def test_no_match_of_one_length_scores_zero() -> None:
    assert bleu_score(split(["one two three"]), [split(["one two three four"])]) == 0


@pytest.mark.parametrize(
    ("max_n", "weights", "score"),
    [
        (1, [1], 0.8571428656578064),
        (2, [0.5, 0.5], 0.7385489344596863),
        (3, (0.2, 0.3, 0.5), 0.5986971855163574),
        (4, [0.25] * 4, 0.5491004586219788),
    ],
)
def test_a_corpus_scores_as_with_torchtext(max_n: int, weights: list[float], score: float) -> None:
    found = bleu_score(split(CANDIDATES), [split(each) for each in REFERENCES], max_n, weights)

    assert found == pytest.approx(score, abs=1e-7)


def test_a_short_candidate_is_penalized_by_the_closest_reference() -> None:
    candidate, references = split(["one two three four"]), [split(["one two three four five", "one"])]

    assert bleu_score(candidate, references) == pytest.approx(math.exp(1 - 5 / 4))


def test_a_match_counts_as_often_as_in_the_reference_that_has_it_most_often() -> None:
    candidate, references = split(["the the the the"]), [split(["the cat", "the dog the"])]

    assert bleu_score(candidate, references, 1, [1]) == pytest.approx(2 / 4)


def test_a_blank_within_a_token_parts_nothing() -> None:
    assert bleu_score([["New York", "is", "big", "and", "old"]], [[["New York", "is", "big", "and", "old"]]]) == 1


@pytest.mark.parametrize("candidates", [[], [[]], [[], []]], ids=repr)
def test_nothing_scores_zero(candidates: list[list[str]]) -> None:
    assert bleu_score(candidates, [[[]] for _ in candidates]) == 0


def test_iterators_are_as_good_as_lists() -> None:
    candidates = (iter(line.split()) for line in ["one two three four"])

    assert bleu_score(candidates, iter([[iter(["one", "two", "three", "four"])]])) == 1


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(InvalidInput, match="weight for each length"):
        bleu_score([["a"]], [[["a"]]], max_n=2)
    with pytest.raises(InvalidInput, match="same sentences"):
        bleu_score([["a"]], [])
    with pytest.raises(InvalidInput, match="sentence 1 has no reference"):
        bleu_score([["a"], ["b"]], [[["a"]], []])
    with pytest.raises(InvalidInput, match="max_n of 1"):
        bleu_score([["a"]], [[["a"]]], max_n=0, weights=[])
