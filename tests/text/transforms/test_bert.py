"""BERT's texts are cleaned, cut and looked up as torchtext did; its results are written down here."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from hub.errors import UnknownToken
from hub.text.transforms import BERTTokenizer

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("tokenizers")

VOCABULARY = ["[UNK]", "a", "##b", "b", "hello", "Hello", "é", "e", "!", "$", "中", "[", "]", "-", "…", "##c", "E"]
CUT = {
    "Hello hello!": ["hello", "hello", "!"],
    "ab abc xab": ["a", "##b", "a", "##b", "##c", "[UNK]"],
    "É e\u0301": ["e", "e"],
    "a中b": ["a", "中", "b"],
    "a$b…a": ["a", "$", "b", "…", "a"],
    "a\u00a0b\u3000a\tb\n": ["a", "b", "a", "b"],
    "a\u200bb a\x01b a\ufffdb": ["a", "##b", "a", "##b", "a", "##b"],
    "a\u2028b": ["[UNK]"],
    "a\x00b a": ["a", "a"],
    "[UNK]": ["[", "[UNK]", "]"],
    "  ": [],
}


@pytest.fixture
def path(tmp_path: Path) -> str:
    file = tmp_path / "vocab.txt"
    file.write_text("\n".join([*VOCABULARY, ""]), "utf-8")
    return str(file)


@pytest.mark.parametrize(("text", "tokens"), CUT.items(), ids=map(ascii, CUT))
def test_texts_are_cleaned_and_cut_as_torchtext_did(text: str, tokens: list[str], path: str) -> None:
    assert BERTTokenizer(path, return_tokens=True)(text) == tokens
    assert BERTTokenizer(path)([text]) == [[str(VOCABULARY.index(token)) for token in tokens]]


def test_case_and_accents_are_kept_for_a_cased_vocabulary(path: str) -> None:
    tokenizer = BERTTokenizer(path, do_lower_case=False, return_tokens=True)

    assert tokenizer("Hello é a\x00b") == ["Hello", "é", "a", "##b"]


@pytest.mark.parametrize("strip_accents", [True, False])
def test_accents_are_stripped_whatever_strip_accents_says(path: str, strip_accents: bool) -> None:
    tokenizer = BERTTokenizer(path, do_lower_case=False, strip_accents=strip_accents, return_tokens=True)

    assert tokenizer("É") == ["E"]


def test_words_that_are_never_split_keep_case_accents_and_signs(path: str) -> None:
    tokenizer = BERTTokenizer(path, return_tokens=True, never_split=["[UNK]", "Hello"])

    assert tokenizer("[UNK] Hello Hello! [UNK]a") == ["[UNK]", "Hello", "hello", "!", "[", "[UNK]", "]", "a"]


def test_lines_that_come_twice_count_once_and_an_empty_one_is_a_line_feed(tmp_path: Path) -> None:
    path = tmp_path / "vocab.txt"
    path.write_bytes(b"[UNK]\r\na\r\na\r\n\r\nb")

    assert BERTTokenizer(str(path))("a b") == ["1", "3"]


def test_a_vocabulary_without_the_unknown_token_serves_known_words(tmp_path: Path) -> None:
    path = tmp_path / "vocab.txt"
    path.write_text("a\n")

    assert BERTTokenizer(str(path))("a") == ["0"]
    with pytest.raises(UnknownToken, match="UNK"):
        BERTTokenizer(str(path))("b")


@pytest.mark.parametrize("value", [None, 1, b"a", ("a",), ["a", 1], [["a"]]], ids=repr)
def test_what_is_no_text_is_a_type_error(path: str, value: Any) -> None:
    with pytest.raises(TypeError, match="not supported"):
        BERTTokenizer(path)(value)


def test_copies_cut_as_the_original(path: str) -> None:
    tokenizer = BERTTokenizer(path, never_split=["Hello"])

    again = pickle.loads(pickle.dumps(tokenizer))  # noqa: S301  our own bytes

    assert again("Hello É") == copy.deepcopy(tokenizer)("Hello É") == tokenizer("Hello É")
