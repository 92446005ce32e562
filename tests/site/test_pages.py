"""Pages that are made of many cards: categories, topics, what is new or amiss, the first page, how to contribute."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import small_site
from reading_pages import parsed

from hub import cards as card_types
from hub.site import forms, pages
from hub.site.pages import categories, changes, home, learning, projects, status

if TYPE_CHECKING:
    from pathlib import Path

    from bs4 import BeautifulSoup

    from hub.site.pages.site import Site


def page(site: Site, path: str) -> BeautifulSoup:
    return parsed(next(each.body for each in pages.every(site) if each.path == path))


def links(soup: BeautifulSoup, selector: str) -> list[str]:
    return [link.text.strip() for link in soup.select(f"{selector} a")]


def test_a_category_has_what_fits_by_tags_and_by_data(english: Site) -> None:
    about = english.collection.categories["computer-vision"]

    found = categories.group("computer-vision", about, english.collection)

    assert [each.id for each in found.alive] == ["leafkit", "slowkit", "stillkit"]
    assert [each.id for each in found.over] == ["oldkit"]
    assert [each.reference for each in found.datasets] == ["dataset/digits"]
    assert [each.reference for each in found.models] == ["model/leaves"]
    assert {each.kind for each in found.learning} == {"tutorial", "book", "course"}


def test_a_category_says_what_to_use_in_place_of_what_is_over(english: Site) -> None:
    soup = page(english, "categories/computer-vision")

    assert links(soup, ".hub-successors") == ["Leafkit", "Twigs"]


def test_categories_without_projects_have_no_page(english: Site) -> None:
    paths = {each.path for each in categories.pages(english)}

    assert paths == {"categories", "categories/computer-vision", "tags"}


def test_topics_lead_to_the_lists_that_have_them(english: Site) -> None:
    soup = page(english, "tags")

    (line,) = [each for each in soup.select(".hub-topics li") if "Computer vision" in each.text]

    assert [link["href"] for link in line.select("a")] == [
        "../projects/?tag=computer-vision",
        "../learn/?tag=computer-vision",
    ]
    assert [link.text for link in line.select("a")] == ["4 projects", "2 to learn from"]


def test_what_is_new_takes_each_kind_in_turn(english: Site) -> None:
    kinds = [each.kind for each in english.collection.newest]

    assert kinds[:8] == ["dataset", "model", "project", "tutorial", "article", "book", "course", "paper"]


def test_the_latest_day_comes_first(tmp_path: Path) -> None:
    folder = small_site.write(tmp_path)
    card = (folder / "catalog/papers/a-paper.toml").read_text("utf-8")
    later = card.replace("added = 2026-11-21", "added = 2026-12-01").replace("example", "later")
    small_site.put(folder, "catalog/papers/later", later)

    found = small_site.site(folder).collection

    assert found.newest[0].id == "later"
    assert [str(day) for day, _ in changes.days(found)] == ["2026-12-01", "2026-11-21"]


def test_the_state_of_the_catalog_names_its_weak_spots(tmp_path: Path) -> None:
    folder = small_site.write(tmp_path)
    article = (folder / "catalog/articles/a-article.toml").read_text("utf-8")
    small_site.put(folder, "catalog/articles/a-article", article.replace("basis", "opened = false\nbasis"))
    digits = (folder / "datasets/digits.toml").read_text("utf-8")
    small_site.put(folder, "datasets/digits", digits.replace("zh = ", "# "))
    small_site.put(folder, "catalog/articles/broken", article.replace("level", "levle"))

    soup = page(small_site.site(folder), "status")

    text = " ".join(soup.text.split())
    assert "Slowkit quiet since 2025-08" in text
    assert "Stillkit nothing since 2021-03" in text
    assert "Oldkit archived" in text
    assert "Articles 1 of 1 PyTorch 显存" in text
    assert "catalog/articles/broken.toml" in text
    assert links(soup, ".hub-entries") == ["My digits"]


def test_a_file_with_one_source_hangs_by_a_thread(english: Site) -> None:
    found = [(each.entry.id, each.host, each.files, each.all_files) for each in status.threads(english.collection)]

    assert found == [("digits", "example.org", 2, 2), ("leaves", "example.org", 1, 2)]


def test_the_first_page_loads_only_what_is_there(tmp_path: Path, english: Site) -> None:
    nothing = small_site.write(tmp_path)
    for card in [*nothing.glob("models/*.toml"), *nothing.glob("datasets/*.toml")]:
        card.unlink()

    assert 'hub.load("leaves18", pretrained=True)' in home.example(english)
    assert 'hub.load_dataset("digits", split="train")' in home.example(english)
    assert home.example(small_site.site(nothing)) == ""


def test_the_first_page_counts_networks_and_names_ten_new_entries(english: Site) -> None:
    soup = page(english, "")

    numbers = {
        tile.select("strong")[0].text: tile.select(".hub-number")[0].text for tile in soup.select(".hub-tiles li")
    }

    assert numbers["Models"] == "3"
    assert numbers["Projects"] == "4"
    assert len(soup.select(".hub-latest li")) == 10


def test_entries_of_one_name_have_titles_of_their_own(tmp_path: Path) -> None:
    folder = small_site.write(tmp_path)
    small_site.put(folder, "catalog/books/second", (folder / "catalog/books/a-book.toml").read_text("utf-8"))

    made = {each.title for each in learning.pages(small_site.site(folder)) if each.path.startswith("books/")}

    assert made == {"Networks of leaves (a-book)", "Networks of leaves (second)"}


def test_alike_is_what_shares_the_first_tag(english: Site) -> None:
    course = english.collection.entries["course/a-course"]

    assert [each.reference for each in learning.alike(english, course)] == ["book/a-book"]


@pytest.mark.parametrize(
    ("kind", "of_schema_org"),
    [("tutorial", "LearningResource"), ("article", "TechArticle"), ("book", "Book"), ("course", "Course")],
)
def test_what_teaches_describes_itself_to_search_engines(english: Site, kind: str, of_schema_org: str) -> None:
    soup = page(english, f"{kind}s/a-{kind}")

    said = json.loads(soup.select('script[type="application/ld+json"]')[0].text)

    card = english.collection.entries[f"{kind}/a-{kind}"].card
    assert (said["@type"], said["name"], said["description"]) == (of_schema_org, card.name, card.summary.en)


def test_a_project_says_how_hub_loads_what_belongs_to_it(english: Site) -> None:
    entries = english.collection.entries

    told = projects.snippet([entries["dataset/digits"], entries["model/leaves"], entries["book/a-book"]])

    assert told.splitlines()[2:] == [
        'digits = hub.load_dataset("digits")',
        'leaves18 = hub.load("leaves18", pretrained=True)',
    ]


def test_names_in_another_language_say_so(english: Site, chinese: Site) -> None:
    link = 'a[href="../articles/a-article/"]'

    assert page(english, "changes").select(link)[0]["lang"] == "zh"
    assert "lang" not in page(chinese, "changes").select(link)[0].attrs
    assert page(chinese, "changes").select('a[href="../books/a-book/"]')[0]["lang"] == "en"


def test_notes_on_what_to_use_instead_may_hold_code(tmp_path: Path) -> None:
    folder = small_site.write(tmp_path)
    card = (folder / "catalog/projects/oldkit.toml").read_text("utf-8")
    small_site.put(folder, "catalog/projects/oldkit", card.replace("It reads the", "`leaf_kit` reads the"))

    soup = page(small_site.site(folder), "projects/oldkit")

    assert soup.select(".hub-instead code")[0].text == "leaf_kit"


@pytest.mark.parametrize("kind", card_types.CARD_TYPES)
def test_the_card_to_begin_with_is_sound(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "card.toml"
    path.write_text(forms.minimal(kind), "utf-8")

    assert card_types.read(kind, path).name


@pytest.mark.parametrize("kind", card_types.CARD_TYPES)
def test_a_form_has_every_key_with_its_meaning_in_both_languages(english: Site, chinese: Site, kind: str) -> None:
    definitions = card_types.schema(kind)["$defs"]
    assert isinstance(definitions, dict)

    told = {site.language: forms.forms(kind, site.labels, site.language) for site in (english, chinese)}

    for english_form, chinese_form in zip(told["en"], told["zh"], strict=True):
        keys = {key.name for key in english_form.keys}
        assert keys == set(definitions[english_form.name]["properties"])
        same = {key.meaning for key in english_form.keys} & {key.meaning for key in chinese_form.keys}
        assert same <= {""}
        assert english_form.meaning != chinese_form.meaning


def test_a_form_says_what_a_key_holds(english: Site) -> None:
    (project, *_) = forms.forms("project", english.labels, "en")

    holds = {key.name: key.holds for key in project.keys}

    assert holds["schema"] == "always 1"
    assert holds["added"] == "date, without quotes"
    assert holds["tags"] == "list: text"
    assert holds["summary"] == "table"
    assert holds["status"] == "one of these words"
    assert next(key for key in project.keys if key.name == "use_instead").inside == "Successor"
