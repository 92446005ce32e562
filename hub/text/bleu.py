"""BLEU, a score of translations.

Papineni, Roukos, Ward, Zhu: BLEU: a Method for Automatic Evaluation of Machine Translation, ACL 2002, section 2.
https://aclanthology.org/P02-1040
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    Tokens = Sequence[Hashable]
    Ngrams = Counter[tuple[Hashable, ...]]


def bleu_score(
    candidate_corpus: Iterable[Iterable[Hashable]],
    references_corpus: Iterable[Iterable[Iterable[Hashable]]],
    max_n: int = 4,
    weights: Sequence[float] = (0.25, 0.25, 0.25, 0.25),
) -> float:
    """Return the BLEU score of a corpus, from 0 to 1: one candidate and one or more references a sentence.

    `weights` has one weight for each length of n-grams from 1 to `max_n`. The score is 0 as soon as for one of these
    lengths no n-gram of the whole corpus has a match. Computed, as torchtext does, in float32.

    >>> candidates = [["My", "full", "pytorch", "test"], ["Another", "Sentence"]]
    >>> references = [[["My", "full", "pytorch", "test"], ["Completely", "Different"]], [["No", "Match"]]]
    >>> round(bleu_score(candidates, references), 6)
    0.840896

    Raises InvalidInput if the corpora, or weights and `max_n`, differ in length or a sentence has no reference.
    """
    candidates = [tuple(tokens) for tokens in candidate_corpus]
    references = [[tuple(tokens) for tokens in each] for each in references_corpus]
    _require_sense(candidates, references, max_n, len(weights))
    clipped, total = _counts(candidates, references, max_n)
    if min(clipped) == 0:
        return 0.0
    return _brevity_penalty(candidates, references) * _precision(clipped, total, weights)


def _require_sense(
    candidates: Sequence[Tokens], references: Sequence[Sequence[Tokens]], max_n: int, weight_count: int
) -> None:
    if max_n < 1:
        raise InvalidInput("n-grams have at least one token", expected="max_n of 1 or more", found=max_n)
    if weight_count != max_n:
        raise InvalidInput("there must be a weight for each length of n-grams", expected=max_n, found=weight_count)
    if len(candidates) != len(references):
        raise InvalidInput(
            "candidates and references must be of the same sentences",
            expected=f"references for {len(candidates)} sentences",
            found=f"those for {len(references)}",
        )
    if not all(references):
        number = next(number for number, each in enumerate(references) if not each)
        raise InvalidInput(f"sentence {number} has no reference", expected="one or more", found="none")


def _counts(
    candidates: Sequence[Tokens], references: Sequence[Sequence[Tokens]], max_n: int
) -> tuple[list[int], list[int]]:
    """How many n-grams of the candidates have a match, and how many there are, for each n."""
    clipped, total = [0] * max_n, [0] * max_n
    for candidate, several in zip(candidates, references, strict=True):
        # Longer n-grams than the candidate has tokens do not exist.
        for n in range(1, min(max_n, len(candidate)) + 1):
            clipped[n - 1] += _matches(_ngrams(candidate, n), [_ngrams(reference, n) for reference in several])
            total[n - 1] += len(candidate) - n + 1
    return clipped, total


def _matches(candidate: Ngrams, references: Sequence[Ngrams]) -> int:
    """An n-gram counts as often as it is in the reference that has it most often, and no more."""
    most: dict[tuple[Hashable, ...], int] = {}
    for reference in references:
        # perf: `&` of keys finds the few that match without a step of Python for each that does not.
        for ngram in candidate.keys() & reference.keys():
            most[ngram] = max(reference[ngram], most.get(ngram, 0))
    return sum(min(count, candidate[ngram]) for ngram, count in most.items())


def _ngrams(tokens: Tokens, n: int) -> Ngrams:
    return Counter(zip(*(tokens[start:] for start in range(n)), strict=False))


def _brevity_penalty(candidates: Sequence[Tokens], references: Sequence[Sequence[Tokens]]) -> float:
    """Below 1 if the candidates are shorter than the references, of which the closest in length count."""
    closest = (
        min((len(reference) for reference in several), key=lambda length: abs(len(candidate) - length))
        for candidate, several in zip(candidates, references, strict=True)
    )
    return math.exp(min(1 - sum(closest) / sum(map(len, candidates)), 0))


def _precision(clipped: list[int], total: list[int], weights: Sequence[float]) -> float:
    import torch

    logarithms = torch.log(torch.tensor(clipped, dtype=torch.float32) / torch.tensor(total, dtype=torch.float32))
    # One after the other, as torchtext does: torch's own sum may add in another order.
    return float(torch.exp(sum(torch.as_tensor(weights) * logarithms, start=torch.zeros(()))))
