"""Texts as numbers: made once, in parts, with a file that says how."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import hub
from hub.errors import FormatError, InvalidInput, MissingFile, NotFound
from hub.text.encoding import from_file

if TYPE_CHECKING:
    from pathlib import Path

    from hub import Dataset

LINES = ["A fine day.", "No fine word!", ""]


@pytest.fixture
def texts(home: Path, tmp_path: Path) -> Dataset:
    folder = tmp_path / "texts"
    folder.mkdir()
    rows = "\n".join(f'{number},"{line}"' for number, line in enumerate(LINES))
    (folder / "train.csv").write_text(f"label,text\n{rows}\n", "utf-8")
    found: Dataset = hub.load_dataset("text_classification", split="train", data_dir=folder, progress=False)
    return found


@pytest.fixture
def vocabulary(tmp_path: Path) -> Path:
    path = tmp_path / "words.txt"
    path.write_text("<unk>\na\nfine\nday\n.\n", "utf-8")
    return path


def test_a_plain_vocabulary_numbers_what_a_tokenizer_makes(texts: Dataset, vocabulary: Path) -> None:
    made = texts.tokenized(from_file(vocabulary), progress=False)

    assert [list(sample.text) for sample in made] == [[1, 2, 3, 4], [0, 2, 0, 0], []]
    assert str(made.arrow.schema.field("text").type) == "list<item: int32>"


def test_a_description_of_hugging_faces_is_followed(texts: Dataset, tmp_path: Path) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    theirs = tokenizers.Tokenizer(tokenizers.models.WordLevel({"?": 0, "fine": 1, "day.": 2}, unk_token="?"))  # noqa: S106
    theirs.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    theirs.save(str(tmp_path / "tokenizer.json"))

    made = texts.tokenized(from_file(tmp_path / "tokenizer.json"), progress=False)

    assert [list(sample.text) for sample in made] == [[0, 1, 2], [0, 1, 0], []]


def test_batches_are_filled_up_from_the_numbers(texts: Dataset, vocabulary: Path) -> None:
    made = texts.tokenized(from_file(vocabulary), progress=False)

    (batch,) = made.loader(3, pad=9)

    assert batch.text.tolist() == [[1, 2, 3, 4], [0, 2, 0, 0], [9, 9, 9, 9]]


def test_another_vocabulary_makes_another_table(texts: Dataset, vocabulary: Path) -> None:
    before = texts.tokenized(from_file(vocabulary), progress=False)
    vocabulary.write_text("<unk>\nfine\n", "utf-8")

    after = texts.tokenized(from_file(vocabulary), progress=False)

    assert before.fingerprint != after.fingerprint


def test_another_tokenizer_makes_another_table(vocabulary: Path) -> None:
    encoder = from_file(vocabulary)

    assert replace(encoder, tokenizer="toktok").digest != encoder.digest


def test_an_encoder_goes_where_its_file_is_not(vocabulary: Path) -> None:
    encoder = from_file(vocabulary)
    sent = pickle.dumps(encoder)
    vocabulary.unlink()

    assert pickle.loads(sent)(["a day"]) == [[1, 3]]  # noqa: S301


def test_images_are_no_texts(home: Path, vocabulary: Path) -> None:
    photos = hub.load_dataset("lab/photos", split="train", progress=False)

    with pytest.raises(InvalidInput, match="no texts"):
        photos.tokenized(from_file(vocabulary), progress=False)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        from_file(tmp_path / "tokenizer.json")


def test_a_file_of_another_form_is_refused(tmp_path: Path) -> None:
    (tmp_path / "words.csv").write_text("a")

    with pytest.raises(InvalidInput, match="no known form"):
        from_file(tmp_path / "words.csv")


def test_a_description_that_is_none_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("tokenizers")
    (tmp_path / "tokenizer.json").write_text("{}")

    with pytest.raises(FormatError, match="describes no tokenizer"):
        from_file(tmp_path / "tokenizer.json")


def test_an_unknown_tokenizer_is_said(vocabulary: Path) -> None:
    with pytest.raises(NotFound, match="basic_englisch"):
        from_file(vocabulary, "basic_englisch")
