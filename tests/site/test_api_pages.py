"""The pages of the API index, what searches find of it, and what is refused."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from hub.cards import read_api
from hub.cards.api import Name
from hub.errors import CardError
from hub.registry.folder import cards_folder
from hub.site import checking, references
from hub.site.collection import Collection, load
from hub.site.labels import LANGUAGES
from hub.site.pages import api, projects
from hub.site.pages.site import Page, Site

if TYPE_CHECKING:
    from pathlib import Path

ANCHOR = re.compile(r"\{ #(\S+)")
PROJECT = """
schema = 1
name = "Leafkit"
url = "https://example.org/leafkit"
added = 2026-11-21
category = "vision"
status = "active"
[summary]
en = "Tells trees apart."
zh = "辨认树种。"
[checked]
date = 2026-11-21
basis = "Its repository was read."
"""
CATEGORIES = '[vision]\nname = { en = "Vision", zh = "视觉" }\nsummary = { en = "Seeing.", zh = "看。" }\n'
LIBRARY = """
schema = 1
name = "Leafkit"
package = "leafkit"
version = "2.0"
prefix = "leafkit."
project = "project/leafkit"
summary = { en = "Leaves.", zh = "树叶。" }

[[groups]]
id = "trees"
name = { en = "Trees", zh = "树" }

[[names]]
name = "leafkit.grow"
kind = "function"
group = "trees"
today = "leafkit.forests.grow"
signature = "grow(tree, *, height: tuple[int, int] = (1, 2)) -> <b>Tree</b>"
former = { version = "1.0", signature = "grow(tree, tall=1)" }
what = { en = "Makes `<script>` taller.", zh = "让它更高。" }
also = ["groww"]
related = ["project/leafkit"]

[[names.since]]
version = "1.9"
kind = "added"

[[names.since]]
version = "1.10"
kind = "changed"
arguments = { tall = "height" }
what = { en = "`tall` became `height`.", zh = "`tall` 改名为 `height`。" }
"""


@pytest.fixture(scope="module")
def everything() -> Collection:
    return load(cards_folder())


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    """A folder with one project and one library."""
    files = {"projects/leafkit.toml": PROJECT, "api/leafkit.toml": LIBRARY, "categories.toml": CATEGORIES}
    for name, text in files.items():
        path = tmp_path / "catalog" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


def change(folder: Path, old: str, new: str) -> Collection:
    path = folder / "catalog" / "api" / "leafkit.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return load(folder)


def made(collection: Collection, language: str = "en") -> dict[str, Page]:
    site = Site(collection, references.find(collection), language)
    return {page.path: page for page in api.pages(site)}


def project_page(collection: Collection) -> str:
    (page,) = projects.pages(Site(collection, references.find(collection), "en"))
    return page.body


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_has_a_line_and_a_place(everything: Collection, language: str) -> None:
    pages = made(everything, language)

    lines = unescape(pages["api"].body)
    for id_, library in everything.api.items():
        ordered = [library.anchor(name) for group in library.groups for name in library.of_group(group)]
        assert [place for place in ANCHOR.findall(pages[f"api/{id_}"].body) if place in ordered] == ordered
        assert all(f'href="{id_}/#{anchor}"' in lines for anchor in ordered)


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_and_descriptions_tell_pages_apart(everything: Collection, language: str) -> None:
    pages = made(everything, language).values()

    assert len({page.title for page in pages}) == len({page.description for page in pages}) == len(everything.api) + 1
    assert not any("`" in page.description for page in pages)


def test_chinese_pages_are_chinese(everything: Collection) -> None:
    for page in made(everything, "zh").values():
        assert 'lang="en"' not in page.body
        assert "Use instead" not in page.body


def test_every_symbol_leads_to_a_place_that_is_there(everything: Collection) -> None:
    pages = made(everything)

    for symbol in api.symbols(everything):
        path, _, anchor = symbol.place.partition("#")
        assert f"{{ #{anchor}" in pages[path].body
        assert symbol.summary.zh


@pytest.mark.parametrize(
    "name",
    [
        "torchvision.transforms.Resize",
        "torchvision.transforms.v2.Resize",
        "torchtext.datasets.IMDB",
        "hub.text.datasets.IMDB",
        "torch.utils.tensorboard.SummaryWriter.add_projection",
        "torch.hub.load_state_dict_from_url",
        "torch.utils.model_zoo.load_url",
    ],
)
def test_a_name_is_found_as_people_write_it(everything: Collection, name: str) -> None:
    assert name in {symbol.name for symbol in api.symbols(everything)}


def test_symbols_stand_in_order_and_once(everything: Collection) -> None:
    names = [symbol.name for symbol in api.symbols(everything)]

    assert names == sorted(set(names))


def test_what_a_file_says_stays_text(cards: Path) -> None:
    body = made(load(cards))["api/leafkit"].body

    assert "<script>" not in body
    assert "<b>Tree" not in body
    assert "<code>&#60;script&#62;</code>" in body


def test_a_page_shows_today_before_and_when(cards: Path) -> None:
    body = made(load(cards))["api/leafkit"].body

    assert (
        '<span class="hub-signature__place">leafkit.forests.</span><b>grow</b>(<span>tree,</span> <span>&#42;,</span>'
        in body
    )
    assert "<code>tall</code>" in body
    assert body.index("1.9") < body.index("1.10")
    assert "In 1.0" in body


def test_an_entry_leads_to_the_names_that_are_about_it(cards: Path) -> None:
    collection = load(cards)

    found = references.find(collection).documented["project/leafkit"]

    assert [each.name.name for each in found] == ["leafkit.grow"]
    assert '<a href="../../api/leafkit/#grow">' in unescape(project_page(collection))
    assert '<a href="../../api/leafkit/">Leafkit: then and now' in project_page(collection)


def test_without_an_index_there_are_no_pages(cards: Path) -> None:
    (cards / "catalog" / "api" / "leafkit.toml").unlink()

    assert made(load(cards)) == {}


def test_a_sound_index_has_no_faults(cards: Path) -> None:
    assert checking.check(load(cards)) == []


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ('"project/leafkit"]', '"dataset/leaves"]', "names[0].related[0]", "no 'dataset/leaves'"),
        ('project = "project/leafkit"', 'project = "project/tree"', "project", "no 'project/tree'"),
        ('group = "trees"', 'group = "bushes"', "names[0].group", "no group 'bushes'"),
        ('name = "leafkit.grow"', 'name = "tree.grow"', "names[0].name", "does not begin with 'leafkit.'"),
        ('today = "leafkit.forests.grow"\n', "", "names[0].use_instead", "the name is removed"),
        (
            'what = { en = "Makes `<script>` taller.", zh = "让它更高。" }',
            'what = { en = "A." }',
            "names[0].what.zh",
            "miss",
        ),
        ('kind = "added"', 'kind = "changed"', "names[0].since[0].what", "missing"),
        ('version = "1.9"', 'version = "1.11"', "names[0].since", "order of versions"),
        ('version = "1.9"', 'version = "new"', "names[0].since[0].version", "Expected `str` matching"),
        ("also", "alos", "names[0].alos", "did you mean 'also'"),
    ],
)
def test_a_fault_is_named_by_file_and_key(cards: Path, old: str, new: str, key: str, message: str) -> None:
    faults = checking.check(change(cards, old, new))

    (fault,) = [each for each in faults if each.key == key]
    assert fault.path == cards / "catalog" / "api" / "leafkit.toml"
    assert message in fault.message


def test_names_stand_in_order(cards: Path) -> None:
    path = cards / "catalog" / "api" / "leafkit.toml"
    second = LIBRARY[LIBRARY.index("[[names]]") :].replace("leafkit.grow", "leafkit.fell")
    path.write_text(LIBRARY + second, "utf-8")

    with pytest.raises(CardError, match="are not in order"):
        read_api(path)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "same"),
        ({"today": None}, "removed"),
        ({"today": "hub.text.grow"}, "moved"),
        ({"today": "leafkit.trees.grow"}, "renamed"),
    ],
)
def test_the_status_of_a_name_follows_from_what_is_said_of_it(changes: dict[str, str | None], status: str) -> None:
    said = {"name": "leafkit.grow", "kind": "function", "group": "trees", "today": "leafkit.grow"}

    name = Name(what={"en": "Grows."}, **(said | changes))  # type: ignore[arg-type]

    assert name.status == status
