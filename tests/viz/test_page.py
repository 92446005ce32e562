"""A preview as a page: it holds everything, asks nobody, obeys no data, and is read in light and dark."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from browser import browser
from PIL import Image
from readers.own_files import SIZE, photos
from readers.packing import write_folder

from hub.datasets.loading import load_dataset
from hub.viz.page import page_of
from hub.viz.previews import preview

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

SCRIPT = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
NAMES = (SCRIPT, "宇航员", "قطة صغيرة", "javascript:alert(1)")


def boxes(folder: Path) -> Any:
    """Four pictures, each with a thing whose class has a name of several scripts, or one that is none."""
    files = photos(*(f"images/{number}.png" for number in range(4)))
    images = [{"id": n, "file_name": f"{n}.png", "width": SIZE[0], "height": SIZE[1]} for n in range(4)]
    things = [{"id": n, "image_id": n, "category_id": n, "bbox": [1, 1, 9, 5], "iscrowd": 0} for n in range(4)]
    kinds = [{"id": number, "name": name} for number, name in enumerate(NAMES)]
    files["annotations.json"] = json.dumps({"images": images, "annotations": things, "categories": kinds}).encode()
    return load_dataset("folder", split="all", data_dir=write_folder(folder, files), progress=False)


@pytest.fixture
def text(home: Path, tmp_path: Path) -> str:
    """The page of those."""
    return page_of(preview(boxes(tmp_path / "own")))


class Tags(HTMLParser):
    """The tags of a page with their attributes, and its texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_nothing_of_a_dataset_becomes_a_tag(text: str) -> None:
    found = Tags(text)

    assert not {"script", "iframe", "object", "a"} & {tag for tag, _ in found.tags}
    assert not [name for _, attributes in found.tags for name in attributes if name.startswith("on")]
    assert found.texts.count(SCRIPT) == 2  # beside its picture, and beside its bar
    assert all((at["src"] or "").startswith("data:image/") and at["alt"] for tag, at in found.tags if tag == "img")


def test_a_page_names_no_other_address(text: str) -> None:
    assert not re.findall(r"""(?:href|src)\s*=\s*["'](?!data:)|url\(|@import""", text)
    assert "default-src 'none'" in text


def test_names_stand_in_a_direction_of_their_own(text: str) -> None:
    for name in NAMES[1:]:
        assert f'<bdi dir="auto">{name}</bdi>' in text


def test_many_classes_all_have_a_bar_and_texts_are_cut(home: Path, tmp_path: Path) -> None:
    rows = [f"class number {number:04d},{'word ' * 1000}" for number in range(1000)]
    (tmp_path / "texts.csv").write_text("label,text\n" + "\n".join(rows))
    data = load_dataset("text_classification", data_dir=tmp_path / "texts.csv", progress=False)

    shown = page_of(preview(next(iter(data.values()))))

    assert all(f"class number {number:04d}" in shown for number in range(1000))
    assert len(shown) < 500_000


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


def opened(chromium: Browser, path: Path, scheme: Any, width: int) -> Page:
    page = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()
    page.goto(path.as_uri())
    return page


@pytest.mark.web
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_browser_shows_it_without_a_request_in_light_and_dark(
    chromium: Browser, text: str, tmp_path: Path, scheme: str, width: int
) -> None:
    path = tmp_path / "a.html"
    path.write_text(text, "utf-8")
    page = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()  # type: ignore[arg-type]  # one of two words
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: faults.append(message.text))

    page.goto(path.as_uri())

    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert faults == []
    assert page.evaluate("[...document.images].every(each => each.complete && each.naturalWidth > 0)")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    ground, ink = page.evaluate("(s => [s.backgroundColor, s.color])(getComputedStyle(document.body))")
    assert (_light(ground) > 200, _light(ink) < 60) == ((True, True) if scheme == "light" else (False, False))
    page.context.close()


def _light(colour: str) -> float:
    return sum(map(float, re.findall(r"[\d.]+", colour)[:3])) / 3


def test_a_picture_of_many_colours_is_small(home: Path, tmp_path: Path) -> None:
    Image.effect_noise((2000, 1500), 80).convert("RGB").save(tmp_path / "a.png")
    data = load_dataset("folder", split="all", data_dir=tmp_path, progress=False)

    assert len(page_of(preview(data))) < 300_000
