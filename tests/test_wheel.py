"""The wheel holds every card and, at its top, only `hub`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_every_card(wheel: Path) -> None:
    cards = [path for folder in ("datasets", "models") for path in (ROOT / folder).glob("*.toml")]

    names = zipfile.ZipFile(wheel).namelist()

    assert cards
    assert all(f"hub/_cards/{path.parent.name}/{path.name}" in names for path in cards)


def test_the_wheel_has_only_hub_at_its_top(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    tops = {name.split("/")[0] for name in names}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"hub"}


def test_the_wheel_holds_everything_that_is_not_python(wheel: Path) -> None:
    data = [path for path in (ROOT / "hub").rglob("*") if path.suffix in (".txt", ".jpg", ".typed")]

    names = zipfile.ZipFile(wheel).namelist()

    assert data
    assert all(path.relative_to(ROOT).as_posix() in names for path in data)


def test_the_wheel_holds_all_that_a_site_is_made_from(wheel: Path) -> None:
    parts = [path for path in (ROOT / "site").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    wanted = [
        f"hub/_site/{path.relative_to(ROOT / 'site').as_posix()}" for path in parts if path.parent != ROOT / "site"
    ]

    names = zipfile.ZipFile(wheel).namelist()

    assert len(wanted) > 30
    assert [name for name in [*wanted, "hub/_site/mkdocs.yml"] if name not in names] == []


def test_an_installed_wheel_makes_a_site_of_other_peoples_cards(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    (tmp_path / "cards/datasets").mkdir(parents=True)
    shutil.copy(ROOT / "datasets/mnist.toml", tmp_path / "cards/datasets")
    environment = dict(os.environ, PYTHONPATH=str(tmp_path / "installed"), HUB_HOME=str(tmp_path / "home"))

    command = [sys.executable, "-m", "hub", "site", "build", "--cards", "cards"]
    subprocess.run(command, check=True, env=environment, cwd=tmp_path)

    assert (tmp_path / "_site/datasets/index.html").is_file()
    assert (tmp_path / "_site/registry/v1/index.json").is_file()


def test_an_installed_wheel_finds_its_cards(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    environment = dict(os.environ, PYTHONPATH=str(tmp_path / "installed"), HUB_HOME=str(tmp_path / "home"))

    command = [sys.executable, "-c", "import hub; print(hub.__file__, hub.list('dataset'))"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, cwd=tmp_path)

    assert str(tmp_path / "installed") in done.stdout
    assert "'mnist'" in done.stdout
