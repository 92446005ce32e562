"""CSV and UTF-8, as steps over lines."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from hub.text.iterating import unicode_csv_reader, utf_8_encoder

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _limit_put_back() -> Iterator[None]:
    limit = csv.field_size_limit()
    yield
    csv.field_size_limit(limit)


def test_a_field_may_be_of_any_length() -> None:
    long = "word " * 100_000

    assert list(unicode_csv_reader([f'1,"{long}"'])) == [["1", long]]


def test_options_are_those_of_csv() -> None:
    assert list(unicode_csv_reader(["a\tb", "c,\td"], delimiter="\t")) == [["a", "b"], ["c,", "d"]]


def test_lines_become_bytes() -> None:
    assert list(utf_8_encoder(["é", ""])) == [b"\xc3\xa9", b""]
