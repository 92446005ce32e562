"""SentencePiece models: trained on a few lines, loaded, used and sent."""

from __future__ import annotations

import copy
import io
import pickle
from typing import TYPE_CHECKING

import pytest

from hub.errors import FormatError, InvalidInput, MissingFile
from hub.text.sentence_pieces import (
    PRETRAINED_SP_MODEL,
    SentencePieceModel,
    generate_sp_model,
    load_sp_model,
    sentencepiece_numericalizer,
    sentencepiece_tokenizer,
)

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("sentencepiece")

LINE = "the cat sat on the mat"


@pytest.fixture(scope="module")
def model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pieces")
    (folder / "text.txt").write_text(f"{LINE}\nthe dog sat, too\n" * 20)
    generate_sp_model(str(folder / "text.txt"), 30, "bpe", str(folder / "own"))
    return folder / "own.model"


@pytest.fixture
def model(model_path: Path) -> SentencePieceModel:
    return load_sp_model(str(model_path))


def test_training_writes_a_model_and_its_vocabulary(model_path: Path, model: SentencePieceModel) -> None:
    vocabulary = [line.split("\t")[0] for line in model_path.with_suffix(".vocab").read_text("utf-8").splitlines()]

    assert model.GetPieceSize() == 30
    assert [model.IdToPiece(index) for index in range(30)] == vocabulary


def test_pieces_and_ids_lead_back_to_the_line(model: SentencePieceModel) -> None:
    pieces, ids = model.EncodeAsPieces(LINE), model.EncodeAsIds(LINE)

    assert model.Encode(LINE) == pieces
    assert [model.PieceToId(piece) for piece in pieces] == ids
    assert model.DecodePieces(pieces) == model.DecodeIds(ids) == LINE
    assert model.PieceToId("no such piece") == model.unk_id()


def test_steps_over_lines_can_be_sent_to_another_process(model: SentencePieceModel) -> None:
    ids, pieces = pickle.loads(pickle.dumps((sentencepiece_numericalizer(model), sentencepiece_tokenizer(model))))  # noqa: S301  our own bytes

    assert list(ids([LINE, ""])) == [model.EncodeAsIds(LINE), []]
    assert list(pieces([LINE, ""])) == [model.EncodeAsPieces(LINE), []]


def test_a_model_can_be_copied(model: SentencePieceModel) -> None:
    assert copy.deepcopy(model).Encode(LINE) == model.Encode(LINE)


def test_a_model_is_loaded_from_an_open_file_too(model_path: Path, model: SentencePieceModel) -> None:
    with model_path.open("rb") as file:
        assert load_sp_model(file).Encode(LINE) == model.Encode(LINE)
    assert load_sp_model(io.BytesIO(model_path.read_bytes())).Encode(LINE) == model.Encode(LINE)
    assert load_sp_model(model_path).Encode(LINE) == model.Encode(LINE)


def test_what_is_no_file_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="Unsupported type for spm argument: dict"):
        load_sp_model({})  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="mode 'rb'"):
        load_sp_model(io.StringIO("text"))  # type: ignore[arg-type]


@pytest.mark.parametrize("content", [b"", b"no model"], ids=["empty", "other"])
def test_a_file_that_is_no_model_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.model"
    path.write_bytes(content)

    with pytest.raises(FormatError, match=r"bad\.model is no SentencePiece model"):
        load_sp_model(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"none\.model"):
        load_sp_model(str(tmp_path / "none.model"))


def test_several_files_stand_with_commas_between_but_a_name_may_have_one(tmp_path: Path) -> None:
    for name in ("a,b.txt", "c.txt"):
        (tmp_path / name).write_text(f"{LINE}\n" * 20)

    generate_sp_model(tmp_path / "a,b.txt", 20, "char", tmp_path / "one")
    generate_sp_model(f"{tmp_path}/c.txt,{tmp_path}/c.txt", 20, "char", tmp_path / "two")

    assert load_sp_model(tmp_path / "one.model").Encode(LINE) == load_sp_model(tmp_path / "two.model").Encode(LINE)


def test_training_that_makes_no_sense_is_told(tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text(LINE)

    with pytest.raises(RuntimeError, match="Vocabulary size too high"):
        generate_sp_model(text, 1000, "unigram", tmp_path / "own")
    with pytest.raises(InvalidInput, match="unigram, bpe, char, word"):
        generate_sp_model(text, 20, "letters", tmp_path / "own")
    with pytest.raises(MissingFile, match=r"none\.txt"):
        generate_sp_model(tmp_path / "none.txt", 20, "bpe", tmp_path / "own")
    with pytest.raises(MissingFile, match="no folder of that name"):
        generate_sp_model(text, 20, "bpe", tmp_path / "none" / "own")


def test_pretrained_models_have_addresses() -> None:
    assert len(PRETRAINED_SP_MODEL) == 6
    assert PRETRAINED_SP_MODEL["text_bpe_25000"].endswith("/text_bpe_25000.model")
