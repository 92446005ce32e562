"""What only a browser can tell: facets, the address, the keyboard, narrow windows, and that no page has an error."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest
import small_site
from accessible import violations
from browser import Watched, serving

from hub.registry.folder import cards_folder
from hub.site import building, collection, menu, rendering
from hub.site.collection import Collection, Listed
from hub.site.pages import lists

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from hub.cards import ModelCard

pytestmark = [pytest.mark.web, pytest.mark.filterwarnings("ignore::ResourceWarning")]

TYPES = (
    "", "datasets/", "models/", "projects/", "learn/", "papers/", "articles/", "categories/", "categories/framework/",
    "tags/", "status/", "changes/", "contribute/", "contribute/dataset/", "compare/?kind=model&ids=resnet50,vgg16",
    "projects/allennlp/", "tutorials/blitz-60/", "articles/csdn-102514357/", "books/deep-learning-goodfellow/",
    "courses/stanford-cs224n/", "datasets/mnist/", "models/resnet/", "leaderboards/",
    "leaderboards/imagenet-1k-acc-1/", "papers/he-2015-residual/", "404.html",
)  # fmt: skip
MANY = 10_000


@pytest.fixture(scope="module")
def ours() -> Collection:
    return collection.load(cards_folder())


@pytest.fixture
def watched(chromium: Browser, address: str) -> Iterator[Watched]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    found = Watched(context.new_page(), address)
    yield found
    context.close()
    assert found.faults == []


def count(page: Page) -> str:
    return page.text_content(".hub-count") or ""


def rows(page: Page) -> list[str]:
    found = page.eval_on_selector_all(".hub-listing tbody tr", "rows => rows.map(row => row.dataset.key)")
    assert isinstance(found, list)
    return found


def tick(page: Page, facet: str, value: str) -> None:
    page.check(f'[data-facet="{facet}"] [value="{value}"]')


@pytest.mark.parametrize(
    ("language", "scheme", "width"),
    [
        ("", "light", 1280),
        ("zh/", "dark", 390),
        pytest.param("zh/", "dark", 1280, marks=pytest.mark.thorough),
        pytest.param("", "dark", 390, marks=pytest.mark.thorough),
    ],
)
def test_no_page_has_an_error_asks_a_stranger_or_scrolls_sideways(
    chromium: Browser, address: str, language: str, scheme: Any, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    watched = Watched(context.new_page(), address)

    wide = {}
    for page in TYPES:
        found = watched.open(language + page).evaluate("document.documentElement.scrollWidth")
        wide[page] = found - width

    context.close()
    assert watched.faults == []
    assert {page: over for page, over in wide.items() if over > 0} == {}


@pytest.mark.parametrize(
    ("language", "scheme", "types"),
    [
        pytest.param("", "light", TYPES[::2], id="light"),
        pytest.param("zh/", "dark", TYPES[1::2], id="dark"),
        pytest.param("", "dark", TYPES, id="all, dark", marks=pytest.mark.thorough),
        pytest.param("zh/", "light", TYPES, id="all, light", marks=pytest.mark.thorough),
    ],
)
def test_no_page_shuts_anybody_out(
    chromium: Browser, address: str, language: str, scheme: Any, types: tuple[str, ...]
) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    watched = Watched(context.new_page(), address)

    found = {page: violations(watched.open(language + page)) for page in types}

    context.close()
    assert {page: each for page, each in found.items() if each} == {}


def test_a_facet_shows_what_fits_and_says_how_many(watched: Watched, ours: Collection) -> None:
    page = watched.open("projects/")
    expected = [entry.id for entry in ours.of_kind("project") if getattr(entry.card, "status", "") == "archived"]

    tick(page, "status", "archived")

    assert sorted(rows(page)) == expected
    assert count(page) == f"{len(expected)} of {len(ours.of_kind('project'))} projects"
    assert page.url.endswith("projects/?status=archived")


def test_counts_are_of_the_rows_that_a_choice_would_give(watched: Watched, ours: Collection) -> None:
    page = watched.open("projects/?status=archived")
    projects = [entry.card for entry in ours.of_kind("project")]
    of_archived = Counter(
        getattr(card, "category", "") for card in projects if getattr(card, "status", "") == "archived"
    )
    of_all = Counter(getattr(card, "status", "") for card in projects)

    def told(facet: str) -> dict[str, int]:
        script = """labels => Object.fromEntries(labels.map(
            label => [label.querySelector("input").value, Number(label.lastElementChild.textContent)]))"""
        found: dict[str, int] = page.eval_on_selector_all(f'[data-facet="{facet}"] label', script)
        return {value: number for value, number in found.items() if number}

    assert told("category") == of_archived
    assert told("status") == of_all


def test_values_of_a_facet_add_up_and_facets_narrow_down(watched: Watched, ours: Collection) -> None:
    page = watched.open("projects/?status=archived&status=inactive&category=tooling")

    expected = [
        entry.id
        for entry in ours.of_kind("project")
        if getattr(entry.card, "status", "") in ("archived", "inactive")
        and getattr(entry.card, "category", "") == "tooling"
    ]

    assert sorted(rows(page)) == expected
    assert {chip.text_content() for chip in page.query_selector_all(".hub-chip")} == {"Tools", "archived", "inactive"}


def test_the_address_holds_everything_and_opens_to_the_same(watched: Watched, ours: Collection) -> None:
    page = watched.open("models/")
    tick(page, "task", "image-classification")
    page.fill("[name=q]", "resnet")
    page.select_option("[name=sort]", "-acc@1")
    page.click(".hub-views [value=cards]")
    page.check("tr[data-key=resnet50] input")
    before = (rows(page), count(page), page.url)

    page = watched.open(page.url.removeprefix(watched.site))

    assert (rows(page), count(page), page.url) == before
    assert page.input_value("[name=q]") == "resnet"
    assert page.get_attribute(".hub-views [value=cards]", "aria-pressed") == "true"
    assert page.is_checked("tr[data-key=resnet50] input")
    assert rows(page)[0] == best(ours, "resnet")


def best(ours: Collection, word: str) -> str:
    """Return the most accurate of the classifiers that a word finds."""
    figures = {
        variant.name: max(weights.metrics["imagenet-1k"]["acc@1"] for weights in variant.weights)
        for entry in ours.of_kind("model")
        for variant in cast("ModelCard", entry.card).variants
        if word in f"{variant.name} {entry.card.name}".lower()
        and "image-classification" in cast("ModelCard", entry.card).task
    }
    return max(figures, key=lambda name: figures[name])


def test_back_undoes_one_choice_after_the_other(watched: Watched) -> None:
    page = watched.open("projects/")
    every = count(page)
    tick(page, "status", "archived")
    archived = count(page)
    tick(page, "category", "tooling")

    page.go_back()
    first = (
        count(page),
        page.is_checked('[value="archived"]'),
        page.is_checked('[data-facet=category] [value="tooling"]'),
    )
    page.go_back()

    assert first == (archived, True, False)
    assert count(page) == every
    page.go_forward()
    assert count(page) == archived


def test_what_was_chosen_can_be_taken_back_in_one_place(watched: Watched) -> None:
    page = watched.open("projects/?status=archived&category=tooling")

    page.click(".hub-chip:has-text('archived')")
    one = page.url
    page.fill("[name=q]", "no such words at all")
    nothing = page.is_visible(".hub-none")
    page.click(".hub-none button")

    assert one.endswith("?category=tooling")
    assert nothing
    assert page.url.endswith("projects/")


def test_lists_work_by_keyboard_alone(watched: Watched, ours: Collection) -> None:
    page = watched.open("datasets/")

    page.focus("[name=q]")
    page.keyboard.type("mnist")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    chosen = page.evaluate("[document.activeElement.name, document.activeElement.checked]")
    page.focus("thead [data-orders='-samples samples'] button")
    page.keyboard.press("Enter")

    assert chosen == ["task", True]
    assert "q=mnist" in page.url
    assert "sort=-samples" in page.url
    assert page.get_attribute("th[data-orders='-samples samples']", "aria-sort") == "descending"
    assert rows(page)[0] == "emnist"


def test_chinese_words_filter_a_chinese_list(watched: Watched) -> None:
    page = watched.open("zh/datasets/")

    page.fill("[name=q]", "手写")

    assert "mnist" in rows(page)
    assert all("手写" in (row.text_content() or "") for row in page.query_selector_all(".hub-listing tbody tr"))


def test_four_at_most_are_compared_and_what_differs_is_marked(watched: Watched) -> None:
    page = watched.open("models/")
    for name in ("resnet18", "resnet50", "vgg16", "alexnet"):
        page.check(f"tr[data-key={name}] input")
    full = page.is_disabled("tr[data-key=vgg19] input")

    page.click(".hub-panel a")
    page.wait_for_selector(".hub-comparison")

    heads = [head.text_content() for head in page.query_selector_all(".hub-comparison thead a")]
    lines = {
        (line.query_selector("th") or line).inner_text().split("\n")[0].partition(" (differs")[0]: line.get_attribute(
            "class"
        )
        for line in page.query_selector_all(".hub-comparison tbody tr")
    }

    assert full
    assert heads == ["resnet18", "resnet50", "vgg16", "alexnet"]
    assert lines["Parameters"] == "hub-differing"
    assert lines["Licence"] == ""
    page.click("text=Choose others")
    assert page.is_checked("tr[data-key=alexnet] input")


def test_a_comparison_of_what_is_not_there_leads_to_the_lists(watched: Watched) -> None:
    page = watched.open("compare/?kind=model&ids=__proto__,toString,nothing")

    assert page.is_visible(".hub-ways a >> nth=0")


def test_without_scripts_every_row_is_there_and_no_control(chromium: Browser, address: str, ours: Collection) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(f"{address}projects/?status=archived")

    shown = page.locator(".hub-listing tbody tr").count()
    controls = [page.is_visible(each) for each in (".hub-facets", ".hub-sort", ".hub-views", "[data-hub-search]")]
    context.close()
    assert shown == len(ours.of_kind("project"))
    assert controls == [False, False, False, False]


def test_the_first_view_of_the_first_page_is_light(watched: Watched) -> None:
    sizes: list[int] = []
    watched.page.on("response", lambda response: sizes.append(len(response.body())))

    watched.open("")

    assert sum(sizes) <= 400_000


def test_what_is_copied_is_what_the_page_shows(chromium: Browser, address: str) -> None:
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = Watched(context.new_page(), address).open("")

    page.locator(".hub-hero__code .highlight").last.hover()
    page.locator(".hub-hero__code .highlight").last.locator("[title='Copy to clipboard']").click()
    copied = page.evaluate("navigator.clipboard.readText()")

    context.close()
    assert copied.strip().splitlines() == [
        "import hub",
        "",
        'model = hub.load("resnet50", pretrained=True)',
        'train = hub.load_dataset("mnist", split="train")',
    ]


def test_the_registrys_address_is_that_of_this_very_copy(watched: Watched) -> None:
    page = watched.open("zh/")

    assert f"{watched.site}registry/v1/" in page.inner_text("[data-hub-address]")


def test_the_drawer_of_narrow_windows_leads_everywhere(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(address)

    page.click("header label[for=__drawer]")
    page.click(".md-nav--primary >> text=Books")

    assert page.url == f"{address}books/"
    context.close()


def test_ten_thousand_rows_answer_at_once(chromium: Browser, ours: Collection, tmp_path: Path) -> None:
    site = small_site.site_of(many(ours))
    (page,) = [each for each in lists.pages(site) if each.path == "projects"]
    places = building.Places(small_site.ROOT / "site", tmp_path / "work", tmp_path / "out")
    building.write([page], places.work / "en/docs")
    rendering.run(building.command(site, places, menu.for_theme(site, {"projects"})))

    with serving(places.work / "en/site") as address:
        opened = Watched(chromium.new_page(), address).open("projects/")
        took = [milliseconds(opened, step) for step in STEPS]
        left = count(opened)
        opened.close()

    assert left == f"{MANY} projects"
    assert sorted(took)[len(took) // 2] < 200


FILTER = "document.querySelector('[value=archived]').click()"
SORT = "const sort = document.querySelector('select'); sort.value = '-updated'; sort.dispatchEvent(new Event('change'))"
TYPE = "const {{q}} = document.forms[1]; q.value = '{}'; q.dispatchEvent(new Event('input', {{bubbles: true}}))"
STEPS = (FILTER, FILTER, SORT, TYPE.format("77"), TYPE.format(""))


def milliseconds(page: Page, step: str) -> float:
    """Return how long a step takes until it is laid out."""
    timed = f"const began = performance.now(); {step}; document.body.offsetHeight; return performance.now() - began"
    return float(page.evaluate(f"() => {{ {timed} }}"))


def many(ours: Collection) -> Collection:
    """Return a collection of very many projects, which are ours over and over under other names."""
    projects = ours.of_kind("project")
    chosen = [projects[number % len(projects)] for number in range(MANY)]
    found = [Listed("project", f"{each.id}-{n}", each.card, each.path) for n, each in enumerate(chosen)]
    return replace(ours, entries={each.reference: each for each in found}, faults=())
