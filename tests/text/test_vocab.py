"""A vocabulary gives tokens indices and back, as torchtext's did."""

from __future__ import annotations

import copy
import pickle
from collections import Counter, OrderedDict
from typing import TYPE_CHECKING, Any

import pytest
import torch

from hub.errors import HubError, InvalidInput, UnknownToken, WrongType
from hub.text.vocab import Vocab, vocab

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def abc() -> Vocab:
    return vocab({"a": 3, "b": 2, "c": 1})


def test_tokens_come_in_the_order_of_the_dict() -> None:
    made = vocab(OrderedDict(late=1, early=5, rare=0))

    assert made.get_itos() == ["late", "early"]
    assert made.get_stoi() == {"late": 0, "early": 1}


def test_specials_come_first_and_once_though_they_occur() -> None:
    made = vocab({"a": 1, "<unk>": 9}, specials=["<unk>", "<pad>"])

    assert made.get_itos() == ["<unk>", "<pad>", "a"]


def test_specials_come_last_if_asked() -> None:
    assert vocab({"a": 1}, specials=["<pad>"], special_first=False).get_itos() == ["a", "<pad>"]


def test_the_dict_is_left_as_it_was() -> None:
    counts = {"a": 1, "<unk>": 9}

    vocab(counts, specials=["<unk>"])

    assert counts == {"a": 1, "<unk>": 9}


@pytest.mark.parametrize("min_freq", [0, -5])
def test_a_least_frequency_below_one_counts_too(min_freq: int) -> None:
    assert len(vocab({"never": 0}, min_freq=min_freq)) == 1


@pytest.mark.parametrize(
    ("counts", "specials"),
    [({1: 1}, []), ({"a": 1}, ["x", "x"]), ({"a": 1}, "<unk>"), ({"a": 1}, [None]), (["a"], [])],
    ids=["an int", "a special twice", "specials as one string", "None", "a list"],
)
def test_what_is_no_vocabulary_is_refused(counts: Any, specials: Any) -> None:
    with pytest.raises(InvalidInput):
        vocab(counts, specials=specials)


def test_a_list_of_tokens_becomes_a_list_of_indices(abc: Vocab) -> None:
    assert abc(["c", "a", "a"]) == abc.lookup_indices(["c", "a", "a"]) == [2, 0, 0]
    assert abc([]) == []
    assert abc(token for token in ("b", "c")) == [1, 2]


def test_an_unknown_token_without_a_default_says_what_to_do(abc: Vocab) -> None:
    with pytest.raises(RuntimeError, match=r"'x' is not in the vocabulary[\s\S]*set_default_index") as one:
        abc["x"]
    with pytest.raises(UnknownToken, match="'x'"):
        abc(["a", "x"])

    assert isinstance(one.value, HubError)


@pytest.mark.parametrize("index", [0, -3, 99, True])
def test_an_unknown_token_has_the_default_index(abc: Vocab, index: int) -> None:
    abc.set_default_index(index)

    assert abc.get_default_index() == index
    assert abc(["x", "b"]) == [index, 1]
    assert "x" not in abc


def test_the_default_index_can_be_taken_away(abc: Vocab) -> None:
    abc.set_default_index(0)
    abc.set_default_index(None)

    with pytest.raises(UnknownToken):
        abc["x"]


@pytest.mark.parametrize("tokens", ["abc", [["a"]], [1], [None], None, 3], ids=str)
def test_what_is_no_list_of_tokens_is_refused_even_with_a_default(abc: Vocab, tokens: Any) -> None:
    abc.set_default_index(0)

    with pytest.raises(WrongType):
        abc(tokens)


def test_a_token_can_be_inserted_anywhere(abc: Vocab) -> None:
    abc.insert_token("x", 1)
    abc.append_token("y")
    abc.insert_token("z", 5)

    assert abc.get_itos() == ["a", "x", "b", "c", "y", "z"]
    assert abc(abc.get_itos()) == list(range(6))


@pytest.mark.parametrize(("token", "index"), [("a", 0), ("x", -1), ("x", 4), ("x", 1.0), (3, 0)])
def test_what_cannot_be_inserted_changes_nothing(abc: Vocab, token: Any, index: Any) -> None:
    with pytest.raises(InvalidInput):
        abc.insert_token(token, index)

    assert abc.get_stoi() == {"a": 0, "b": 1, "c": 2}


def test_indices_become_tokens(abc: Vocab) -> None:
    assert abc.lookup_token(2) == "c"
    assert abc.lookup_tokens([1, 0]) == abc.lookup_tokens(torch.tensor([1, 0])) == ["b", "a"]
    assert abc.lookup_tokens([]) == []


@pytest.mark.parametrize("indices", [[0, 3], [-1], [0.5], ["a"], None], ids=str)
def test_an_index_that_no_token_has_is_refused(abc: Vocab, indices: Any) -> None:
    with pytest.raises(InvalidInput):
        abc.lookup_tokens(indices)


def test_what_is_given_out_is_a_copy(abc: Vocab) -> None:
    abc.get_itos().append("x")
    abc.get_stoi()["x"] = 9

    assert list(abc) == ["a", "b", "c"]
    assert "x" not in abc


def pickled(made: Vocab) -> object:
    return pickle.loads(pickle.dumps(made))  # noqa: S301  # ours


@pytest.mark.parametrize("made_of", [["a", "<unk>"], Counter("aab")], ids=["tokens", "a counter"])
@pytest.mark.parametrize("again", [copy.deepcopy, pickled, Vocab])
def test_a_copy_is_equal_and_independent(made_of: Any, again: Any) -> None:
    first = Vocab(made_of)
    first.set_default_index(1)

    second = again(first)

    assert second == first
    assert second.get_default_index() == 1
    second.append_token("more")
    assert "more" not in first
    assert second != first


@pytest.mark.parametrize("made_of", [["a", "é"], Counter("aab")], ids=["tokens", "a counter"])
@pytest.mark.parametrize("weights_only", [True, False])
def test_torch_saves_and_loads_it(tmp_path: Path, made_of: Any, weights_only: bool) -> None:
    first = Vocab(made_of)
    first.vectors = torch.ones(len(first), 2)
    torch.save(first, tmp_path / "vocab.pt")

    second = torch.load(tmp_path / "vocab.pt", weights_only=weights_only)

    assert second == first
    assert second.get_default_index() == first.get_default_index()


def test_it_is_a_module_without_parameters(abc: Vocab) -> None:
    network = torch.nn.ModuleList([abc, vocab({"a": 1})])

    assert network.state_dict() == {}
    assert len(list(network.modules())) == 3
    assert repr(abc) == "Vocab(3 tokens, default index None)"


@pytest.mark.filterwarnings("ignore:.*torch.jit.*")
def test_torchscript_compiles_it(abc: Vocab) -> None:
    compiled: Any = torch.jit.script(abc)
    with pytest.raises(RuntimeError):
        compiled["x"]
    compiled.set_default_index(0)
    compiled.insert_token("new", 1)

    assert compiled(["x", "new", "b"]) == [0, 1, 2]
    assert compiled.lookup_tokens([3]) == ["c"]
    assert (len(compiled), "c" in compiled, len(abc)) == (4, True, 3)


def test_any_text_is_a_token() -> None:
    odd = ["", " ", "\n", "a\0b", "中", "😀", "\ud800", "x" * 100_000]

    assert Vocab(odd)(odd) == list(range(len(odd)))
