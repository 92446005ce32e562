"""Words with tags: UDPOS, CoNLL-2000 chunking, and the columns that they come in."""

from __future__ import annotations

import gzip
import io
import pickle
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from readers.tagged_files import TREEBANK, columns_of, tagged, write_conll2000, write_udpos
from torch.utils.data import DataLoader

import hub
from hub.errors import DigestMismatch, FormatError, MissingFile
from hub.formats import lines
from hub.formats import tagged as formats
from hub.formats.tagged import Form, sentences
from hub.text import datasets

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HUB_OFFLINE", "1")


def load(name: str, root: Path, **more: Any) -> Any:
    return hub.load_dataset(name, data_dir=root, verify=False, progress=False, **more)


def read(data: bytes, form: Form) -> list[list[list[str]]]:
    parts = sentences(io.BytesIO(data), "words.txt", form)
    return [list(each) for part in parts for each in zip(*(column.to_pylist() for column in part), strict=True)]


def test_each_word_has_its_tags(tmp_path: Path) -> None:
    write_udpos(tmp_path)

    splits = load("udpos", tmp_path)

    assert list(splits) == ["train", "valid", "test"]
    assert [list(sample) for sample in splits["test"]] == columns_of([*TREEBANK[2:], *TREEBANK])
    assert splits["train"][0]._fields == ("words", "tags", "penn_tags")


def test_what_torchtext_unpacked_is_read_too(tmp_path: Path) -> None:
    folder = tmp_path / "datasets" / "UDPOS"
    folder.mkdir(parents=True)
    for name in ("train", "dev", "test"):
        (folder / f"{name}.txt").write_bytes(tagged(TREEBANK))

    assert {len(split) for split in load("udpos", tmp_path).values()} == {len(TREEBANK)}


def test_blanks_part_columns_of_conll(tmp_path: Path) -> None:
    write_conll2000(tmp_path)

    dataset = load("conll2000_chunking", tmp_path, split="test")

    assert dataset[2].words == ["100_000", "times"]
    assert dataset[2].chunks == ["CD", "NNS"]


def test_samples_are_lists_as_in_torchtext(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = "hub.datasets.upstream.finding.opened"
    monkeypatch.setattr(opened, partial(hub.datasets.loading.opened, verify=False, progress=False))
    write_udpos(tmp_path)

    train, valid = datasets.UDPOS(root=tmp_path, split=("train", "valid"))

    assert list(train)[:3] == columns_of(TREEBANK)
    assert next(valid) == columns_of(TREEBANK)[1]
    assert pickle.loads(pickle.dumps(train))[0] == train[0]  # noqa: S301  our own bytes


def test_words_are_given_to_a_transform_and_batches_to_a_function(tmp_path: Path) -> None:
    write_udpos(tmp_path)
    dataset = load("udpos", tmp_path, split="train", transform=len)

    batches = list(DataLoader(dataset, batch_size=4, collate_fn=list))

    assert [sample.words for batch in batches for sample in batch] == [3, 1, 2, 3, 1, 2]


def test_other_bytes_than_the_published_ones_are_refused(tmp_path: Path) -> None:
    write_udpos(tmp_path)

    with pytest.raises(DigestMismatch):
        hub.load_dataset("udpos", split="train", data_dir=tmp_path, progress=False)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "datasets" / "UDPOS").mkdir(parents=True)

    with pytest.raises(MissingFile, match=r"train\.txt is not in"):
        load("udpos", tmp_path, split="train")


@pytest.mark.parametrize("at_once", [1, 7, 1 << 18])
def test_sentences_go_over_many_blocks(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(lines, "AT_ONCE", at_once)

    assert read(tagged(TREEBANK), Form(3, "\t")) == columns_of(TREEBANK)


@pytest.mark.parametrize(
    "data",
    [
        b"a X\nb Y\n\nc Z\n",
        b"\n\n\na X\nb Y\n\n \n\nc Z",
        b"a X\r\nb Y\r\n\r\nc Z\r\n",
        b"  a X\n\tb Y  \n\x0c\nc Z\n\n",
    ],
    ids=["plain", "many empty lines", "ends of Windows", "blanks around"],
)
def test_blanks_and_empty_lines_around_do_not_matter(data: bytes) -> None:
    assert read(data, Form(2, " ")) == [[["a", "b"], ["X", "Y"]], [["c"], ["Z"]]]


def test_a_separator_of_no_name_is_any_blanks() -> None:
    assert read(b"a  X\nb\tY\n", Form(2)) == [[["a", "b"], ["X", "Y"]]]


def test_comments_are_left_out_where_they_are_asked_for() -> None:
    assert read(b"# a text\na X\n# 2\nb Y\n", Form(2, " ", "#")) == [[["a", "b"], ["X", "Y"]]]


FAULTS = {
    "too few": (b"a X\n\nb\n", r"line 3 of words\.txt is not right\n  expected 2 values with ' ' between; found 'b'"),
    "too many": (b"a X\nb Y Z\n", "line 2 of words"),
    "another separator": (b"a\tX\n", "line 1 of words"),
    "twice the separator": (b"a  X\n", "line 1 of words"),
    "no words": (b"\n \n", r"words\.txt holds no words"),
    "nothing": (b"", r"words\.txt holds no words"),
    "no text": (b"a X\n\xff Y\n", r"line 2 of words\.txt is no text in utf-8"),
}


@pytest.mark.parametrize(("data", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_names_file_and_line(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read(data, Form(2, " "))


def test_a_fault_after_comments_and_blocks_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "AT_ONCE", 4)

    with pytest.raises(FormatError, match="line 5 of words"):
        read(b"# 1\na X\n\n# 2\nb\n", Form(2, " ", "#"))


def test_a_file_without_empty_lines_is_no_sentence_of_gigabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "LONGEST", 3)

    with pytest.raises(FormatError, match="empty lines between sentences"):
        read(b"a X\n" * 4, Form(2, " "))


def test_a_file_that_ends_too_early_is_refused(tmp_path: Path) -> None:
    write_conll2000(tmp_path)
    path = tmp_path / "datasets/CoNLL2000Chunking/train.txt.gz"
    path.write_bytes(gzip.compress(tagged(TREEBANK, " ") * 50)[:-20])

    with pytest.raises(FormatError, match="damaged"):
        load("conll2000_chunking", tmp_path, split="train")
