"""The rows of each kind as files: JSON and CSV for programs and spreadsheets, and as words for comparisons."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from hub.site import facts
from hub.site.labels import LANGUAGES
from hub.site.pages.site import File
from hub.site.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hub.site.facts import Row
    from hub.site.pages.site import Site


UNSAID = ("metric", "kind")
"""Facts that comparisons leave out: which metric stands for a model is told by the figures that are there."""


def files(site: Site) -> Iterator[File]:
    """Yield the tables of every kind, which have both languages, and in each language what comparisons show."""
    for kind in site.collection.kinds:
        rows = facts.rows(site.collection.of_kind(kind), site.collection, site.references)
        yield File(f"{kind}s/{kind}s.json", _json([_table(row) for row in rows]))
        yield File(f"{kind}s/{kind}s.csv", _csv(rows))
        for language in LANGUAGES:
            words = Words(replace(site, language=language))
            yield File(f"compare/{kind}s.{language}.json", _json(_words(rows, words)))


def _table(row: Row) -> dict[str, object]:
    summary = row.entry.card.summary
    known = {key: value.isoformat() if isinstance(value, date) else value for key, value in row.facts.items()}
    names = {"id": row.key, "page": row.path, "name": row.name.en, "name_zh": row.name.zh}
    return {**names, **known, "summary": summary.en, "summary_zh": summary.zh}


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _csv(rows: Sequence[Row]) -> str:
    tables = [_table(row) for row in rows]
    told = io.StringIO()
    writer = csv.DictWriter(told, list(dict.fromkeys(key for table in tables for key in table)), lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in table.items()} for table in tables)
    return told.getvalue()


def _cell(value: object) -> object:
    """Return a value as it stands in a cell: several are parted by "; "."""
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    # A spreadsheet runs what begins so as a formula.
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


def _words(rows: Sequence[Row], words: Words) -> dict[str, object]:
    """Return what a comparison shows: labels by key, and of each row its name, its page and its facts as words."""
    keys = dict.fromkeys(key for row in rows for key in row.facts if key not in UNSAID)
    return {
        "labels": {key: words.label(key) for key in keys},
        "rows": {row.key: _compared(row, words) for row in rows},
    }


def _compared(row: Row, words: Words) -> dict[str, object]:
    said = {key: words.text(key, value) for key, value in row.facts.items() if key not in UNSAID}
    return {"name": words.name(row), "page": row.path, "summary": words.bare(row), "facts": said}
