"""The documentation as it was built: complete, the same every time, and asking no other host."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from accessible import violations
from browser import Watched

import hub
from hub.registry.folder import cards_folder
from hub.site import building, collection, finding, rendering

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent.parent

# A page that people write, one out of docstrings, one out of the parser, one out of schemas, one of code, the first.
KINDS = ("", "models/", "api/hub/", "commands/", "cards/", "ten_minutes/")

slow = pytest.mark.slow
web = pytest.mark.web


@pytest.fixture(scope="module")
def docs(whole: Path) -> Path:
    return whole / "docs"


@pytest.fixture(scope="module")
def pages(docs: Path) -> dict[str, str]:
    return {path.relative_to(docs).as_posix(): path.read_text("utf-8") for path in sorted(docs.rglob("*.html"))}


@slow
def test_sphinx_has_nothing_to_complain_about(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "dummy", "-d", str(tmp_path / "read")]
    done = subprocess.run(
        [*command, "-c", str(rendering.CONFIGURATION), str(ROOT / "site/docs"), str(tmp_path / "made")],
        capture_output=True,
        text=True,
        check=False,
        env=rendering.environment(),
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.thorough
def test_two_builds_of_everything_are_the_same_to_the_byte(whole: Path, tmp_path: Path) -> None:
    extent = building.Extent("https://hub.example.org/some/where/", documented=True)

    building.publish(collection.load(cards_folder()), rendering.sources_folder(), tmp_path / "again", extent)

    assert _digests(tmp_path / "again") == _digests(whole)


def _digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@slow
def test_every_public_name_is_documented(docs: Path) -> None:
    known = {name for name, *_ in finding.symbols((docs / "objects.inv").read_bytes())}
    names = {f"hub.{name}" for name in hub.__all__} - {"hub.__version__", "hub.vision"}
    names |= {f"hub.text.{part}.{name}" for part in ("vocab", "transforms", "functional") for name in _public(part)}

    assert names - known == set()


def _public(part: str) -> list[str]:
    found: list[str] = getattr(hub.text, part).__all__
    return found


@slow
def test_no_page_names_this_machine_or_loads_from_another_host(pages: dict[str, str]) -> None:
    whole = "\n".join(pages.values())
    loaded = re.findall(r'<(?:script|img|link|iframe)[^>]*(?:src|href)="(https?:[^"]*)"', whole)

    assert loaded == []
    assert "@import" not in whole
    assert not any(place in whole for place in (str(ROOT), sys.prefix, "object at 0x", "/tmp/"))  # noqa: S108


@slow
def test_lists_of_all_names_are_not_searched_and_sphinxs_own_index_is_not_there(
    docs: Path, pages: dict[str, str]
) -> None:
    body = "data-pagefind-body"

    assert body in pages["api/hub/index.html"]
    assert [name for name in pages if "index" in name.split("/")[0] and body in pages[name]] == ["index.html"]
    assert not (docs / "searchindex.js").exists()
    assert 'class="md-search' not in pages["index.html"]


@slow
def test_every_page_has_a_title_and_a_description_of_its_own(pages: dict[str, str]) -> None:
    written = [text for text in pages.values() if "data-pagefind-body" in text]
    titles = [re.findall("<title>(.*?)</title>", text)[0] for text in written]
    said = [re.findall('<meta name="description" content="(.+?)">', text)[0] for text in written]

    assert all(text.count("<h1") == 1 for text in written)
    assert len(set(titles)) == len(titles) == len(set(said))


@slow
def test_every_link_leads_somewhere(whole: Path, pages: dict[str, str]) -> None:
    missing = [
        f"{name}: {link}"
        for name, text in pages.items()
        for link in set(re.findall(r'(?:href|src)="([^"]+)"', text))
        if not urlsplit(link).scheme and not _there(whole, urljoin(f"docs/{name}", unquote(link)))
    ]

    assert missing == []


def _there(whole: Path, address: str) -> bool:
    parts = urlsplit(address)
    path = whole / parts.path.lstrip("/")
    path = path / "index.html" if path.is_dir() else path
    if not path.is_file():
        return False
    return not parts.fragment or f'id="{parts.fragment}"' in path.read_text("utf-8")


@web
@pytest.mark.parametrize(
    ("path", "scheme"), [*((path, "light") for path in KINDS), ("api/hub/", "dark"), ("ten_minutes/", "dark")]
)
def test_a_page_can_be_read_by_everybody_and_asks_nobody_else(
    chromium: Browser, address: str, path: str, scheme: Any
) -> None:
    context = chromium.new_context(color_scheme=scheme)
    watched = Watched(context.new_page(), address)

    found = violations(watched.open(f"docs/{path}"))
    context.close()

    assert watched.faults == []
    assert found == []


@web
@pytest.mark.parametrize("path", KINDS, ids=lambda path: path or "first")
def test_a_page_fits_a_telephone_and_needs_no_scripts(chromium: Browser, address: str, path: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=False)
    page = context.new_page()

    page.goto(f"{address}docs/{path}")
    wide = page.evaluate("document.documentElement.scrollWidth")
    visible = page.locator("h1").is_visible()
    context.close()

    assert (wide, visible) == (390, True)


@web
def test_the_bar_leads_to_the_cards_and_the_cards_to_the_documentation(chromium: Browser, address: str) -> None:
    page = chromium.new_page()
    page.goto(f"{address}docs/commands/")
    bar = page.get_by_role("navigation", name="Sections")

    assert bar.locator("[aria-current]").inner_text() == "Docs"
    bar.get_by_role("link", name="Datasets").click()
    page.wait_for_url(f"{address}datasets/")
    page.get_by_role("link", name="中文").first.click()
    page.wait_for_url(f"{address}zh/datasets/")
    page.get_by_role("link", name="文档").first.click()
    page.wait_for_url(f"{address}docs/")
    page.close()
