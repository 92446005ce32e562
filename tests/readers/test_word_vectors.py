"""The reader of word vectors: numbers as Python reads them, and lines that are none named."""

from __future__ import annotations

import gzip
import logging
from typing import TYPE_CHECKING

import numpy as np
import pytest
from readers.vector_files import TOKENS, numbers, text

from hub import readers
from hub.errors import FormatError, MissingFile
from hub.readers import word_vectors
from hub.readers.blocks import Blocks
from hub.trees.folder import Folder

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def read(folder: Path, data: str | bytes, most: int = 0) -> tuple[list[str], NDArray[np.generic]]:
    """Return the tokens and the vectors of a text."""
    (folder / "tiny.txt").write_bytes(data.encode() if isinstance(data, str) else data)
    found = readers.read_tree("word_vectors", Folder(folder), {"file": "tiny.txt", "max_vectors": most}).columns
    tokens, vectors = found["token"], found["vector"]
    assert isinstance(vectors, Blocks)
    return tokens.to_pylist(), vectors.whole()  # type: ignore[union-attr]


def test_tokens_and_vectors_stand_in_the_order_of_the_lines(tmp_path: Path) -> None:
    tokens, vectors = read(tmp_path, text())

    assert tokens == TOKENS
    np.testing.assert_array_equal(vectors, numbers(5, 4), strict=True)


ENDS = {"no last line feed": ("\n", ""), "carriage returns": ("\n", "\r\n"), "blanks at the end": ("\n", " \n")}


@pytest.mark.parametrize("how", ENDS)
def test_it_does_not_matter_how_lines_end(tmp_path: Path, how: str) -> None:
    before, after = ENDS[how]
    lines = text().removesuffix("\n") if not after else text().replace(before, after)

    tokens, vectors = read(tmp_path, lines)

    assert tokens == TOKENS
    np.testing.assert_array_equal(vectors, numbers(5, 4))


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_the_size_of_a_block_makes_no_difference(tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_vectors, "AT_ONCE", size)

    tokens, vectors = read(tmp_path, "5 4\n" + text())

    assert tokens == TOKENS
    np.testing.assert_array_equal(vectors, numbers(5, 4))


def test_a_header_is_no_row(tmp_path: Path) -> None:
    tokens, _ = read(tmp_path, "5 4\n" + text())

    assert tokens == TOKENS


def test_only_plain_spaces_and_line_feeds_part_anything(tmp_path: Path) -> None:
    odd = ["a\tb", "a\rb", "\N{LINE SEPARATOR}", "\x85", '"', "a\x00b", ""]

    tokens, vectors = read(tmp_path, text(odd))

    assert tokens == odd
    np.testing.assert_array_equal(vectors, numbers(7, 4))


NUMBERS = [
    "1_0",
    "+2",
    ".5",
    "1.",
    "-0",
    "1E-5",
    "nan",
    "-inf",
    "Infinity",
    "1e400",
    "1e39",
    "1e-50",
    "\t3",
    "16777217.0",
]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_what_python_says_it_is(tmp_path: Path, number: str) -> None:
    _, vectors = read(tmp_path, f"a 1 {number}\nb {number} 2\n")

    with np.errstate(over="ignore"):
        expected = np.array([[1, float(number)], [float(number), 2]]).astype(np.float32)
    np.testing.assert_array_equal(vectors, expected)
    assert np.signbit(vectors[0, 1]) == np.signbit(expected[0, 1])


def test_a_number_is_rounded_twice_as_through_pythons_floats(tmp_path: Path) -> None:
    tie = "1.00000005960464477540"  # just above the middle of two float32; as a float64 it is the middle

    _, vectors = read(tmp_path, f"a {tie} 1\n")

    assert vectors[0, 0] == np.float32(float(tie)) == 1


def test_a_token_that_is_no_utf8_is_passed_over_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "hub"):
        tokens, vectors = read(tmp_path, b"a 1 2\n\xff 3 4\nb 5 6\nodd 7\n")

    assert tokens == ["a", "b"]
    np.testing.assert_array_equal(vectors, [[1, 2], [5, 6]])
    assert "2 lines" in caplog.text


def test_a_token_that_stands_twice_has_two_rows(tmp_path: Path) -> None:
    tokens, _ = read(tmp_path, "a 1 2\na 3 4\n")

    assert tokens == ["a", "a"]


@pytest.mark.parametrize("most", [1, 2, 5, 6])
def test_no_more_rows_are_read_than_asked_for(tmp_path: Path, most: int) -> None:
    tokens, vectors = read(tmp_path, text() + ("" if most > 5 else "wrong\n"), most)

    assert tokens == TOKENS[:most]
    np.testing.assert_array_equal(vectors, numbers(5, 4)[:most])


WRONG = {
    "another dimension": ("a 1 2 3\nb 1 2\n", 2, "3 numbers", "2 for 'b'"),
    "no number": ("7 3\na 1 2 3\nb 1 x 3\n", 3, "numbers", "'x' for 'b'"),
    "two spaces": ("a 1 2 3\nb 1  3\n", 2, "numbers", "b'' for 'b'"),
    "a number in hexadecimal": ("a 0x1 2 3\n", 1, "numbers", "0x1"),
    "a number with another blank": ("a 1 2\N{NO-BREAK SPACE} 3\n", 1, "numbers", "for 'a'"),
    "an empty line": ("a 1 2 3\n\nb 1 2 3\n", 2, "a token and its numbers", "an empty line"),
    "a token alone": ("a 1 2 3\nb\n", 2, "a token and its numbers", "b"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_line_that_is_wrong_is_named(tmp_path: Path, kind: str) -> None:
    data, line, expected, found = WRONG[kind]

    with pytest.raises(FormatError, match=rf"line {line} of tiny\.txt in {tmp_path}") as caught:
        read(tmp_path, data)

    assert expected in str(caught.value.expected)
    assert found in str(caught.value.found)


@pytest.mark.parametrize("data", ["", "2 300\n", "a 1\nb 2\n"])
def test_a_text_without_vectors_is_refused(tmp_path: Path, data: str) -> None:
    with pytest.raises(FormatError, match="holds no vectors"):
        read(tmp_path, data)


def test_a_line_without_an_end_is_refused_and_not_collected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_vectors, "AT_ONCE", 100)
    monkeypatch.setattr(word_vectors, "LONGEST", 300)

    with pytest.raises(FormatError, match="line 2 of"):
        read(tmp_path, "a 1 2\n" + "1" * 1000)


def test_a_packed_text_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    data = gzip.compress(text(TOKENS * 50).encode())

    with pytest.raises(FormatError, match=r"tiny\.txt"):
        read(tmp_path, data[: len(data) // 2])


def test_a_text_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match=r"tiny\.txt"):
        readers.read_tree("word_vectors", Folder(tmp_path), {"file": "tiny.txt"})
