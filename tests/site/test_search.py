"""The search, as somebody types: each query beside what the cards themselves say must be found."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import pytest
from accessible import violations

from hub.registry.folder import cards_folder
from hub.site import collection
from hub.site.finding import other_names
from hub.site.labels import LANGUAGES, Labels
from hub.site.pages.site import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

    from hub.site.collection import Collection, Listed

pytestmark = pytest.mark.web

HAN = re.compile(r"[㐀-鿿]+")
KILOBYTE = 1000

# What is typed, and what has to be on the first page: a name of the API, the page of a card, or one of the guides.
QUERIES = {
    "hub.load_dataset": "docs/api/hub/#hub.load_dataset",
    "build_vocab_from_iterator": "docs/api/text_vocab/#hub.text.vocab.build_vocab_from_iterator",
    "MNIST": "docs/api/vision_datasets/#hub.vision.datasets.MNIST",
    "resnet50": "models/resnet/",
    "fashion mnist": "datasets/fashion_mnist/",
    "differential privacy": "projects/opacus/",
    "optical flow": "datasets/kitti_flow/",
    "word vectors": "datasets/glove/",
    "pytorch lightning": "projects/pytorch-lightning/",
    "quarantine": "docs/store/",
    "差分隐私": "projects/opacus/",
    "手写": "datasets/mnist/",
    "翻译": "datasets/multi30k/",
    "词向量": "datasets/glove/",
    "联邦学习": "papers/ryffel-2018-generic/",
    "图像分类": "datasets/mnist/",
    "强化学习": "projects/chainerrl/",
    "MNIST 数据集": "datasets/mnist/",
    "PyTorch教程": "tutorials/topic-audio/",
    "光流": "datasets/sintel/",
}
NAMES = ("hub.load_dataset", "build_vocab_from_iterator", "MNIST", "list", "get_tokenizer", "hub.NotFound", "GloVe")


@pytest.fixture(scope="module")
def cards() -> Collection:
    return collection.load(cards_folder())


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context()
    found = context.new_page()
    found.goto(address)
    yield found
    context.close()


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def terms(query: str) -> list[str]:
    """Return the words of a query; Chinese ends one where it meets letters."""
    return [word for part in folded(query).split() for word in re.findall(rf"{HAN.pattern}|[^㐀-鿿]+", part)]


def said(entry: Listed, languages: set[str]) -> str:
    """Return all that an entry may be found by: its names, its kind in both languages, its summary in some."""
    texts = [entry.card.name, getattr(entry.card, "name_zh", ""), *other_names(entry)]
    texts += [Labels(language)("kind", entry.kind) for language in LANGUAGES]
    texts += [getattr(entry.card.summary, language) for language in languages]
    return folded("\n".join(texts))


def expected(cards: Collection, query: str, language: str) -> set[str]:
    """Return the pages of all cards that have every word of a query."""
    languages = {language, "zh" if HAN.search(query) else "en"}
    found = (entry for entry in cards.entries.values() if all(each in said(entry, languages) for each in terms(query)))
    return {f"{place(entry)}/" for entry in found}


def ask(page: Page, query: str) -> Locator:
    """Type a query and return the list once all of it is there."""
    if not page.locator("dialog[open]").count():
        page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill(query)
    found = page.get_by_role("listbox")
    page.wait_for_function("document.querySelector('dialog [role=listbox]').ariaBusy === 'false'")
    return found


def links(found: Locator, address: str, group: str = "") -> list[str]:
    chosen = found.locator(f"[role=option]{f'[data-group={group}]' if group else ''}")
    hrefs = [each.get_attribute("href") or "" for each in chosen.all()]
    return [href.removeprefix(address).removeprefix(re.sub("^https?://[^/]+", "", address)) for href in hrefs]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_query_finds_what_the_cards_say_it_must(
    page: Page, address: str, cards: Collection, language: str
) -> None:
    page.goto(address + ("zh/" if language == "zh" else ""))
    folder = "zh/" if language == "zh" else ""

    for query, wanted in QUERIES.items():
        found = ask(page, query)
        shown = [link.removeprefix(folder) for link in links(found, address)]
        of_cards = {link.removeprefix(folder) for link in links(found, address, "card")} - {"#"}
        count = int(found.locator(".hub-seek__count").inner_text()) if of_cards else 0

        assert wanted in [link.partition("#")[0] if "/#" not in wanted else link for link in shown], (query, shown)
        assert of_cards <= expected(cards, query, language), query
        assert count == len(expected(cards, query, language)), query


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_the_api_comes_first(page: Page, address: str, name: str) -> None:
    first, *_ = links(ask(page, name), address)

    assert first.startswith("docs/api/")
    assert first.endswith(f".{name.rpartition('.')[2]}")


def test_chinese_of_two_characters_is_found_in_full_text_from_either_language(page: Page, address: str) -> None:
    for start in ("", "zh/"):
        page.goto(address + start)

        assert links(ask(page, "梯度"), address)


def test_nothing_is_loaded_before_somebody_searches(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.reload()
    page.wait_for_load_state("networkidle")

    assert [url for url in asked if "/search/" in url or "pagefind" in url] == []
    assert all(url.startswith(address) for url in asked)


@pytest.mark.parametrize("query", ["image classification", "差分隐私"])
def test_a_search_costs_at_most_300_kilobytes(chromium: Browser, address: str, query: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))

    ask(page, query)
    page.wait_for_load_state("networkidle")
    context.close()

    assert 0 < sum(sizes) <= 300 * KILOBYTE


def test_the_keyboard_is_enough(page: Page, address: str) -> None:
    button = page.locator(".md-header [data-hub-search]")
    button.focus()
    page.keyboard.press("Control+k")
    found = ask(page, "mnist")
    box = page.get_by_role("combobox")

    page.keyboard.press("ArrowDown")
    second = found.locator("[aria-selected=true]")
    assert second.get_attribute("id") == box.get_attribute("aria-activedescendant")
    assert found.locator("[role=option]").nth(1).get_attribute("aria-selected") == "true"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert found.locator("[role=option]").last.get_attribute("aria-selected") == "true"

    page.keyboard.press("Escape")
    assert not page.locator("dialog[open]").count()
    assert button.evaluate("each => each === document.activeElement")


def test_enter_opens_what_is_chosen(page: Page, address: str) -> None:
    ask(page, "fashion mnist")

    page.keyboard.press("Enter")
    page.wait_for_url("**/datasets/fashion_mnist/")


def test_the_focus_stays_inside_while_the_dialog_is_open(page: Page) -> None:
    ask(page, "mnist")

    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('dialog') || document.activeElement === document.body")


def test_half_a_word_of_an_input_method_is_not_searched(page: Page, address: str) -> None:
    page.keyboard.press("/")
    page.get_by_role("combobox").focus()
    typing = page.context.new_cdp_session(page)

    typing.send("Input.imeSetComposition", {"text": "shou xie", "selectionStart": 8, "selectionEnd": 8})
    page.wait_for_timeout(400)
    assert not page.get_by_role("option").count()
    typing.send("Input.insertText", {"text": "手写"})
    page.get_by_role("option").first.wait_for()

    assert "datasets/mnist/" in links(page.get_by_role("listbox"), address)


def test_all_cards_are_shown_to_those_who_ask(page: Page, address: str) -> None:
    found = ask(page, "pytorch")
    count = int(found.locator(".hub-seek__count").inner_text())

    found.get_by_role("option", name="All ").click()

    assert len(links(found, address, "card")) == count


def test_what_has_no_hit_says_so(page: Page) -> None:
    ask(page, "qqqqzzzz")

    assert "qqqqzzzz" in page.locator("dialog [role=status]").inner_text()


def test_a_slash_in_a_field_is_a_slash(page: Page, address: str) -> None:
    page.goto(f"{address}datasets/")
    field = page.locator("main input[type=search]").first
    field.focus()

    page.keyboard.press("/")

    assert not page.locator("dialog[open]").count()
    assert field.input_value() == "/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_dialog_can_be_read_by_everybody(chromium: Browser, address: str, scheme: str) -> None:
    context = chromium.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    page.goto(f"{address}docs/")
    ask(page, "MNIST 手写")
    ask(page, "privacy")

    found = violations(page)
    context.close()

    assert found == []


def test_it_fits_a_telephone(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(address)
    page.locator(".md-header [data-hub-search]").click()
    ask(page, "differential privacy")
    wide = page.evaluate("document.querySelector('dialog').scrollWidth > 390 || document.body.scrollWidth > 390")
    context.close()

    assert not wide
