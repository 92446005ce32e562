"""Tokenizers by name: their tokens, what they refuse, and their way to other processes."""

from __future__ import annotations

import copy
import pickle
import random
import re
import sys
from typing import TYPE_CHECKING

import pytest

from hub.errors import InvalidInput, MissingExtra, MissingFile, NotFound
from hub.text.tokenizing import NAMES, BasicEnglish, get_tokenizer, ngrams_iterator

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LIBRARIES = {"moses": "sacremoses", "toktok": "nltk", "revtok": "revtok", "subword": "revtok", "spacy": "spacy"}
SENTENCE = "Don't panic (yet), she said."
# What these libraries made of the sentence by way of torchtext 0.18.
TOKENS = {
    "moses": ["Don", "&apos;t", "panic", "(", "yet", ")", ",", "she", "said", "."],
    "toktok": ["Don", "'", "t", "panic", "(", "yet", ")", ",", "she", "said", "."],
    "revtok": [" Don ", "'", " t ", " panic ", " (", " yet ", ") ", ", ", " she ", " said ", ". "],
    "subword": ["\ue302 don ", "'", " t ", " panic ", " (", " yet ", ") ", ", ", " she ", " said ", ". "],
}

# The definition of basic_english as torchtext had it: after lower(), one expression after the other.
DEFINED = [
    (r"'", " ' "),
    (r'"', ""),
    (r"\.", " . "),
    (r"<br />", " "),
    (r",", " , "),
    (r"\(", " ( "),
    (r"\)", " ) "),
    (r"!", " ! "),
    (r"\?", " ? "),
    (r";", " "),
    (r":", " "),
    (r"\s+", " "),
]
PARTS = [
    *"abZ0 \t\n\r\x0b\x0c\x1c\x1f\x85\xa0\u2003\u2028\u200b'\".,()!?;:<>/Σİßı中😀\ud83d",
    "<br />",
    '<br "/>',
    "ΑΣ",
]


def by_definition(line: str) -> list[str]:
    line = line.lower()
    for pattern, new in DEFINED:
        line = re.sub(pattern, new, line)
    return line.split()


def sent(tokenizer: Callable[[str], list[str]]) -> Callable[[str], list[str]]:
    again: Callable[[str], list[str]] = pickle.loads(pickle.dumps(tokenizer))  # noqa: S301  our own bytes
    return again


def odd_lines(count: int = 2000) -> list[str]:
    draw = random.Random(0)  # noqa: S311  no secrets are made of it
    return ["", " ", *("".join(draw.choices(PARTS, k=draw.randrange(40))) for _ in range(count))]


def test_basic_english_is_what_its_expressions_say() -> None:
    tokenizer = get_tokenizer("basic_english")

    for line in odd_lines():
        assert tokenizer(line) == by_definition(line)


def test_many_lines_at_once_give_the_tokens_of_each() -> None:
    lines = [*odd_lines(), "x" * 200_000, "ΑΣ", "ΑΣ."]

    tokens = BasicEnglish().tokens(iter(lines))

    assert tokens == [token for line in lines for token in by_definition(line)]


def test_no_lines_have_no_tokens() -> None:
    assert BasicEnglish().tokens([]) == []


@pytest.mark.parametrize("found", [None, ("label", "text"), 3, b"bytes"], ids=repr)
def test_what_is_no_text_is_told(found: str) -> None:
    with pytest.raises(TypeError, match="no text") as caught:
        BasicEnglish()(found)
    with pytest.raises(InvalidInput, match="pass the texts"):
        BasicEnglish().tokens(["a line", found])

    assert isinstance(caught.value, InvalidInput)


def test_basic_english_is_for_english() -> None:
    with pytest.raises(ValueError, match="language='en'"):
        get_tokenizer("basic_english", "de")


def test_none_splits_on_whitespace() -> None:
    assert get_tokenizer(None)(" one\ttwo ") == ["one", "two"]


def test_a_callable_is_returned_as_it_is() -> None:
    assert get_tokenizer(str.split) is str.split


@pytest.mark.parametrize("name", [1, [], "some other string"], ids=repr)
def test_an_unknown_name_is_a_value_error(name: str) -> None:
    with pytest.raises(ValueError, match="one such as basic_english, spacy"):
        get_tokenizer(name)


def test_a_misspelled_name_is_put_right() -> None:
    with pytest.raises(NotFound, match="did you mean basic_english"):
        get_tokenizer("basic-englsh")


@pytest.mark.parametrize("name", TOKENS)
def test_a_library_tokenizes_as_it_does(name: str) -> None:
    pytest.importorskip(LIBRARIES[name])

    assert get_tokenizer(name)(SENTENCE) == TOKENS[name]


@pytest.mark.parametrize("name", [None, "basic_english", *TOKENS])
def test_a_tokenizer_can_be_copied_and_sent_to_another_process(name: str | None) -> None:
    if name in LIBRARIES:
        pytest.importorskip(LIBRARIES[name])
    tokenizer = get_tokenizer(name)

    for again in (copy.deepcopy(tokenizer), sent(tokenizer)):
        assert again(SENTENCE) == tokenizer(SENTENCE)


@pytest.mark.parametrize(("name", "library"), LIBRARIES.items())
def test_a_missing_library_is_an_import_error_with_the_command(
    name: str, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)

    with pytest.raises(ImportError, match="pip install") as caught:
        get_tokenizer(name)

    assert isinstance(caught.value, MissingExtra)


def test_every_name_is_known_here() -> None:
    assert set(NAMES) == {"basic_english", *LIBRARIES}


@pytest.fixture
def spacy_model(tmp_path: Path) -> str:
    spacy = pytest.importorskip("spacy")
    spacy.blank("en").to_disk(tmp_path / "model")
    return str(tmp_path / "model")


def test_spacy_tokenizes_with_a_model_by_name_or_folder(spacy_model: str) -> None:
    tokenizer = get_tokenizer("spacy", spacy_model)

    assert tokenizer(SENTENCE) == ["Do", "n't", "panic", "(", "yet", ")", ",", "she", "said", "."]
    assert sent(tokenizer)(SENTENCE) == tokenizer(SENTENCE)


def test_a_model_that_spacy_lacks_is_an_os_error_with_the_command() -> None:
    pytest.importorskip("spacy")

    with pytest.raises(OSError, match="python -m spacy download no_such_model") as caught:
        get_tokenizer("spacy", "no_such_model")

    assert isinstance(caught.value, MissingFile)


def test_an_old_short_name_of_spacy_stands_for_a_full_one() -> None:
    pytest.importorskip("spacy")

    with (
        pytest.warns(UserWarning, match='"de".*"de_core_news_sm"'),
        pytest.raises(MissingFile, match="de_core_news_sm"),
    ):
        get_tokenizer("spacy", "de")


def test_ngrams_come_after_the_tokens_shortest_first() -> None:
    assert list(ngrams_iterator(["a", "b", "c"], 3)) == ["a", "b", "c", "a b", "b c", "a b c"]


def test_ngrams_longer_than_the_line_do_not_exist() -> None:
    assert list(ngrams_iterator(iter(["a"]), 4)) == ["a"]
    assert list(ngrams_iterator([], 2)) == []
