"""Byte-pair encoding on characters, with and without suffix, unknown token and words that stay whole."""

from __future__ import annotations

import copy
import json
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from hub.errors import UnknownToken
from hub.text.transforms import CharBPETokenizer

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("tokenizers")

TOKENS = ["lo", "w</w>", "low</w>", "s", "<unk>", "<s>"]


@pytest.fixture
def paths(tmp_path: Path) -> tuple[str, str]:
    encoder, merges = tmp_path / "encoder.json", tmp_path / "merges.txt"
    encoder.write_text(json.dumps({token: index for index, token in enumerate(TOKENS)}))
    merges.write_text("#version: 0.2\nl o\nlo w</w>\n")
    return str(encoder), str(merges)


def test_a_word_ends_in_the_suffix(paths: tuple[str, str]) -> None:
    assert CharBPETokenizer(*paths, suffix="</w>", return_tokens=True)("slow lows") == [
        "s",
        "low</w>",
        "lo",
        "w",
        "s</w>",
    ]
    assert CharBPETokenizer(*paths, return_tokens=True)("slow") == ["s", "lo", "w"]


def test_the_end_of_a_line_belongs_to_the_word_before_it(paths: tuple[str, str]) -> None:
    assert CharBPETokenizer(*paths, return_tokens=True)("s\n\ns") == ["s", "\n", "s"]


def test_what_the_vocabulary_lacks_has_the_index_of_the_unknown_token(paths: tuple[str, str]) -> None:
    tokenizer = CharBPETokenizer(*paths, suffix="</w>", unk_token="<unk>")  # noqa: S106  no password

    assert tokenizer(["slow", "sé"]) == [[3, 2], [3, 4]]
    assert tokenizer.decode([3, 2, 77]) == "slow <unk>"


def test_without_an_unknown_token_it_is_an_error(paths: tuple[str, str]) -> None:
    tokenizer = CharBPETokenizer(*paths, suffix="</w>")

    with pytest.raises(UnknownToken, match="'é</w>'"):
        tokenizer("sé")
    with pytest.raises(UnknownToken, match="77"):
        tokenizer.decode([77])


def test_special_words_stay_whole(paths: tuple[str, str]) -> None:
    tokenizer = CharBPETokenizer(*paths, suffix="</w>", special_tokens=["<s>"], return_tokens=True)

    assert tokenizer("<s> low <s>x")[:3] == ["<s>", "low</w>", "<"]


@pytest.mark.parametrize("arguments", [{"unk_token": "?"}, {"special_tokens": ["<s>", "?"]}])
def test_unknown_and_special_tokens_must_be_in_the_vocabulary(paths: tuple[str, str], arguments: Any) -> None:
    with pytest.raises(UnknownToken, match=r"'\?'"):
        CharBPETokenizer(*paths, **arguments)


def test_without_a_suffix_tokens_are_decoded_between_blanks(paths: tuple[str, str]) -> None:
    assert CharBPETokenizer(*paths).decode([0, 3]) == "lo s"


def test_copies_cut_as_the_original(paths: tuple[str, str]) -> None:
    tokenizer = CharBPETokenizer(*paths, suffix="</w>")

    again = pickle.loads(pickle.dumps(tokenizer))  # noqa: S301  our own bytes

    assert again("slow") == copy.deepcopy(tokenizer).encode("slow") == [3, 2]
    assert again.vocab_size == len(TOKENS)
