"""Tiny texts of a user's own, as name -> bytes: tables, lines, translations and tagged words."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

from readers.packing import write_folder
from readers.tagged_files import TREEBANK, tagged

if TYPE_CHECKING:
    from pathlib import Path

    Files = dict[str, bytes]

TABLE = 'review,sentiment\n"I laughed, and\ncried.",good\nDull,bad\n"Never ""again""",bad\nÜber,good\n'
"""Four rows, the first of which goes over two lines."""

ROWS = [
    {"text": "One", "label": "b", "score": 1, "tags": ["x"]},
    {"text": "Two", "label": "a", "score": 0.5},
    {"text": "Three", "label": "b", "score": -2},
]

TABLES: Files = {"train.csv": TABLE.encode(), "test.csv": b"review,sentiment\nFine,good\n"}
LINES: Files = {"train.txt": b"one two\n\nthree", "valid.txt.gz": gzip.compress(b"four\n")}
PAIRS: Files = {
    "train.de": "Grüße\nWelt\n".encode(),
    "train.en": b"Greetings\nworld\n",
    "val.de": b"Ja\n",
    "val.en": b"Yes\n",
}
TAGS: Files = {"train.conll": tagged(TREEBANK), "dev.conll": tagged(TREEBANK[1:])}


def json_lines(*rows: object) -> bytes:
    """Return values as JSON, one a line."""
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


OWN = {
    "language_modeling": LINES,
    "sequence_tagging": TAGS,
    "text_classification": TABLES,
    "translation": PAIRS,
}
"""Card -> files."""


def write_own(card: str, root: Path) -> None:
    """Write the files of a card."""
    write_folder(root, OWN[card])
