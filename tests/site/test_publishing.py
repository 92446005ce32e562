"""Building a site of a few cards, of broken ones, over one that is there, and what is refused."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup

from hub import cli
from hub.errors import HubError, MissingExtra
from hub.site import building, collection, rendering

ROOT = Path(__file__).parent.parent.parent
FEW = ("datasets/mnist.toml", "models/efficientnet_lite.toml", "catalog/projects/ignite.toml", "catalog/tags.toml")

pytestmark = pytest.mark.slow


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    """A dataset, a family of models and a project that names what is not among them."""
    folder = tmp_path / "cards"
    for each in (*FEW, "catalog/categories.toml"):
        (folder / each).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / each, folder / each)
    return folder


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def build(cards: Path, target: Path, *options: str) -> int:
    return cli.run(["site", "build", "--cards", str(cards), "--to", str(target), *options])


def test_broken_cards_are_told_and_the_rest_is_built(
    cards: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (cards / "datasets/broken.toml").write_text("schema = 1\nname = 3\n", "utf-8")

    code = build(cards, tmp_path / "site")

    told = capsys.readouterr().err
    assert code == 1
    assert "datasets/broken.toml: name:" in told
    assert "catalog/projects/ignite.toml: related[0]: there is no" in told
    assert (tmp_path / "site/datasets/mnist/index.html").is_file() or (tmp_path / "site/projects/ignite").is_dir()
    assert not (tmp_path / "site/datasets/broken").exists()


def test_the_same_cards_give_the_same_bytes_and_no_place_of_this_machine(cards: Path, tmp_path: Path) -> None:
    build(cards, tmp_path / "one")
    build(cards, tmp_path / "elsewhere/two")

    texts = b"".join(path.read_bytes() for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert digests(tmp_path / "one") == digests(tmp_path / "elsewhere/two")
    assert str(tmp_path).encode() not in texts
    assert str(ROOT).encode() not in texts


def test_a_site_is_replaced_and_nothing_else_is(cards: Path, tmp_path: Path) -> None:
    build(cards, tmp_path / "site")
    (tmp_path / "site/left.html").touch()
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters/dear.txt").touch()

    build(cards, tmp_path / "site")
    refused = build(cards, tmp_path / "letters")

    assert not (tmp_path / "site/left.html").exists()
    assert refused == 1
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["dear.txt"]


def test_a_build_that_fails_leaves_what_was_there(cards: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(cards, tmp_path / "site")
    before = digests(tmp_path / "site")
    monkeypatch.setattr(rendering, "SEARCH_LANGUAGE", "--no-such-option")

    with pytest.raises(HubError, match="could not be made: search"):
        building.publish(collection.load(cards), rendering.sources_folder(), tmp_path / "site", building.Extent())

    assert digests(tmp_path / "site") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cards", "site"]


def test_somebody_elses_site_has_no_documentation_of_hub(cards: Path, tmp_path: Path) -> None:
    build(cards, tmp_path / "site")

    page = (tmp_path / "site/index.html").read_text("utf-8")

    assert not (tmp_path / "site/docs").exists()
    assert re.search(r'href="[^"]*docs/', page) is None


def test_without_the_programs_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "NEEDED", {"no_such_program": "such-a-program"})

    with pytest.raises(MissingExtra) as caught:
        building.publish(collection.load(ROOT), rendering.sources_folder(), tmp_path / "site", building.Extent())

    assert caught.value.hint == 'pip install "hub-zoo[site]"'
    assert not (tmp_path / "site").exists()


def test_somebody_elses_pages_say_how_to_load_from_their_registry(cards: Path, tmp_path: Path) -> None:
    build(cards, tmp_path / "site", "--name", "lab")

    home = (tmp_path / "site/index.html").read_text("utf-8")
    page = next((tmp_path / "site/datasets").glob("*/index.html"))
    assert "<title>lab · " in home
    assert "registry add lab " in BeautifulSoup(home, "html.parser").get_text()
    assert f'load_dataset("lab/{page.parent.name}"' in BeautifulSoup(page.read_text("utf-8"), "html.parser").get_text()


def test_a_site_that_is_called_nothing_says_so_in_its_examples(cards: Path, tmp_path: Path) -> None:
    build(cards, tmp_path / "site")

    page = next((tmp_path / "site/datasets").glob("*/index.html"))
    assert 'load_dataset("NAME/' in BeautifulSoup(page.read_text("utf-8"), "html.parser").get_text()


@pytest.mark.thorough
def test_the_site_map_has_every_page_with_its_translation(cards: Path, tmp_path: Path) -> None:
    build(cards, tmp_path / "site", "--base-url", "https://example.org/x", "--docs")

    (path,) = (tmp_path / "site").rglob("sitemap.xml*")
    pages = {page.findtext("{*}loc"): page for page in ET.parse(path).getroot()}  # noqa: S314  our own
    made = {each.parent.relative_to(tmp_path / "site").as_posix() for each in (tmp_path / "site").rglob("index.html")}
    assert pages.keys() == {f"https://example.org/x/{'' if each == '.' else each + '/'}" for each in made}
    assert [link.get("href") for link in pages["https://example.org/x/zh/datasets/"].findall("{*}link")] == [
        "https://example.org/x/datasets/",
        "https://example.org/x/zh/datasets/",
    ]
    assert not pages["https://example.org/x/docs/store/"].findall("{*}link")


def test_a_site_without_an_address_has_no_map(cards: Path, tmp_path: Path) -> None:
    build(cards, tmp_path / "site")

    assert not list((tmp_path / "site").rglob("sitemap.xml*"))


def test_a_file_that_is_not_beside_the_cards_is_a_fault(cards: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card = next((cards / "datasets").glob("*.toml"))
    card.write_text(re.sub(r'"https://[^"]*/([^"/]*)"', r'"files/\1"', card.read_text("utf-8")), "utf-8")

    assert cli.run(["site", "check", "--cards", str(cards)]) == 1
    assert "is not there, beside the cards" in capsys.readouterr().out
