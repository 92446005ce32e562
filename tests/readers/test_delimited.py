"""Tables of text: read as torchtext reads them, or refused with file and line."""

from __future__ import annotations

import csv
import gzip
import io
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readers.packing import write_folder

from hub.errors import FormatError, InvalidInput, MissingFile
from hub.readers import delimited
from hub.trees.folder import Folder

if TYPE_CHECKING:
    from pathlib import Path

LABELLED = {"columns": ("label:int", "text*")}
COLUMNS = ("", "a", "b", "label:class")
PAIRS = {"columns": (*COLUMNS, "*"), "classes": ("yes", "no"), "delimiter": "\t", "quoted": False}


def read(folder: Path, data: bytes | str, options: dict[str, Any], name: str = "table.csv") -> list[tuple[Any, ...]]:
    """Return the rows of a file that holds this, column by column in the order of the names."""
    write_folder(folder, {name: data if isinstance(data, bytes) else data.encode()})
    parts = delimited.read_parts(Folder(folder), {"file": name, **options})
    return [row for part in parts for row in zip(*part.values(), strict=True)]


def refused(folder: Path, data: bytes | str, options: dict[str, Any]) -> FormatError:
    with pytest.raises(FormatError) as caught:
        read(folder, data, options)
    return caught.value


def test_further_columns_are_joined_with_blanks(tmp_path: Path) -> None:
    assert read(tmp_path, '3,a,"b, c"\n"1",d\n2,e,f,g\n', LABELLED) == [(3, "a b, c"), (1, "d"), (2, "e f g")]


def test_columns_without_a_name_are_not_kept(tmp_path: Path) -> None:
    assert read(tmp_path, "0\tx\ty\tno\n1\tz\t\tyes\tmore\n", PAIRS) == [("x", "y", 1), ("z", "", 0)]


def test_quotation_marks_are_characters_where_there_is_no_quoting(tmp_path: Path) -> None:
    assert read(tmp_path, '0\t"x\ty"\tno\n', PAIRS) == [('"x', 'y"', 1)]


def test_classes_are_counted_from_the_first(tmp_path: Path) -> None:
    assert read(tmp_path, "0\tx\ty\tno\n", {**PAIRS, "first": 1}) == [("x", "y", 2)]


def test_a_header_is_skipped(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b\n1,c\n", {**LABELLED, "skip": 1}) == [(1, "c")]
    assert read(tmp_path, "a,b\n", {**LABELLED, "skip": 1}) == []


def test_kinds_of_columns(tmp_path: Path) -> None:
    options = {"columns": ("index:int", "score:float", "text:stripped")}

    (row,) = read(tmp_path, "-7,2.5e-1,\N{NO-BREAK SPACE} a \n", options)

    assert row == (-7, 0.25, "a")


def test_rows_that_torchtext_leaves_out_are_left_out(tmp_path: Path) -> None:
    rows = "0\tx\ty\tno\n\n1\tz\n2\tx\ty\t-\n"
    options = {**PAIRS, "columns": COLUMNS, "ragged": True, "unlabelled": True}

    assert read(tmp_path, rows, options) == [("x", "y", 1)]


WRONG: dict[str, tuple[bytes | str, dict[str, Any], int, str, str]] = {
    "a label that is none": ("1,a\n\nx,b\n", LABELLED | {"ragged": True}, 3, "a whole number", "'x'"),
    "a label beyond 64 bits": (f"1,a\n{2**63},b\n", LABELLED, 2, "a whole number", f"'{2**63}'"),
    "a score that is none": ("1\nhigh\n", {"columns": ("score:float",)}, 2, "a number", "'high'"),
    "a class that is none": ("0\ta\tb\tmaybe\n", PAIRS, 1, "yes, no", "'maybe'"),
    "too few columns": ("1,a\n2\n", LABELLED, 2, "2 or more columns", "1: 2"),
    "too many columns": ("1,a,b\n", {"columns": ("label:int", "text")}, 1, "2 columns", "3: 1 | a | b"),
    "an empty line": ("1,a\n\n", LABELLED, 2, "2 or more columns", "0: "),
    "an empty file": ("", LABELLED, 1, "a row", "an empty file"),
    "an empty file without its header": ("", LABELLED | {"skip": 1}, 1, "a row", "an empty file"),
    "a quote that is left open": (
        '1,a\n2,"b\n3,c\n', LABELLED, 2, "a quotation mark that is closed", "the end of the file",
    ),
    "a label behind a header and a field of three lines": (
        'a,b\n1,"c\nd\ne"\nx,f\n', LABELLED | {"skip": 1}, 5, "a whole number", "'x'",
    ),
    "bytes that are no text": (b"1,a\n2,\xff\n", LABELLED, 2, "utf-8", "byte 0xff at offset 6 of the file"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "options", "line", "expected", "found"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, data: bytes | str, options: dict[str, Any], line: int, expected: str, found: str
) -> None:
    error = refused(tmp_path, data, options)

    assert error.what.startswith(f"line {line} of table.csv in {tmp_path} is ")
    assert (error.expected, error.found) == (expected, found)


def test_lines_are_counted_through_all_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.readers.parts.ROWS", 4)
    monkeypatch.setattr("hub.readers.parts.FEW", 2)
    monkeypatch.setattr(delimited, "FEW", 2)

    error = refused(tmp_path, '1,"a\nb"\n' * 9 + "x,c\n", LABELLED)

    assert "line 19 " in error.what


def test_a_packed_file_that_is_cut_is_told(tmp_path: Path) -> None:
    error = refused(tmp_path, gzip.compress(b"1,a\n" * 999)[:-9], LABELLED)

    assert "table.csv" in error.what
    assert "damaged" in error.what


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match=r"a/b\.csv"):
        list(delimited.read_parts(Folder(tmp_path), {"file": "a/b.csv", **LABELLED}))


def test_a_kind_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="'date'"):
        read(tmp_path, "1\n", {"columns": ("day:date",)})


def test_fields_may_be_longer_than_pythons_limit_which_stays_as_it_was(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    long = "x" * (2 * before)

    assert read(tmp_path, f"1,{long}\n", LABELLED) == [(1, long)]
    assert csv.field_size_limit() == before


def test_several_threads_may_read_long_fields(tmp_path: Path) -> None:
    long = "x" * (2 * csv.field_size_limit())

    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda number: read(tmp_path / str(number), f"1,{long}\n" * 9, LABELLED), range(8))

    assert list(found) == [[(1, long)] * 9] * 8


def test_a_field_without_end_is_refused_before_memory_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "LONGEST", 1000)
    before = csv.field_size_limit()

    error = refused(tmp_path, '1,a\n2,"' + "b\n" * 999, LABELLED)

    assert error.expected == "a field of at most 1,000 characters"
    assert csv.field_size_limit() == before


def torchtexts(text: str, skip: int, **form: Any) -> list[list[str]]:
    """Return the rows that torchtext reads: lines of a text file, one skipped, given to csv."""
    lines = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8")
    return list(csv.reader(islice(lines, skip, None), **form))


TABLE = st.lists(st.sampled_from(['"', '""', ",", "\t", "\n", "\r", "\r\n", "\0", " ", "é", "\u2028", "a"])).map(
    "".join
)


@given(TABLE, st.sampled_from([",", "\t"]), st.booleans(), st.integers(0, 1))
def test_rows_are_those_that_torchtext_reads(
    tmp_path_factory: pytest.TempPathFactory, text: str, delimiter: str, quoted: bool, skip: int
) -> None:
    text = f"h\n{text}"
    options = {"columns": ("a", "rest*"), "delimiter": delimiter, "quoted": quoted, "skip": skip, "ragged": True}
    quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    theirs = torchtexts(text, skip, delimiter=delimiter, quoting=quoting)

    try:
        ours = read(tmp_path_factory.getbasetemp() / "same", text, options)
    except FormatError as error:
        assert error.expected == "a quotation mark that is closed"  # noqa: PT017  both outcomes are right
    else:
        assert ours == [(row[0], " ".join(row[1:])) for row in theirs if len(row) > 1]
