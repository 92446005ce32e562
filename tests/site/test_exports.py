"""The rows of lists as files."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import small_site

from hub.site import exports

if TYPE_CHECKING:
    from pathlib import Path

    from hub.site.pages.site import Site


def files(site: Site) -> dict[str, str]:
    return {file.path: str(file.content) for file in exports.files(site)}


def test_json_and_csv_hold_the_same_rows(english: Site) -> None:
    found = files(english)

    as_json = json.loads(found["models/models.json"])
    as_csv = list(csv.DictReader(io.StringIO(found["models/models.csv"])))

    assert [row["id"] for row in as_json] == [row["id"] for row in as_csv]
    assert [row["id"] for row in as_json] == ["leaves18", "leaves50", "leaves_untrained"]
    assert [row["params"] for row in as_csv] == ["11689512", "25557032", "1000"]


def test_values_are_those_of_the_cards_and_texts_are_there_in_both_languages(english: Site) -> None:
    (row, *_) = json.loads(files(english)["projects/projects.json"])

    assert row["id"] == "leafkit"
    assert (row["status"], row["activity"], row["updated"]) == ("active", "alive", "2026-11")
    assert row["added"] == "2026-11-21"
    assert row["summary_zh"].startswith("根据树叶")


def test_several_values_share_a_cell(english: Site) -> None:
    (row,) = csv.DictReader(io.StringIO(files(english)["tutorials/tutorials.csv"]))

    assert row["tag"] == "image-classification; transfer-learning"


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    folder = small_site.write(tmp_path)
    card = (folder / "catalog/books/a-book.toml").read_text("utf-8")
    small_site.put(folder, "catalog/books/a-book", card.replace('"Networks of leaves"', "'=HYPERLINK(\"x\")'"))

    (row,) = csv.DictReader(io.StringIO(files(small_site.site(folder))["books/books.csv"]))

    assert row["name"] == '\'=HYPERLINK("x")'


def test_comparisons_speak_the_language_of_their_page(english: Site) -> None:
    found: dict[str, Any] = {name: json.loads(text) for name, text in files(english).items() if "compare/" in name}

    one, other = found["compare/models.en.json"], found["compare/models.zh.json"]

    assert (one["labels"]["params"], other["labels"]["params"]) == ("Parameters", "参数量")
    assert one["rows"]["leaves50"]["facts"]["params"] == "25.6M"
    assert other["rows"]["leaves50"]["facts"]["task"] == "图像分类"
    assert one["rows"]["leaves50"]["page"] == "models/leaves#leaves50"


def test_a_metric_of_any_name_takes_no_other_facts_place(tmp_path: Path) -> None:
    folder = small_site.write(tmp_path)
    card = (folder / "models/leaves.toml").read_text("utf-8")
    small_site.put(folder, "models/leaves", card.replace('"acc@5" = 99.0', 'family = 1.0, "my own" = 2.0'))

    found = files(small_site.site(folder))

    (_, row, _) = json.loads(found["models/models.json"])
    assert (row["family"], row["acc@1"], row["my own"]) == ("Small nets", 95.5, 2.0)
    assert json.loads(found["compare/models.zh.json"])["labels"]["my own"] == "my own"
