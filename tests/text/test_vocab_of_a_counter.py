"""`Vocab` of a Counter is that of torchtext before 0.9."""

from __future__ import annotations

import pickle
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
import torch
from torch import Tensor

from hub.errors import InvalidCombination, InvalidInput, NotFound
from hub.text.vocab import SubwordVocab, Vectors, Vocab

if TYPE_CHECKING:
    from pathlib import Path


def test_words_follow_specials_by_frequency_and_then_alphabet() -> None:
    made = Vocab(Counter("ddcbbaaa"))

    assert made.itos == ["<unk>", "<pad>", "a", "b", "d", "c"]
    assert made.freqs == Counter(a=3, b=2, d=2, c=1)


@pytest.mark.parametrize(
    ("options", "itos"),
    [
        ({"max_size": 1}, ["<unk>", "<pad>", "a"]),
        ({"max_size": 0}, ["<unk>", "<pad>"]),
        ({"max_size": -1}, ["<unk>", "<pad>", "a", "b", "c"]),
        ({"min_freq": 2}, ["<unk>", "<pad>", "a", "b"]),
        ({"min_freq": 0}, ["<unk>", "<pad>", "a", "b", "c"]),
        ({"specials": ["c"], "max_size": 1}, ["c", "a"]),
        ({"specials": ["<pad>"], "max_size": 2, "specials_first": False}, ["a", "b", "<pad>"]),
    ],
    ids=str,
)
def test_options_choose_words(options: Any, itos: list[str]) -> None:
    assert Vocab(Counter(a=3, b=2, c=1, never=0), **options).itos == itos


@pytest.mark.parametrize("first", [True, False])
def test_an_unknown_token_has_the_index_of_unk(first: bool) -> None:
    made = Vocab(Counter("ab"), specials=("<pad>", "<unk>"), specials_first=first)

    assert made["x"] == made.stoi["x"] == made.unk_index == made.itos.index("<unk>")
    assert made.lookup_indices(["x", "a"]) == [made["<unk>"], made["a"]]
    assert "x" not in made.stoi


def test_without_unk_an_unknown_token_has_no_index() -> None:
    made = Vocab(counter=Counter("ab"), specials=[])

    assert made["x"] is None
    assert made.lookup_indices(["x", "b"]) == [None, 1]
    with pytest.raises(KeyError):
        made.stoi["x"]


def test_tokens_need_not_be_strings() -> None:
    made = Vocab(Counter([3, 3, 7]), specials=())

    assert (made.itos, made.stoi) == ([3, 7], {3: 0, 7: 1})


def test_another_vocabulary_extends_it() -> None:
    made = Vocab(Counter("ab"))

    made.extend(Vocab(Counter("zzbc")))

    assert made.itos == ["<unk>", "<pad>", "a", "b", "z", "c"]
    assert made["c"] == 5


def test_it_is_pickled_with_what_was_set() -> None:
    made = Vocab(Counter("ab"))
    made.stoi["alias"] = made.stoi["a"]

    again = pickle.loads(pickle.dumps(made))  # noqa: S301  # ours

    assert again == made
    assert (again["alias"], again["x"]) == (2, 0)


class Numbered:
    """A set of vectors: that of "a" is all ones, others are zeros."""

    def __init__(self, dim: int) -> None:
        self.dim = dim

    def __getitem__(self, word: str) -> Tensor:
        return torch.full((self.dim,), float(word == "a"))


def test_vectors_of_several_sets_stand_side_by_side() -> None:
    made = Vocab(Counter([" a", "b"]), specials=[], vectors=[Numbered(1), Numbered(2)])

    assert made.vectors is not None
    assert made.vectors.tolist() == [[1, 1, 1], [0, 0, 0]]


def test_vectors_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "two.txt").write_text("a 1 2\nb 3 4\n")

    made = Vocab(Counter("ba"), vectors=Vectors("two.txt", cache=tmp_path))

    assert made.vectors is not None
    assert made.vectors.tolist() == [[0, 0], [0, 0], [1, 2], [3, 4]]


def test_vectors_can_be_set_from_a_table() -> None:
    made = Vocab(Counter("ab"), specials=["<pad>"])

    made.set_vectors({"b": 1}, torch.tensor([[9, 9], [1, 2]]), 2, unk_init=lambda row: row.fill_(5))

    assert made.vectors is not None
    assert made.vectors.tolist() == [[5, 5], [5, 5], [1, 2]]


@pytest.mark.parametrize("vectors", [{"word": [1.0]}, [3], object()], ids=["a dict", "a number", "an object"])
def test_what_is_no_set_of_vectors_is_refused(vectors: Any) -> None:
    with pytest.raises(ValueError, match="no vectors"):
        Vocab(Counter("ab"), vectors=vectors)


def test_an_unknown_name_of_vectors_is_refused() -> None:
    with pytest.raises(NotFound):
        Vocab(Counter("ab"), vectors="glove.6B.51d")


@pytest.mark.parametrize("options", [{"unk_init": torch.Tensor.zero_}, {"vectors_cache": "x"}], ids=str)
def test_options_of_vectors_need_vectors(options: Any) -> None:
    with pytest.raises(InvalidCombination):
        Vocab(Counter("ab"), **options)


def test_subwords_are_characters_and_then_pieces() -> None:
    pytest.importorskip("revtok")

    made = SubwordVocab(Counter({"low": 5, "lower": 2}), max_size=7, specials=["<unk>"])

    assert made.itos[:6] == ["<unk>", "l", "o", "w", "e", "r"]
    assert set(made.segment("lowlow")) <= set(made.itos[1:])
    assert made["never"] == 0


@pytest.mark.parametrize("max_size", [None, 10_000])
def test_subwords_need_a_limit_that_can_be_reached(max_size: int | None) -> None:
    pytest.importorskip("revtok")

    with pytest.raises(InvalidInput):
        SubwordVocab(Counter({"low": 5}), max_size=max_size)
