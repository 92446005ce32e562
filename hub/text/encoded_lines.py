"""Rows of CSV without a limit on a field, and lines as UTF-8."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# The largest that a C long holds on every system; csv's own is 131,072 characters, which reviews exceed.
LONGEST_FIELD = (1 << 31) - 1


def unicode_csv_reader(unicode_csv_data: Iterable[str], **options: Any) -> Iterator[list[str]]:  # noqa: ANN401  csv's
    """Yield the rows of CSV with fields of any length; `options` are those of `csv.reader`.

    The limit is one of the whole process; it stays lifted.

    >>> list(unicode_csv_reader(['3,"Wall St., and more"']))
    [['3', 'Wall St., and more']]
    """
    csv.field_size_limit(LONGEST_FIELD)
    yield from csv.reader(unicode_csv_data, **options)


def utf_8_encoder(unicode_csv_data: Iterable[str]) -> Iterator[bytes]:
    """Yield every line as bytes of UTF-8."""
    for line in unicode_csv_data:
        yield line.encode("utf-8")
