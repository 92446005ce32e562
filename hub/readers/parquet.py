"""Parquet: columns in groups of rows, with what is where at the end of the file.

Options: `files`, the files' names, read one after the other; `columns`, each "<field>", or "<field>:<column>" where
the file calls it otherwise. Only the columns that are asked for are read, some thousand rows at a time. The format:
github.com/apache/parquet-format.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from hub.archives import whole
from hub.errors import FormatError
from hub.readers import words
from hub.readers.parts import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import BinaryIO

    from hub.readers import Column, Options
    from hub.trees import Tree

VERSION = 1


def read_parts(tree: Tree, options: Options) -> Iterator[Mapping[str, Column]]:
    """Yield a column for each field that `columns` names. Raises FormatError for what is no Parquet or lacks one."""
    named = [column.partition(":") for column in words(options, "columns")]
    columns = {field: column or field for field, _, column in named}
    for file in words(options, "files"):
        found = False
        for name, stream in tree.stream(file):
            found = True
            yield from _parts(stream, f"{name} in {tree}", columns)
        if not found:
            raise tree.missing(file)


def _parts(stream: BinaryIO, where: str, columns: Mapping[str, str]) -> Iterator[Mapping[str, Column]]:
    try:
        # What comes out of a packed tar can be read from the front alone.
        file = pq.ParquetFile(stream if stream.seekable() else io.BytesIO(whole(stream, where)))
        _refuse_missing(file.schema_arrow.names, where, columns)
        for batch in file.iter_batches(ROWS, columns=list(columns.values())):
            yield {field: batch.column(column).to_pylist() for field, column in columns.items()}
    except (pa.ArrowException, OSError) as error:
        found = str(error).partition("\n")[0]
        raise FormatError(f"{where} is damaged", path=where, expected="a Parquet file", found=found) from error


def _refuse_missing(names: Sequence[str], where: str, columns: Mapping[str, str]) -> None:
    lacking = [column for column in columns.values() if column not in names]
    if lacking:
        what = f"{where} has no column {lacking[0]!r}"
        raise FormatError(what, path=where, expected=", ".join(columns.values()), found=", ".join(names))
