"""JSON lines and Parquet: read as their columns say, or refused with what is wrong."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from readers.packing import write_folder

from hub.errors import FormatError, MissingFile
from hub.readers import json_lines, parquet
from hub.trees.folder import Folder

if TYPE_CHECKING:
    from pathlib import Path

LINES = b'{"label": 1, "body": "one"}\n\n{"body": "tw\\u00f6", "more": []}\n'
COLUMNS = ("label", "text:body")


def read(reader: Any, folder: Path, files: dict[str, bytes], columns: tuple[str, ...] = COLUMNS) -> list[Any]:
    write_folder(folder, files)
    parts = reader.read_parts(Folder(folder), {"files": tuple(files), "columns": columns})
    return [row for part in parts for row in zip(*part.values(), strict=True)]


def parquet_of(table: dict[str, list[Any]]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(table), out, row_group_size=2)
    return out.getvalue()


ROWS = parquet_of({"body": ["one", None, "three"], "label": [1, 2, 3], "more": [0.5] * 3})


def test_json_lines_are_rows(tmp_path: Path) -> None:
    assert read(json_lines, tmp_path, {"a": LINES, "b": LINES}) == [(1, "one"), (None, "twö")] * 2


def test_parquet_gives_the_columns_that_are_asked_for(tmp_path: Path) -> None:
    assert read(parquet, tmp_path, {"a": ROWS, "b": ROWS}) == [(1, "one"), (2, None), (3, "three")] * 2


@pytest.mark.parametrize("data", [b"[1]\n", b'{"label": \n', b"\xff\n"])
def test_a_line_that_is_no_object_is_told_with_its_number(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(FormatError, match="line 4 of a in"):
        read(json_lines, tmp_path, {"a": LINES + data})


@pytest.mark.parametrize("data", [b"", ROWS[:-9], b"PAR1" + bytes(99) + b"PAR1", ROWS[:40] + bytes(20) + ROWS[60:]])
def test_damaged_parquet_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(FormatError, match="a in"):
        read(parquet, tmp_path, {"a": data})


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no column 'text'"):
        read(parquet, tmp_path, {"a": ROWS}, ("text",))


@pytest.mark.parametrize("reader", [json_lines, parquet])
def test_a_file_that_is_not_there_is_told(tmp_path: Path, reader: Any) -> None:
    with pytest.raises(MissingFile):
        list(reader.read_parts(Folder(tmp_path), {"files": ("a",), "columns": COLUMNS}))
