"""The rendered site holds together: links, titles, languages, in any folder of any host, and always the same bytes."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import small_site
from reading_pages import LINKS, Built, links

from hub.site import building, collection

if TYPE_CHECKING:
    from pathlib import Path

    from bs4 import BeautifulSoup

# Made by other parts: the registry's files, and pages in Sphinx.
ELSEWHERE = ("feed.xml", "feed/", "registry/", "llms.txt", "docs/")
NO_PAGE = ("404.html", "zh/404.html")


@pytest.fixture(scope="module")
def pages(built: Path) -> dict[str, BeautifulSoup]:
    return {address: soup for address, soup in Built(built).pages().items() if address not in NO_PAGE}


def test_every_link_within_the_site_leads_somewhere(built: Path, pages: dict[str, BeautifulSoup]) -> None:
    site = Built(built)

    dead = {
        (address, target)
        for address, soup in pages.items()
        for target, _ in links(address, soup)
        if not target.startswith(ELSEWHERE) and not site.leads_somewhere(target)
    }

    assert dead == set()


def test_every_anchor_is_there(pages: dict[str, BeautifulSoup]) -> None:
    ids = {address: {str(tag["id"]) for tag in soup.select("[id]")} for address, soup in pages.items()}

    missing = {
        (address, target, anchor)
        for address, soup in pages.items()
        for target, anchor in links(address, soup)
        if anchor and anchor not in ids.get(f"{target}index.html" if target.endswith("/") or not target else target, ())
    }

    assert missing == set()


def test_links_are_relative_so_that_the_site_works_in_any_folder(pages: dict[str, BeautifulSoup]) -> None:
    from_the_host = {
        (address, tag[LINKS[tag.name]])
        for address, soup in pages.items()
        for tag in soup.find_all(list(LINKS))
        if str(tag.get(LINKS[tag.name], "")).startswith("/")
    }

    assert from_the_host == set()


def test_nothing_is_fetched_from_another_host(pages: dict[str, BeautifulSoup]) -> None:
    fetched = {
        str(tag.get("src") or tag.get("href"))
        for soup in pages.values()
        for tag in soup.select("script[src], img[src], iframe[src], link[rel=stylesheet], link[rel=preconnect]")
    }

    assert {url for url in fetched if urlsplit(url).netloc} == set()


def test_every_page_has_one_heading_and_says_its_language(pages: dict[str, BeautifulSoup]) -> None:
    headings = {address: len(soup.select("h1")) for address, soup in pages.items()}
    languages = {address: soup.select("html")[0]["lang"] for address, soup in pages.items()}

    assert {address for address, number in headings.items() if number != 1} == set()
    assert languages == {address: "zh" if address.startswith("zh/") else "en" for address in pages}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_titles_and_descriptions_are_each_pages_own(pages: dict[str, BeautifulSoup], language: str) -> None:
    own = [soup for address, soup in pages.items() if address.startswith("zh/") == (language == "zh")]

    for said in (
        [soup.select("title")[0].text for soup in own],
        [str(soup.select('meta[name="description"]')[0]["content"]) for soup in own],
    ):
        assert [text for text, number in Counter(said).items() if number > 1] == []
        assert all(said)


def test_each_page_leads_to_itself_in_the_other_language(built: Path, pages: dict[str, BeautifulSoup]) -> None:
    for address, soup in pages.items():
        (link,) = soup.select("header .hub-language")
        (target, _) = next((found for found in links(address, soup) if found[0] and link), ("", ""))
        other = address.removeprefix("zh/") if address.startswith("zh/") else f"zh/{address}"
        assert target is not None
        assert (built / other).is_file()


def test_the_tab_of_a_page_is_marked_as_the_current_one(pages: dict[str, BeautifulSoup]) -> None:
    def current(address: str) -> list[tuple[str, str]]:
        found = pages[address].select(".md-tabs [aria-current]")
        return [(link.text, str(link["aria-current"])) for link in found]

    assert current("projects/index.html") == [("Projects", "page")]
    assert current("projects/leafkit/index.html") == [("Projects", "true")]
    assert current("books/a-book/index.html") == [("Learn", "true")]
    assert current("index.html") == []


def test_the_drawer_lists_what_the_bar_has(pages: dict[str, BeautifulSoup]) -> None:
    soup = pages["zh/index.html"]

    bar = [link.text for link in soup.select(".md-tabs a")]
    drawer = [link.text for link in soup.select(".md-nav--primary > .md-nav__list > li > a")]

    assert bar[:4] == ["数据集", "模型", "项目", "学习"]
    assert drawer[: len(bar)] == bar


def test_a_missing_page_leads_on_from_any_depth(built: Path) -> None:
    soup = Built(built).pages()["404.html"]

    found = [str(link["href"]) for link in soup.select(".hub-ways a")]

    assert found[0] == "/below/datasets/"
    assert soup.select("h1")[0].text == "There is no such page"
    assert soup.select('.hub-aside[lang="zh"]')


def test_the_same_cards_give_the_same_bytes(cards: Path, built: Path, tmp_path: Path) -> None:
    places = building.Places(small_site.ROOT / "site", tmp_path / "work", tmp_path / "again")

    building.build(collection.load(cards), places, building.Extent("https://example.org/below"))

    assert digests(tmp_path / "again") == digests(built)


def digests(folder: Path) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in found}


@pytest.mark.slow
def test_the_site_of_hubs_own_cards_holds_together(whole: Path) -> None:
    found = Built(whole).pages().items()
    made = {address: soup for address, soup in found if address not in NO_PAGE and not address.startswith("docs/")}

    test_every_link_within_the_site_leads_somewhere(whole, made)
    test_every_anchor_is_there(made)
    test_links_are_relative_so_that_the_site_works_in_any_folder(made)
    test_nothing_is_fetched_from_another_host(made)
    test_every_page_has_one_heading_and_says_its_language(made)
    for language in ("en", "zh"):
        test_titles_and_descriptions_are_each_pages_own(made, language)
