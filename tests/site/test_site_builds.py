"""The pages of datasets, models, leaderboards and papers as a whole: the same each time, small enough, and rendered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import site_cards

from hub.site import building, pages, references
from hub.site.building import Places
from hub.site.pages.site import File, Site

if TYPE_CHECKING:
    from pathlib import Path

    from hub.site.collection import Collection

KINDS = ("datasets", "models", "papers")

CARD_BYTES = 40_000
BUDGET = 200_000
"""A leaderboard of 131 weights with two plots and a table needs half of this."""


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_same_cards_give_the_same_pages(language: str, own: Collection) -> None:
    assert site_cards.every_page(own, language) == site_cards.every_page(own, language)


def test_files_that_are_no_pages_are_written_as_they_are(tmp_path: Path) -> None:
    building.write_files([File("a/b.csv", "é\n"), File("c.png", b"\x89PNG")], tmp_path)

    assert files(tmp_path) == {"a/b.csv": "é\n".encode(), "c.png": b"\x89PNG"}


def test_every_leaderboard_is_a_file_too(small: Collection) -> None:
    made = {file.path for file in pages.files(site_cards.site(small)) if file.path.startswith("leaderboards/")}

    assert made == {"leaderboards/imagenet-1k-acc-1.csv"}


def test_pages_without_any_models_or_datasets_are_none(small: Collection) -> None:
    empty = site_cards.of_entries(small, {})

    made = {page.path.partition("/")[0] for page in pages.every(Site(empty, references.find(empty), "en"))}

    assert made == {"", "changes", "compare", "contribute", "status"}


@pytest.mark.slow
def test_all_of_hubs_cards_are_rendered_within_their_budget(own: Collection, whole: Path) -> None:
    made = files(whole)

    for kind in KINDS:
        for entry in own.of_kind(kind.removesuffix("s")):
            for start in ("", "zh/"):
                assert len(made[f"{start}{kind}/{entry.id}/index.html"]) <= CARD_BYTES
    boards = [content for path, content in made.items() if "leaderboards/" in path and path.endswith(".html")]
    assert boards
    assert max(map(len, boards)) <= BUDGET


@pytest.mark.slow
def test_two_builds_are_equal_byte_for_byte_and_links_lead_somewhere(small: Collection, tmp_path: Path) -> None:
    for name in ("one", "two"):
        places = Places(site_cards.TOP / "site", tmp_path / name / "work", tmp_path / name / "out")
        building.build(small, places, building.Extent("https://example.org/"))

    one, two = files(tmp_path / "one" / "out"), files(tmp_path / "two" / "out")
    assert one == two
    assert b"lastmod" not in one["sitemap.xml"]
    page = one["zh/leaderboards/imagenet-1k-acc-1/index.html"].decode()
    assert 'href="../../../leaderboards/imagenet-1k-acc-1.csv"' in page
    assert "leaderboards/imagenet-1k-acc-1.csv" in one
    assert re.search(r'href="\.\./\.\./datasets/imagenet/"', page)
