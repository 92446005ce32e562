"""Text of one's own: tables, lines, translations and tagged words, out of folders, archives and single files."""

from __future__ import annotations

import bz2
import gzip
import io
import pickle
import tarfile
from typing import TYPE_CHECKING, Any, Protocol

import pytest
import torch
from readers.own_text_files import LINES, PAIRS, ROWS, TABLE, TABLES, TAGS, json_lines
from readers.packing import write_folder, write_zip
from torch.utils.data import DataLoader

from hub.datasets.loading import load_dataset
from hub.errors import FormatError, HubError, InvalidInput, MissingFile
from hub.readers.own_texts import tables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Texts(Protocol):
    def __call__(
        self, card: str, files: Mapping[str, bytes], split: str | None = None, /, **options: object
    ) -> Any: ...


@pytest.fixture
def texts(tmp_path: Path) -> Texts:
    """Load files of the user's own, out of a folder; all splits, or the one asked for."""

    def loaded(card: str, files: Mapping[str, bytes], split: str | None = None, /, **options: Any) -> Any:
        folder = write_folder(tmp_path / "own", files)
        return load_dataset(card, split=split, data_dir=folder, progress=False, **options)

    return loaded


def plain(samples: Any) -> list[tuple[object, ...]]:
    return [tuple(sample) for sample in samples]


READ = [(1, "I laughed, and\ncried."), (0, "Dull"), (0, 'Never "again"'), (1, "Über")]


def test_words_of_labels_become_numbers_in_their_order(texts: Texts) -> None:
    found = texts("text_classification", TABLES)

    assert {split: plain(samples) for split, samples in found.items()} == {"train": READ, "test": [(1, "Fine")]}
    assert found["test"].classes == ["bad", "good"]
    assert found["train"][0]._fields == ("label", "text")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, bytes], ids=["gz", "bz2", "plain"])
@pytest.mark.parametrize("name", ["train.csv", "data/train/1.csv", "reviews_train.CSV"])
def test_files_may_be_packed_and_lie_in_folders(texts: Texts, name: str, pack: Any) -> None:
    packed = {gzip.compress: ".gz", bz2.compress: ".bz2"}.get(pack, "")

    assert plain(texts("text_classification", {name + packed: pack(TABLE.encode())}, "train")) == READ


def test_archives_and_single_files_are_read_as_they_are(tmp_path: Path) -> None:
    write_zip(tmp_path / "a.zip", {f"reviews/{name}": data for name, data in TABLES.items()})
    with tarfile.open(tmp_path / "b.tar.xz", "w:xz") as archive:
        info = tarfile.TarInfo("train.csv")
        info.size = len(TABLES["train.csv"])
        archive.addfile(info, io.BytesIO(TABLES["train.csv"]))
    (tmp_path / "train.csv.gz").write_bytes(gzip.compress(TABLES["train.csv"]))

    for name in ("a.zip", "b.tar.xz", "train.csv.gz"):
        data = load_dataset("text_classification", split="train", data_dir=tmp_path / name, progress=False)
        assert plain(data) == READ


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("all.tsv", "label\ttext\nb\tOne\na\tTwo\n"),
        ("all.csv", "\ufefftext;label\r\nOne;b\r\nTwo;a\r\n"),
        ("all.csv", "label,text\n\nb,One\na,Two\n\n\n"),
        ("all.csv", "b,One\na,Two\nb,Three or so\n"),
        ("all.csv", "mood,words\nb,One\na,Two\nb,Three\n"),
        ("all.jsonl", '{"label": "b", "text": "One"}\n\n{"text": "Two", "label": "a", "more": [1]}\n'),
        ("all.csv", "id,label,text\n7,b,One\n8,a,Two\n"),
    ],
    ids=["tabs", "semicolons", "empty lines", "no header", "a header of its own", "JSON lines", "another column"],
)
def test_tables_are_written_in_many_ways(texts: Texts, name: str, content: str) -> None:
    data = texts("text_classification", {name: content.encode()}, "all")

    assert [(sample.label, sample.text) for sample in data][:2] == [(1, "One"), (0, "Two")]
    assert data.classes == ["a", "b"]


def test_json_lines_keep_numbers_beside_the_text(texts: Texts) -> None:
    data = texts("text_classification", {"all.jsonl": json_lines(*ROWS)}, "all")

    assert plain(data) == [(1, "One", 1.0), (0, "Two", 0.5), (1, "Three", -2.0)]
    assert data[0]._fields == ("label", "text", "score")


def test_whole_numbers_are_labels_in_their_order(texts: Texts) -> None:
    data = texts("text_classification", {"all.csv": b"10,Good one\n9,Bad one\n10,Good again\n"}, "all")

    assert plain(data) == [(1, "Good one"), (0, "Bad one"), (1, "Good again")]
    assert data.classes == ["9", "10"]


def test_two_texts_that_belong_together_are_both_given_to_a_transform(texts: Texts) -> None:
    content = b"id,premise,hypothesis,label\nx1,It rains.,It is wet.,yes\nx2,It rains.,It is dry.,no\n"

    data = texts("text_classification", {"all.csv": content}, "all", transform=str.upper)

    assert plain(data) == [(1, "IT RAINS.", "IT IS WET.", "x1"), (0, "IT RAINS.", "IT IS DRY.", "x2")]


AG_NEWS = b'"3","Wall St.","Short sellers, again"\n"4","Chips","Faster"\n"3","Oil","Up"\n'


def test_options_name_the_columns(texts: Texts) -> None:
    files = {"train.csv": AG_NEWS}

    both = texts("text_classification", files, "train", text_columns=["2", "3"])
    named = texts("text_classification", files, "train", columns=["class", "title", "text"])
    bare = texts("text_classification", files, "train", text_columns="3", label_column="-")

    assert plain(both)[0] == (0, "Wall St.", "Short sellers, again")
    assert named[1]._asdict() == {"label": 1, "text": "Faster", "title": "Chips"}
    assert plain(bare) == [("Short sellers, again",), ("Faster",), ("Up",)]


def test_a_split_without_labels_has_none(texts: Texts) -> None:
    files = {**TABLES, "test.csv": b"review\nFine\n", "sample_submission.csv": b"review,sentiment\nFine,good\n"}

    found = texts("text_classification", files)

    assert list(found) == ["train", "test"]
    assert plain(found["test"]) == [("Fine",)]


def test_files_of_a_split_are_read_one_after_the_other(texts: Texts) -> None:
    files = {"train/1.csv": TABLES["test.csv"], "train/2.csv": b"sentiment,review\nbad,So so\n"}

    assert plain(texts("text_classification", files, "train")) == [(1, "Fine"), (0, "So so")]


def test_quotation_marks_may_be_characters_like_others(texts: Texts) -> None:
    files = {"all.tsv": b'label\ttext\na\t"So," he said\nb\t"\n'}

    assert plain(texts("text_classification", files, "all", quotes=False)) == [(0, '"So," he said'), (1, '"')]


def test_other_encodings_are_said(texts: Texts) -> None:
    files = {"all.csv": "label,text\na,Größe\n".encode("latin-1")}

    assert plain(texts("text_classification", files, "all", encoding="latin-1")) == [(0, "Größe")]
    with pytest.raises(FormatError, match=r"line 2 of all\.csv in .* is no text"):
        texts("text_classification", files)


AMBIGUOUS = {
    "several texts": ({"a.csv": AG_NEWS}, {}, 'text_columns="2" or text_columns="3"'),
    "several labels": ({"a.tsv": b"x\ty\ttext\n" + b"p\tq\ta b\np\tq\tc d\n"}, {}, 'label_column="x" or'),
    "no text": ({"a.csv": b"label,score\na,1\nb,2\na,3\n"}, {}, "no column .* has text"),
    "no such column": ({"a.csv": TABLES["train.csv"]}, {"label_column": "mood"}, "there is no column 'mood'"),
    "no such text": ({"a.csv": TABLES["train.csv"]}, {"text_columns": ["body"]}, "there is no column 'body'"),
}


@pytest.mark.parametrize(("files", "options", "message"), AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_what_is_ambiguous_names_the_columns(
    texts: Texts, files: dict[str, bytes], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        texts("text_classification", files, **options)


def test_labels_that_are_all_different_are_none(texts: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_CLASSES", 2)

    with pytest.raises(InvalidInput, match="more than 2 different values"):
        texts("text_classification", {"a.csv": b"label,text\na,x\nb,y\nc,z\n"})


FAULTS: dict[str, tuple[str, bytes, type[HubError], str]] = {
    "too few columns": ("a.csv", b"label,text\na,x\nb\n", FormatError, "line 3 of a.csv"),
    "too many columns": ("a.csv", b"label,text\na,x\nb,y,z\n", FormatError, "line 3 of a.csv"),
    "a quote that is not closed": ("a.csv", b'label,text\na,x\nb,"y\nz\n', FormatError, "line 3 of a.csv"),
    "a label that is not there": ("a.csv", b"label,text\na,x\n,y\n", FormatError, "line 3 of a.csv"),
    "columns of one name": ("a.csv", b"label,text,text\na,x,y\n", FormatError, "two columns of a.csv"),
    "no text": ("a.csv", b"label,text\na,\xff\n", FormatError, "line 2 of a.csv"),
    "nothing at all": ("a.csv", b"", FormatError, "line 1 of a.csv"),
    "broken JSON": ("a.jsonl", b'{"label": "a", "text": "x"}\n{"label"\n', FormatError, "line 2 of a.jsonl"),
    "JSON without the label": ("a.jsonl", b'{"label": "a", "text": "x"}\n{"text": "y"}\n', FormatError, "line 2"),
    "JSON without the text": ("a.jsonl", b'{"label": "a", "text": "x"}\n{"label": "a"}\n', FormatError, "line 2"),
    "JSON of lists": ("a.jsonl", b'{"label": "a", "text": "x"}\n[1]\n', FormatError, "line 2 of a.jsonl"),
}


@pytest.mark.parametrize(("name", "content", "error", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_of_a_table_names_file_and_line(
    texts: Texts, name: str, content: bytes, error: type[HubError], message: str
) -> None:
    with pytest.raises(error) as caught:
        texts("text_classification", {name: content})

    assert message in str(caught.value)


def test_a_folder_without_tables_says_what_it_has(texts: Texts) -> None:
    with pytest.raises(MissingFile, match=r"expected \*\.csv or .*found 1\.pdf, 2\.pdf"):
        texts("text_classification", {"1.pdf": b"", "2.pdf": b"", "README.md": b"Mine"})


@pytest.mark.parametrize("card", ["text_classification", "language_modeling", "translation", "sequence_tagging"])
def test_without_a_folder_it_says_what_to_give(card: str) -> None:
    with pytest.raises(MissingFile, match=f'load_dataset\\("{card}", data_dir='):
        load_dataset(card, split="train")


def test_a_table_that_changes_is_read_anew(texts: Texts) -> None:
    texts("text_classification", TABLES, "train")

    data = texts("text_classification", {"train.csv": b"review,sentiment\nMeh,soso\nBad,ugly\n"}, "train")

    assert plain(data) == [(1, "Meh"), (2, "Bad")]
    assert data.classes == ["good", "soso", "ugly"]


def test_a_loader_makes_batches_and_pickles_arrive(texts: Texts) -> None:
    data = pickle.loads(pickle.dumps(texts("text_classification", TABLES, "train+test")))  # noqa: S301  our own bytes

    labels, strings = next(iter(DataLoader(data, batch_size=5)))

    assert torch.equal(labels, torch.tensor([1, 0, 0, 1, 1]))
    assert list(strings)[-1] == "Fine"


def test_a_line_is_a_sample(texts: Texts) -> None:
    found = texts("language_modeling", LINES)

    assert {split: plain(samples) for split, samples in found.items()} == {
        "train": [("one two",), ("",), ("three",)],
        "valid": [("four",)],
    }
    assert plain(texts("language_modeling", LINES, "train", empty_lines=False)) == [("one two",), ("three",)]


def test_files_are_picked_by_name_whatever_they_are_called(texts: Texts) -> None:
    files = {"a{1}[2].log": b"x\n", "b.log": b"y\n", "c.txt": b"z\n"}

    assert plain(texts("language_modeling", files, "all", files="*.log")) == [("x",), ("y",)]
    assert plain(texts("language_modeling", files, "all")) == [("z",)]


def test_names_of_splits_are_found_in_many_places(texts: Texts) -> None:
    files = {
        "wiki.train.tokens": b"a\n",
        "wiki.valid.tokens": b"b\n",
        "heldout/test/1.txt": b"c\n",
        "notes.txt": b"d\n",
    }

    assert list(texts("language_modeling", files)) == ["train", "valid", "test"]


def test_text_that_is_none_names_the_line(texts: Texts) -> None:
    with pytest.raises(FormatError, match=r"line 2 of train\.txt in .* is no text in utf-8"):
        texts("language_modeling", {"train.txt": b"good\nb\xffd\n"})


def test_two_files_are_a_translation(texts: Texts) -> None:
    found = texts("translation", PAIRS)

    assert plain(found["train"]) == [("Grüße", "Greetings"), ("Welt", "world")]
    assert plain(texts("translation", PAIRS, "val", languages=["en", ".de"])) == [("Yes", "Ja")]


def test_packed_translations_beside_other_files(texts: Texts) -> None:
    files = {f"c/corpus.{end}.gz": gzip.compress(b"a\n") for end in ("fr", "en")} | {"c/README": b"Mine"}

    assert plain(texts("translation", files, "all")) == [("a", "a")]


PAIR_FAULTS: dict[str, tuple[dict[str, bytes], dict[str, Any], type[HubError], str]] = {
    "not parallel": ({**PAIRS, "train.en": b"x\n"}, {}, FormatError, r"train\.de and train\.en .* not parallel"),
    "one language": ({"train.de": b"x\n"}, {}, MissingFile, r"expected two files such as train\.de and train\.en"),
    "one side": ({**PAIRS, "test.de": b"x\n"}, {}, MissingFile, r"expected test\.en"),
    "three languages": ({**PAIRS, "train.fr": b"x\ny\n", "val.fr": b"z\n"}, {}, InvalidInput, "found de, en, fr"),
    "one language asked for": (PAIRS, {"languages": "de"}, InvalidInput, "languages are two"),
    "a language that is not there": (PAIRS, {"languages": ["de", "fr"]}, MissingFile, r"expected train\.fr"),
    "languages that are not there": (PAIRS, {"languages": ["it", "fr"]}, MissingFile, r"\*\.it and \*\.fr"),
}


@pytest.mark.parametrize(("files", "options", "error", "message"), PAIR_FAULTS.values(), ids=PAIR_FAULTS.keys())
def test_a_fault_of_a_translation_names_the_files(
    texts: Texts, files: dict[str, bytes], options: dict[str, Any], error: type[HubError], message: str
) -> None:
    with pytest.raises(error) as caught:
        texts("translation", files, **options)

    caught.match(f"(?s){message}")


def test_words_have_tags(texts: Texts) -> None:
    found = texts("sequence_tagging", TAGS)

    assert found["dev"][0]._asdict() == {"words": ["("], "column_2": ["PUNCT"], "tags": ["-LRB-"]}
    assert len(found["train"]) == 3


def test_columns_of_words_are_named_and_parted_as_asked(texts: Texts) -> None:
    files = {"all.txt": b"# 1\nEU|ORG\nsays|O\n"}

    data = texts("sequence_tagging", files, "all", columns=["token", "entity"], separator="|", comments="#")

    assert data[0]._asdict() == {"token": ["EU", "says"], "entity": ["ORG", "O"]}


@pytest.mark.parametrize(
    ("content", "options", "error", "message"),
    [
        (b"a X\nb\n", {}, FormatError, "line 2 of all.txt"),
        (b"a X\n", {"columns": ["a", "b", "c"]}, InvalidInput, "expected 2 names"),
        (b"a X\n", {"columns": ["a", "two words"]}, InvalidInput, "a name that Python can have"),
        (b"\n\n", {}, FormatError, "has no line"),
    ],
    ids=["another width", "too many names", "no name", "nothing"],
)
def test_a_fault_of_tagged_words_is_told(
    texts: Texts, content: bytes, options: dict[str, Any], error: type[HubError], message: str
) -> None:
    with pytest.raises(error) as caught:
        texts("sequence_tagging", {"all.txt": content}, **options)

    assert message in str(caught.value)
