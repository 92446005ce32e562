"""Projects, tutorials, books and papers are found by the same functions; who loads a model does not wait for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hub import cli, registry
from hub.errors import NotFound
from hub.registry import index
from hub.registry.card_files import CARDS, CATALOG

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    """A folder with one dataset and one project."""
    for place, name in (("datasets", "mnist"), ("catalog/projects", "opacus")):
        (tmp_path / "cards" / place).mkdir(parents=True)
        (tmp_path / "cards" / place / f"{name}.toml").write_bytes((ROOT / place / f"{name}.toml").read_bytes())
    return tmp_path / "cards"


@pytest.mark.parametrize("query", ["差分隐私", "opacus", "differentially private", "privacy opacus"])
@pytest.mark.usefixtures("home")
def test_a_search_finds_projects_in_both_languages(query: str) -> None:
    assert "opacus" in [hit.id for hit in registry.search(query)[:2]]  # after a paper whose title has every word


@pytest.mark.usefixtures("home")
def test_what_can_be_loaded_comes_before_what_there_is_to_read() -> None:
    kinds = [hit.kind for hit in registry.search("mnist")]

    assert kinds[0] == "dataset"
    assert set(kinds) - {"dataset", "model"}


@pytest.mark.usefixtures("home")
def test_a_list_without_a_kind_is_of_datasets_and_models() -> None:
    assert {hit.kind for hit in registry.entries()} == {"dataset", "model"}
    assert "opacus" in registry.names("projects")
    assert "torchtext" in registry.names("project", status="archived")
    assert {hit.kind for hit in registry.entries("books", language="zh")} == {"book"}


@pytest.mark.parametrize("name", ["opacus", "Opacus", "PyTorch-DP", "project/opacus"])
@pytest.mark.usefixtures("home")
def test_a_project_is_found_by_its_names_present_and_past(name: str) -> None:
    entry = registry.describe(name)

    assert isinstance(entry, registry.CatalogEntry)
    assert (entry.kind, entry.id) == ("project", "opacus")


@pytest.mark.usefixtures("home")
def test_what_has_no_files_says_where_it_is() -> None:
    with pytest.raises(NotFound, match=r"opacus is a project.*\n.*\n.*https://opacus\.ai"):
        registry.find("opacus")


@pytest.mark.usefixtures("home")
def test_info_says_what_to_use_instead(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["info", "torchtext"]) == 0
    lines = capfd.readouterr().out.splitlines()

    assert lines[0] == "torchtext (project)"
    assert any(line.split() == ["status", "archived"] for line in lines)
    assert any(line.startswith("use instead") for line in lines)
    assert cli.run(["info", "torchtext", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["status"] == "archived"


def test_whoever_loads_a_dataset_does_not_wait_for_the_catalog(cards: Path, home: Path) -> None:
    (cards / "catalog/projects/opacus.toml").unlink()
    (cards / "catalog/projects/opacus.toml").mkdir()  # reading it would fail

    with index.current(cards, home, [CARDS]) as opened:
        assert opened.find("dataset", "mnist") == ("mnist", "datasets/mnist.toml")


def test_parts_are_brought_up_to_date_one_by_one(cards: Path, home: Path) -> None:
    with index.current(cards, home, [CARDS]) as opened:
        assert opened.rows(["project"]) == []

    with index.current(cards, home, [CATALOG]) as opened:
        assert [row[1] for row in opened.rows(["project", "dataset"])] == ["mnist", "opacus"]

    (cards / "catalog/projects/opacus.toml").unlink()
    with index.current(cards, home) as opened:
        assert opened.rows(["project"]) == []
        assert opened.find("project", "pytorchdp") is None
