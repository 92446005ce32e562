"""Lines of files of any size."""

from __future__ import annotations

import gzip
import io
from typing import BinaryIO, cast

import pytest

from hub.errors import FormatError
from hub.formats import lines
from hub.formats.lines import blocks_of_lines, ended_lines, numbered_lines, wrong_line

TEXTS = ["", "a", "a\n", "\n", "a\r\nb\rc\nd\r", "\r\r\n\n", "äöü\n😀x\r\n", "a\x00b\x0b\x85\u2028c\n", "\ufeffa\n"]


@pytest.fixture(params=[1, 2, 3, 1 << 18], ids="in blocks of {}".format)
def _in_blocks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "AT_ONCE", request.param)


def read(data: bytes, encoding: str = "utf-8", newline: str | None = None) -> list[str]:
    return list(ended_lines(io.BytesIO(data), "a.txt", encoding, newline=newline))


@pytest.mark.usefixtures("_in_blocks")
@pytest.mark.parametrize("text", TEXTS, ids=repr)
@pytest.mark.parametrize("newline", [None, "\n"], ids=repr)
def test_lines_end_where_python_ends_them(text: str, newline: str | None) -> None:
    python = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", newline=newline)

    assert read(text.encode(), newline=newline) == list(python)


@pytest.mark.usefixtures("_in_blocks")
@pytest.mark.parametrize("encoding", ["utf-16", "latin-1", "utf-8-sig"])
def test_other_encodings_are_read_too(encoding: str) -> None:
    assert read("é\r\nb\n".encode(encoding), encoding) == ["é\n", "b\n"]


@pytest.mark.usefixtures("_in_blocks")
def test_lines_are_numbered_from_one_and_have_no_ends() -> None:
    assert list(numbered_lines(io.BytesIO(b"a\n\nb"), "a.txt")) == [(1, "a"), (2, ""), (3, "b")]


BAD = {
    "on the second line": (b"a\nb\xff", 2, 3),
    "cut at the end": (b"\xe4", 1, 0),
    "behind a carriage return": (b"a\r\xe4bc", 2, 2),
    "cut behind a line": (b"a\r\n\xc3\xa4\xc3", 2, 5),
    "behind empty lines": (b"\r\r\xff", 3, 2),
}


@pytest.mark.usefixtures("_in_blocks")
@pytest.mark.parametrize(("data", "line", "offset"), BAD.values(), ids=BAD)
def test_bytes_that_are_no_text_are_told_with_line_and_place(data: bytes, line: int, offset: int) -> None:
    with pytest.raises(FormatError, match=f"line {line} of a.txt is no text in utf-8") as caught:
        read(data)

    assert caught.value.found == f"byte {data[offset]:#04x} at offset {offset} of the file"


def test_lines_before_the_wrong_block_have_been_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "AT_ONCE", 4)
    found = numbered_lines(io.BytesIO(b"abc\n\xff"), "a.txt")

    assert next(found) == (1, "abc")
    with pytest.raises(FormatError, match="line 2"):
        next(found)


def test_a_packed_file_that_ends_too_early_is_told() -> None:
    packed = gzip.compress(b"a\n" * 1000)[:-9]

    with gzip.open(io.BytesIO(packed)) as stream, pytest.raises(FormatError, match=r"a\.gz is damaged"):
        list(numbered_lines(cast("BinaryIO", stream), "a.gz"))


def test_a_line_of_many_blocks_is_put_together_once() -> None:
    line = "x" * (3 * lines.AT_ONCE)

    assert list(blocks_of_lines(io.BytesIO(f"{line}\n{line}".encode()), "a.txt")) == [f"{line}\n", line]


def test_a_wrong_line_is_told_with_its_number_and_shortened() -> None:
    error = wrong_line("a.txt", 7, "a number", "x" * 1000)

    assert str(error).startswith("line 7 of a.txt is not right\n  expected a number; found xxx")
    assert len(str(error)) < 300
