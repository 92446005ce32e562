"""Texts of a sample a line: WikiText, the Penn Treebank, enwik9, CC-100 and, side by side, Multi30k."""

from __future__ import annotations

import gzip
import lzma
import pickle
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from readers import line_files
from readers.line_files import ARTICLE, write_cc100, write_multi30k, write_text
from readers.packing import write_tar
from torch.utils.data import DataLoader

from hub.datasets.loading import load_dataset
from hub.errors import FormatError, MissingFile, NotFound
from hub.readers import read_parts
from hub.text import datasets
from hub.trees.folder import Folder

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("home")


def load(root: Path, card: str, split: str = "train", **options: Any) -> Any:
    return load_dataset(card, split=split, data_dir=root, verify=False, progress=False, **options)


def lines(root: Path, **options: Any) -> list[str]:
    return [line for part in parts(root, **options) for line in part]


def parts(root: Path, **options: Any) -> list[Any]:
    return [part["text"] for part in read_parts("text_lines", Folder(root), {"files": ("a.txt",), **options})]


def unpack(path: Path) -> None:
    """Unpack an archive beside itself and remove it."""
    if path.suffix == ".zip":
        shutil.unpack_archive(path, path.parent)
    else:
        shutil.unpack_archive(path, path.parent, filter="data")
    path.unlink()


class TestLines:
    """Where lines end, and what of them is kept."""

    def test_a_line_ends_as_in_python(self, tmp_path: Path) -> None:
        text = "a\r\nb\rc\n\u2028 \x0b\x1c\n\r\nlast"
        write_text(tmp_path / "a.txt", text)

        with (tmp_path / "a.txt").open(encoding="utf-8") as file:
            known = [line.removesuffix("\n") for line in file]
        assert lines(tmp_path) == known == ["a", "b", "c", "\u2028 \x0b\x1c", "", "last"]

    def test_lines_keep_their_breaks_or_lose_their_blanks(self, tmp_path: Path) -> None:
        write_text(tmp_path / "a.txt", " a \r\n\n\u3000b")

        assert lines(tmp_path, lines="ended") == [" a \n", "\n", "\u3000b"]
        assert lines(tmp_path, lines="stripped") == ["a", "", "b"]

    @pytest.mark.parametrize("count", [1, 63, 200_000])
    def test_lines_come_whole_whatever_blocks_are_read(self, tmp_path: Path, count: int) -> None:
        known = [f"{number} {'é' * (number % 97)}" for number in range(count)] + ["x" * 700_000, "end"]
        write_text(tmp_path / "a.txt", "\r\n".join(known))

        assert lines(tmp_path) == known

    def test_parts_are_of_bounded_size(self, tmp_path: Path) -> None:
        write_text(tmp_path / "a.txt", f"{'x' * 99}\n" * 100_000)

        sizes = [len(part) for part in parts(tmp_path)]

        assert sum(sizes) == 100_000
        assert max(sizes) * 100 < 6_000_000

    def test_a_packed_file_does_as_well(self, tmp_path: Path) -> None:
        write_text(tmp_path / "a.txt.gz", gzip.compress(b"a\nb"))

        assert lines(tmp_path) == ["a", "b"]

    def test_what_is_no_text_is_refused_with_its_line(self, tmp_path: Path) -> None:
        write_text(tmp_path / "a.txt", b"fine\nalso fine\nna\xefve\n")

        with pytest.raises(FormatError, match=r"line 3 of a\.txt .* no text in utf-8"):
            lines(tmp_path)

    def test_a_packed_file_that_is_cut_is_refused(self, tmp_path: Path) -> None:
        packed = gzip.compress(bytes(range(32, 126)) * 9999)
        write_text(tmp_path / "a.txt.gz", packed[: len(packed) // 2])

        with pytest.raises(FormatError, match=r"a\.txt\.gz"):
            lines(tmp_path)

    @pytest.mark.parametrize("suffix", ["", ".xz"])
    def test_an_empty_file_is_refused(self, tmp_path: Path, suffix: str) -> None:
        write_text(tmp_path / f"a.txt{suffix}", lzma.compress(b"") if suffix else b"")

        with pytest.raises(FormatError, match=r"a\.txt.* is empty"):
            lines(tmp_path)

    def test_a_file_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(MissingFile, match=r"a\.txt is not in"):
            lines(tmp_path)


@pytest.mark.parametrize("split", line_files.SPLITS)
@pytest.mark.parametrize("size", [2, 103])
def test_wikitext_keeps_blank_lines_and_breaks(tmp_path: Path, size: int, split: str) -> None:
    archive = line_files.write_wikitext(tmp_path, size)
    known = [f"{line}\n" for line in f"{ARTICLE} {split} ".split("\n")]

    assert [text for (text,) in load(tmp_path, f"wikitext{size}", split)] == known
    unpack(archive)
    assert [text for (text,) in load(tmp_path, f"wikitext{size}", split)] == known


def test_wikitext_may_lie_as_single_files(tmp_path: Path) -> None:
    write_text(tmp_path / "wiki.valid.tokens", " = A = \n")

    assert load(tmp_path, "wikitext2", "valid", variant="single_files")["text"][0] == " = A = \n"


@pytest.mark.parametrize("split", line_files.SPLITS)
def test_the_penn_treebank_has_no_blanks_around_sentences(tmp_path: Path, split: str) -> None:
    line_files.write_penn_treebank(tmp_path)

    assert list(load(tmp_path, "penn_treebank", split)["text"]) == [
        f"a {split} of mr. <unk>",
        "no it was n't black monday",
    ]


def test_enwik9_breaks_off_in_a_line(tmp_path: Path) -> None:
    archive = line_files.write_enwik9(tmp_path)
    known = ["<mediawiki>", "", "  <page>", "    <title>A"]

    assert list(load(tmp_path, "enwik9")["text"]) == known
    unpack(archive)
    assert list(load(tmp_path, "enwik9")["text"]) == known
    assert list(load(tmp_path, "enwik9", variant="unpacked")["text"]) == known


class TestCC100:
    """A language a variant, most of which everybody gets for themselves."""

    @pytest.mark.parametrize("language", ["am", "my_zaw", "zh-Hans"])
    def test_each_line_comes_with_its_language(self, tmp_path: Path, language: str) -> None:
        write_cc100(tmp_path, language)

        found = load(tmp_path, "cc100", variant=language)

        assert [tuple(sample) for sample in found] == [(language, line) for line in ("Bore da.", "", "Sut mae?")]

    def test_a_file_that_torchtext_has_unpacked_counts_once(self, tmp_path: Path) -> None:
        packed = write_cc100(tmp_path)
        packed.with_suffix("").write_text("Bore da.\n", encoding="utf-8")

        assert len(load(tmp_path, "cc100", variant="cy")) == 1

    def test_what_cannot_be_fetched_says_what_to_get(self, tmp_path: Path) -> None:
        with pytest.raises(MissingFile, match=r"data\.statmt\.org/cc-100/cy\.txt\.xz"):
            load_dataset("cc100", split="train", variant="cy")
        with pytest.raises(MissingFile, match=r"data\.statmt\.org/cc-100/cy\.txt\.xz"):
            load(tmp_path, "cc100", variant="cy")

    def test_a_language_that_there_is_not_is_refused_as_by_torchtext(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="qq"):
            datasets.CC100(root=tmp_path, language_code="qq")


class TestMulti30k:
    """Two files side by side."""

    @pytest.mark.parametrize("packed", [True, False])
    @pytest.mark.parametrize("split", ["train", "valid"])
    def test_sentences_are_paired_and_the_empty_line_at_the_end_counts(
        self, tmp_path: Path, split: str, *, packed: bool
    ) -> None:
        write_multi30k(tmp_path)
        for archive in [] if packed else list((tmp_path / "datasets" / "Multi30k").glob("[tv]*.tar.gz")):
            unpack(archive)

        found = load(tmp_path, "multi30k", split)

        assert [tuple(pair) for pair in found] == [("Zwei Männer .", "Two men ."), ("Ein Hund", "A dog"), ("", "")]

    def test_the_twins_that_a_mac_packs_are_no_text(self, tmp_path: Path) -> None:
        write_multi30k(tmp_path)

        assert [tuple(pair) for pair in load(tmp_path, "multi30k", "test")] == [("Eins", "One"), ("Zwei", "Two")]

    def test_the_variant_says_which_language_comes_first(self, tmp_path: Path) -> None:
        write_multi30k(tmp_path)

        assert tuple(load(tmp_path, "multi30k", "test", variant="en-de")[1]) == ("Two", "Zwei")
        with pytest.raises(NotFound, match="de-fr"):
            datasets.Multi30k(root=tmp_path, language_pair=("de", "fr"))

    def test_files_of_unequal_length_are_refused_with_both_lengths(self, tmp_path: Path) -> None:
        long = "x\n" * 12_345
        write_tar(tmp_path / "datasets/Multi30k/training.tar.gz", {"train.de": long, "train.en": f"{long}y\n"})

        with pytest.raises(FormatError, match=r"not parallel(.|\n)*train\.de 12,345, train\.en 12,346"):
            load(tmp_path, "multi30k")

    def test_a_language_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        write_tar(tmp_path / "datasets/Multi30k/training.tar.gz", {"train.de": "x\n"})

        with pytest.raises(MissingFile, match=r"train\.en"):
            load(tmp_path, "multi30k")

    def test_an_archive_that_is_cut_is_refused(self, tmp_path: Path) -> None:
        write_multi30k(tmp_path)
        path = tmp_path / "datasets/Multi30k/training.tar.gz"
        path.write_bytes(path.read_bytes()[:-20])

        with pytest.raises(FormatError, match=r"training\.tar\.gz"):
            load(tmp_path, "multi30k")

    def test_loaders_pair_sentences_and_datasets_pickle(self, tmp_path: Path) -> None:
        write_multi30k(tmp_path)
        found = load(tmp_path, "multi30k")

        (batch,) = DataLoader(found, batch_size=3)
        again = pickle.loads(pickle.dumps(found))  # noqa: S301  our own bytes

        assert [tuple(column) for column in batch] == [("Zwei Männer .", "Ein Hund", ""), ("Two men .", "A dog", "")]
        assert list(again) == list(found)

    def test_a_changed_file_is_read_again(self, tmp_path: Path) -> None:
        write_multi30k(tmp_path)
        before = load(tmp_path, "multi30k", "test")[0]
        shutil.rmtree(tmp_path / "datasets")
        write_tar(tmp_path / "datasets/Multi30k/mmt16_task1_test.tar.gz", {"test.de": "Neu\n", "test.en": "New\n"})

        assert [tuple(before), tuple(load(tmp_path, "multi30k", "test")[0])] == [("Eins", "One"), ("Neu", "New")]
