"""A corpus becomes a vocabulary, however its tokens are counted."""

from __future__ import annotations

import random
from collections import Counter
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from token_makers import AtOnce, Spaced, fails, one_by_one, refuses, words

from hub.datasets.loading import load_dataset
from hub.errors import HubError, InvalidCombination, InvalidInput, WrongType
from hub.text.data import get_tokenizer
from hub.text.vocab import build_vocab_from_iterator, counting
from hub.text.vocab import counting_words as by_whitespace
from hub.text.vocab.counting import count_texts, whitespace
from hub.text.vocab.counting_words import count_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

WHITE = [chr(code) for code in range(0x10000) if chr(code).isspace()]


def itos(*args: Any, **options: Any) -> list[str]:
    return build_vocab_from_iterator(*args, **options).get_itos()


def test_tokens_are_ordered_by_frequency_and_then_alphabetically() -> None:
    assert itos([["b", "Z", "a"], ["c", "é", "b"]]) == ["b", "Z", "a", "c", "é"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"min_freq": 2}, ["a", "<unk>", "b"]),
        ({"specials": ["<unk>"]}, ["<unk>", "a", "b", "c"]),
        ({"specials": ("<unk>",), "special_first": False}, ["a", "b", "c", "<unk>"]),
        ({"max_tokens": 2}, ["a", "<unk>"]),
        ({"specials": ["<unk>"], "max_tokens": 3}, ["<unk>", "a"]),
        ({"specials": ["<pad>"], "max_tokens": 3, "min_freq": 3}, ["<pad>", "a", "<unk>"]),
    ],
    ids=str,
)
def test_options_choose_tokens(options: Any, expected: list[str]) -> None:
    counts = Counter({"a": 4, "<unk>": 3, "b": 2, "c": 1})

    assert itos([list(counts.elements())], **options) == expected


def test_specials_must_leave_room() -> None:
    with pytest.raises(AssertionError, match="max_tokens of 3 or more"):
        build_vocab_from_iterator([["a"]], specials=["x", "y"], max_tokens=2)
    with pytest.raises(InvalidCombination):
        build_vocab_from_iterator([], max_tokens=0)


def refilled() -> Iterator[list[str]]:
    held: list[str] = []
    for word in ("ab", "b"):
        held[:] = word
        yield held


@pytest.mark.parametrize(
    "lists",
    [
        [["a", "b"], ["b"]],
        ["ab", "b"],
        ({"b": 2, "a": 1},),
        (iter(word) for word in ("ab", "b")),
        (group for _, group in groupby("abb")),
        refilled(),
        [None, ["b"], ("b", "a"), Counter()],
    ],
    ids=["lists", "strings", "counts", "iterators", "groups that end with the next", "one list refilled", "mixed"],
)
def test_anything_iterable_is_a_list_of_tokens(lists: Any) -> None:
    assert itos(lists) == ["b", "a"]


def test_nothing_makes_an_empty_vocabulary() -> None:
    assert itos([]) == itos([], tokenizer=str.split) == itos([], tokenizer=words, workers=2) == []


@pytest.mark.parametrize("lists", [[3], [["a", 3]], [[["a"]]], [["a"], [None]], 5, None], ids=str)
def test_what_has_no_tokens_is_refused(lists: Any) -> None:
    with pytest.raises(WrongType):
        build_vocab_from_iterator(lists)


def test_an_error_of_the_iterator_is_its_own() -> None:
    def broken() -> Iterator[list[str]]:
        yield ["a"]
        raise TypeError("mine")

    with pytest.raises(TypeError, match="mine"):
        build_vocab_from_iterator(broken())


def test_a_column_of_a_dataset_is_texts(tmp_path: Path) -> None:
    for split, lines in (("train", "To be,\nor not\n"), ("test", "x\n"), ("valid", "x\n")):
        (tmp_path / f"ptb.{split}.txt").write_text(lines)
    texts = load_dataset("penn_treebank", split="train", data_dir=tmp_path, verify=False, progress=False)["text"]

    assert itos(texts, tokenizer=get_tokenizer("basic_english")) == [",", "be", "not", "or", "to"]


@pytest.mark.parametrize("texts", ["one text", [["a"]], [None], [b"bytes"], ["a", 3]], ids=str)
@pytest.mark.parametrize("tokenizer", [str.split, words], ids=["split", "words"])
def test_a_tokenizer_wants_texts(texts: Any, tokenizer: Any) -> None:
    with pytest.raises(WrongType):
        build_vocab_from_iterator(texts, tokenizer=tokenizer)


@pytest.mark.parametrize("workers", [0, -1])
def test_less_than_one_worker_is_refused(workers: int) -> None:
    with pytest.raises(InvalidInput, match="workers"):
        build_vocab_from_iterator(["a"], tokenizer=words, workers=workers)


def some_texts(count: int) -> list[str]:
    draw = random.Random(0)  # noqa: S311  # no secrets
    pool = ["the", "The", "cat,", "don't", "naïve", "中文 字", "", "a\x1cb", "x\u2028y", "\n", "  ", "end."]
    return [" ".join(draw.choices(pool, k=draw.randrange(12))) for _ in range(count)]


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "AT_ONCE", 300)
    monkeypatch.setattr(by_whitespace, "SMALL", 500)
    monkeypatch.setattr(by_whitespace, "LARGE", 700)
    monkeypatch.setattr(by_whitespace, "MERGED_AT", 8)


BASIC = get_tokenizer("basic_english")
TOKENIZERS = [
    str.split,
    BASIC,
    words,
    one_by_one,
    AtOnce(),
    Spaced(),
    partial(str.split, sep=" "),
    lambda text: text.split(),
]


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("workers", [1, 2, None])
@pytest.mark.parametrize(
    "tokenizer", TOKENIZERS, ids=["split", "basic", "words", "yields", "many", "spaced", "part", "lambda"]
)
def test_the_count_is_that_of_the_plain_loop(tokenizer: Callable[[str], list[str]], workers: int | None) -> None:
    texts = some_texts(400)
    plain: Counter[str] = Counter()
    for text in texts:
        plain.update(tokenizer(text))

    assert count_texts(iter(texts), tokenizer, workers) == plain


@pytest.mark.usefixtures("small_chunks")
def test_slow_counting_moves_to_other_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "PATIENCE_SECONDS", 0)
    monkeypatch.setattr(counting, "cores", lambda: 2)
    texts = some_texts(400)

    assert count_texts(texts, words) == count_texts(texts, words, 1)


@given(st.lists(st.text(alphabet=st.sampled_from(["a", "b", "é", *WHITE]))))
def test_words_are_those_of_split_for_all_whitespace(texts: list[str]) -> None:
    long_enough = ["x" * by_whitespace.SMALL, *texts]

    counted = count_words(long_enough, whitespace, 1)

    assert counted == Counter(token for text in long_enough for token in text.split())


@pytest.mark.parametrize("tokenizer", [fails, lambda text: [*fails(text)]], ids=["a function", "a lambda"])
@pytest.mark.parametrize("workers", [1, 2, None])
def test_an_error_of_the_tokenizer_is_the_cause(tokenizer: Any, workers: int | None) -> None:
    with pytest.raises(HubError, match="KeyError") as error:
        build_vocab_from_iterator(["some text"], tokenizer=tokenizer, workers=workers)

    assert isinstance(error.value.__cause__, KeyError)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_this_package_is_raised_as_it_is(workers: int) -> None:
    with pytest.raises(InvalidInput, match="not this text"):
        build_vocab_from_iterator(["some text"], tokenizer=refuses, workers=workers)
