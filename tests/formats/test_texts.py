"""Lines, tables and JSON: read, or refused with the file and the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from readers.packing import write_folder

from hub.errors import FormatError
from hub.formats import texts
from hub.trees.folder import Folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hub.trees import Tree

    Hold = Callable[[bytes], Tree]

NAME = "in/file.txt"


@pytest.fixture
def hold(tmp_path: Path) -> Hold:
    """Make a tree whose one file holds these bytes."""
    return lambda data: Folder(write_folder(tmp_path, {NAME: data}))


class Person(msgspec.Struct):
    name: str
    age: int = 0


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"\n", [""]),
        (b"a", ["a"]),
        (b"a\n", ["a"]),
        (b"a\n\n", ["a", ""]),
        (b"a\r\nb\rc\n", ["a", "b", "c"]),
        ("a\u2028b\x0bc\x85d\n".encode(), ["a\u2028b\x0bc\x85d"]),
    ],
    ids=["nothing", "an empty line", "no end", "one", "an empty last one", "other ends", "no ends at all"],
)
def test_lines_end_at_line_feeds(data: bytes, expected: list[str], hold: Hold) -> None:
    assert texts.lines(hold(data), NAME) == expected


def test_text_is_decoded_as_asked_for(hold: Hold) -> None:
    assert texts.lines(hold("grün\n".encode("latin-1")), NAME, encoding="latin-1") == ["grün"]


def test_bytes_that_are_no_text_are_refused_with_their_place(hold: Hold) -> None:
    with pytest.raises(FormatError, match=r"in/file\.txt in .* is no text") as caught:
        texts.lines(hold(b"gr\xfcn\n"), NAME)

    assert caught.value.found == "byte 0xfc at offset 2"


def test_names_have_no_blanks_around_them(hold: Hold) -> None:
    assert texts.names(hold(b" a b \n\n\tc\r\n  \n"), NAME) == ["a b", "c"]


def test_columns_are_parted_by_blanks(hold: Hold) -> None:
    assert texts.columns(hold(b"a  1\n\n b\t2 \n"), NAME, 2) == [["a", "1"], ["b", "2"]]


@pytest.mark.parametrize("line", [b"a", b"a 1 2"], ids=["short", "long"])
def test_a_line_with_other_columns_is_named(line: bytes, hold: Hold) -> None:
    with pytest.raises(FormatError, match=r"line 3 of in/file\.txt") as caught:
        texts.columns(hold(b"b 1\n\n" + line + b"\n"), NAME, 2)

    assert caught.value.path == NAME


def test_pairs_are_parted_at_the_first_separator(hold: Hold) -> None:
    assert texts.pairs(hold(b"a.jpg\tone\ttwo\n"), NAME, "\t") == [("a.jpg", "one\ttwo")]


@pytest.mark.parametrize("line", [b"", b"a.jpg", b"\tone", b"a.jpg\t"], ids=["empty", "one", "no first", "no second"])
def test_a_line_that_is_no_pair_is_named(line: bytes, hold: Hold) -> None:
    with pytest.raises(FormatError, match=r"line 2 of in/file\.txt"):
        texts.pairs(hold(b"a.jpg\tone\n" + line + b"\nb.jpg\ttwo\n"), NAME, "\t")


def test_a_table_has_its_columns_by_name(hold: Hold) -> None:
    rows = list(texts.table(hold(b'id,text\n1,"a, ""b"""\n2,c\n'), NAME, ["text"]))

    assert rows == [{"id": "1", "text": 'a, "b"'}, {"id": "2", "text": "c"}]


def test_a_table_may_have_another_delimiter(hold: Hold) -> None:
    assert list(texts.table(hold(b"id;x\n1;2\n"), NAME, ["x"], delimiter=";")) == [{"id": "1", "x": "2"}]


@pytest.mark.parametrize("data", [b"", b"id,other\n1,2\n"], ids=["empty", "other"])
def test_a_table_that_lacks_a_column_is_refused(data: bytes, hold: Hold) -> None:
    with pytest.raises(FormatError, match="lacks a column") as caught:
        list(texts.table(hold(data), NAME, ["id", "text"]))

    assert caught.value.expected == "id, text"


def test_a_row_that_is_too_short_is_named(hold: Hold) -> None:
    with pytest.raises(FormatError, match="line 3 of") as caught:
        list(texts.table(hold(b"id,text\n1,a\n2\n"), NAME, ["id"]))

    assert caught.value.found == "1"


def test_json_of_a_type_has_what_is_needed(hold: Hold) -> None:
    found = texts.typed_json(hold(b'[{"name": "a", "more": 1}, {"name": "b", "age": 2}]'), NAME, list[Person])

    assert found == [Person("a"), Person("b", 2)]


@pytest.mark.parametrize("data", [b"[{}]", b'{"name": "a"}', b"[", b'[{"name": "\xff"}]'])
def test_json_of_another_type_is_refused(data: bytes, hold: Hold) -> None:
    with pytest.raises(FormatError, match=r"in/file\.txt"):
        texts.typed_json(hold(data), NAME, list[Person])


def test_a_whole_number_is_read(hold: Hold) -> None:
    del hold

    assert texts.whole_number(" 12\n", NAME) == 12


@pytest.mark.parametrize("text", ["", "1.5", "one"])
def test_what_is_no_whole_number_is_named(text: str) -> None:
    with pytest.raises(FormatError, match=r"in/file\.txt") as caught:
        texts.whole_number(text, NAME)

    assert caught.value.found == repr(text)


@pytest.mark.parametrize(("line", "found"), [("x" * 99, repr("x" * 60)), (None, "the end of the file")])
def test_a_wrong_line_is_quoted_in_short(line: str | None, found: str, hold: Hold) -> None:
    error = texts.wrong_line(hold(b""), NAME, 7, "something", line)

    assert (error.path, error.found) == (NAME, found)
    assert "line 7 of in/file.txt" in str(error)
