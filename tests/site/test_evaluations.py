"""What was measured stands on the pages of its model and dataset; a broken results file is told and not shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import small_site
from documents import rendered

from hub.site import checking, collection
from hub.site.pages import datasets, models

if TYPE_CHECKING:
    from pathlib import Path

RESULTS: dict[str, Any] = {
    "schema": 1,
    "name": "leaves50 on digits",
    "task": "image-classification",
    "model": "leaves50",
    "weights": "V2",
    "dataset": "digits",
    "version": "1.0.0",
    "split": "test",
    "samples": 500,
    "of": 10000,
    "batch_size": 64,
    "metrics": {"acc@1": 91.25, "samples_per_second": 123.4},
    "command": "hub evaluate leaves50 digits --limit 500 <b>_a_</b>",
    "commit": "66ecd8abf0f22dcb0020aa5c95f6022112e2ab70+",
    "hardware": "A processor, 2 threads",
    "software": "hub 1.0",
    "device": "cpu",
    "date": "2026-11-21",
}
SAID = (
    "500 of 10,000 samples",
    "91.2",
    "% top-1",
    "123 samples/s",
    "A processor",
    "--limit 500 <b>_a_</b>",
    "66ecd8abf0f2+",
)


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    """Cards, and a folder for results."""
    folder = small_site.write(tmp_path)
    (folder / "models/results").mkdir()
    return folder


def put(cards: Path, **changed: object) -> Path:
    path = cards / "models/results/a.json"
    path.write_text(json.dumps(RESULTS | changed), "utf-8")
    return path


def test_a_datasets_page_says_what_was_measured(cards: Path) -> None:
    put(cards)

    page = next(page for page in datasets.pages(small_site.site(cards)) if page.path == "datasets/digits")

    document = rendered(page.body)
    assert [each for each in ("leaves50", *SAID) if each not in document.text] == []
    assert 'href="../../models/leaves/' in page.body


def test_a_models_page_says_it_too_in_both_languages(cards: Path) -> None:
    put(cards)

    pages = {
        language: next(page for page in models.pages(small_site.site(cards, language)) if page.path == "models/leaves")
        for language in ("en", "zh")
    }

    assert [each for each in SAID if each not in rendered(pages["en"].body).text] == []
    assert "用 hub 实测" in rendered(pages["zh"].body).text
    assert 'href="../../datasets/digits/"' in pages["en"].body


def test_a_page_of_what_nobody_measured_has_no_such_part(cards: Path) -> None:
    page = next(page for page in datasets.pages(small_site.site(cards)) if page.path == "datasets/digits")

    assert "Measured with hub" not in page.body


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"dataset": "nothing"}, "there is no 'dataset/nothing'"),
        ({"samples": 0}, "`$.samples`"),
        ({"extra": 1}, "extra"),
        ({"date": "yesterday"}, "`$.date`"),
    ],
    ids=["unknown dataset", "no samples", "unknown key", "no date"],
)
def test_what_is_wrong_with_a_results_file_is_told(changed: dict[str, object], said: str, cards: Path) -> None:
    path = put(cards, **changed)

    faults = [fault for fault in checking.check(collection.load(cards)) if fault.path == path]

    assert len(faults) == 1
    assert said in faults[0].message
