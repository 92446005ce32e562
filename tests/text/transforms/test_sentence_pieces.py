"""SentencePiece models cut texts, alone and in batches, here and in other processes."""

from __future__ import annotations

import copy
import io
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from hub.errors import FormatError, MissingFile, WrongType
from hub.text.transforms import SentencePieceTokenizer

if TYPE_CHECKING:
    from pathlib import Path

sentencepiece = pytest.importorskip("sentencepiece")

SENTENCES = ["the quick brown fox", "jumps over the lazy dog", "the dog sleeps", "a fox is quick"] * 5


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES), model_writer=written, vocab_size=30, minloglevel=2
    )
    file: Path = tmp_path_factory.mktemp("pieces") / "tiny.model"
    file.write_bytes(written.getvalue())
    return str(file)


def test_the_pieces_of_a_text_make_the_text(path: str) -> None:
    pieces = SentencePieceTokenizer(path)("the  brown dog")

    assert "".join(pieces) == "▁the▁brown▁dog"


def test_a_batch_is_its_texts_one_by_one(path: str) -> None:
    tokenizer = SentencePieceTokenizer(path)

    assert tokenizer(["the dog", ""]) == [tokenizer("the dog"), []]
    assert tokenizer([]) == []


def test_copies_cut_as_the_original(path: str) -> None:
    tokenizer = SentencePieceTokenizer(path)

    again = pickle.loads(pickle.dumps(tokenizer))  # noqa: S301  our own bytes

    assert again("a fox") == copy.deepcopy(tokenizer)("a fox") == tokenizer("a fox")


@pytest.mark.parametrize("value", [None, 1, b"a", ["a", 1], "\ud800", ["a", "\ud800"]], ids=ascii)
def test_what_is_no_text_is_a_type_error(path: str, value: Any) -> None:
    with pytest.raises(WrongType):
        SentencePieceTokenizer(path)(value)


def test_what_is_no_model_is_told(tmp_path: Path) -> None:
    (tmp_path / "no.model").write_bytes(b"no model")

    with pytest.raises(FormatError, match="no SentencePiece model"):
        SentencePieceTokenizer(str(tmp_path / "no.model"))
    with pytest.raises(MissingFile):
        SentencePieceTokenizer(str(tmp_path / "none.model"))
