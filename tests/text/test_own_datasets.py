"""torchtext's four classes for text of one's own."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest
import torch
from torch.utils.data import DataLoader

from hub.errors import FormatError, InvalidInput, MissingFile
from hub.text import datasets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with text, a translation with an empty line, and tagged words."""
    (tmp_path / "train.txt").write_text("Once upon\n\na time", "utf-8")
    (tmp_path / "train.de").write_text("Grüße \n\nWelt\nja\n", "utf-8")
    (tmp_path / "train.en").write_text("Greetings\nnothing\n world\nyes\n", "utf-8")
    (tmp_path / "tags.tsv").write_text("EU\tNNP\tORG\nsays\tVBZ\tO\n\n\nPeter\tNNP\tPER", "utf-8")
    return tmp_path


class Field:
    """What torchtext.legacy called a field."""

    def preprocess(self, text: str) -> list[str]:
        return text.split()


def test_a_text_is_one_sample_of_all_its_words(folder: Path) -> None:
    (sample,) = datasets.LanguageModelingDataset(folder / "train.txt")

    assert sample.text == ["Once", "upon", "<eos>", "<eos>", "a", "time", "<eos>"]


def test_words_are_parted_as_asked(folder: Path) -> None:
    dataset = datasets.LanguageModelingDataset(str(folder / "train.txt"), list, newline_eos=False)

    assert dataset[0].text == list("Once upona time")
    assert len(dataset) == len(dataset.examples) == 1


def test_pairs_with_an_empty_side_are_left_out(folder: Path) -> None:
    dataset = datasets.TranslationDataset(folder / "train", (".de", ".en"))

    assert list(dataset) == [("Grüße", "Greetings"), ("Welt", "world"), ("ja", "yes")]
    assert (dataset[1].src, dataset[1].trg) == ("Welt", "world")


def test_splits_of_a_translation_are_named(folder: Path) -> None:
    train, valid = datasets.TranslationDataset.splits(
        (".en", ".de"), (str.split, None), folder, validation="train", test=None
    )

    assert train[0] == (["Greetings"], "Grüße")
    assert len(valid) == 3


def test_files_of_different_length_are_refused(folder: Path) -> None:
    (folder / "train.en").write_text("Greetings\n")

    with pytest.raises(FormatError, match=r"train\.en ends after 1 lines"):
        datasets.TranslationDataset(folder / "train", (".de", ".en"))


def test_words_have_tags_by_name(folder: Path) -> None:
    path = folder / "tags.tsv"

    assert datasets.SequenceTaggingDataset(path)[0]._fields == ("words", "column_2", "tags")
    dataset = datasets.SequenceTaggingDataset(path, [("word", None), "pos", "ner"])
    assert dataset[0]._asdict() == {"word": ["EU", "says"], "pos": ["NNP", "VBZ"], "ner": ["ORG", "O"]}
    assert len(dataset) == 2


def test_labels_come_with_the_numbers_of_words() -> None:
    vocab, rows = object(), [(0, torch.tensor([1, 2])), (1, torch.tensor([3, 4]))]

    dataset = datasets.TextClassificationDataset(vocab, rows, {0, 1})

    assert dataset.get_vocab() is vocab
    assert dataset.get_labels() == {0, 1}
    labels, numbers = next(iter(DataLoader(dataset, batch_size=2)))
    assert (labels.tolist(), numbers.tolist()) == ([0, 1], [[1, 2], [3, 4]])


def test_samples_survive_pickling(folder: Path) -> None:
    dataset = datasets.SequenceTaggingDataset(folder / "tags.tsv")

    assert list(pickle.loads(pickle.dumps(dataset))) == list(dataset)  # noqa: S301  our own bytes


def test_fields_of_torchtext_legacy_are_refused_with_what_to_do(folder: Path) -> None:
    field: Any = Field()

    made: list[Callable[[], object]] = [
        lambda: datasets.LanguageModelingDataset(folder / "train.txt", field),
        lambda: datasets.TranslationDataset(folder / "train", (".de", ".en"), (field, field)),
        lambda: datasets.SequenceTaggingDataset(folder / "tags.tsv", [("word", field)]),
    ]
    for make in made:
        with pytest.raises(InvalidInput, match="build_vocab_from_iterator"):
            make()


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"EU\tORG\nsays\n", "line 2 of"), (b"EU\tORG\n\xff\tO\n", "line 2 of"), (b"", "no line")],
    ids=["another width", "no text", "nothing"],
)
def test_a_fault_names_file_and_line(folder: Path, content: bytes, message: str) -> None:
    (folder / "tags.tsv").write_bytes(content)

    with pytest.raises(FormatError, match=message):
        datasets.SequenceTaggingDataset(folder / "tags.tsv")


def test_names_that_are_too_few_are_refused(folder: Path) -> None:
    with pytest.raises(InvalidInput, match="expected 3"):
        datasets.SequenceTaggingDataset(folder / "tags.tsv", ["word"])


def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(MissingFile, match=r"none\.txt is not there"):
        datasets.LanguageModelingDataset(folder / "none.txt")


def test_their_names_are_listed() -> None:
    assert {"LanguageModelingDataset", "TranslationDataset", "IMDB"} <= set(dir(datasets))
