from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from hub.errors import MissingExtra
from hub.extras import require

ROOT = Path(__file__).parent.parent
NAMED = re.compile(r"\brequire\(\s*\"[^\"]+\",\s*\"([^\"]+)\"")


def test_what_is_installed_is_enough() -> None:
    require("numpy", "arrays")


def test_what_is_not_installed_names_the_extra_and_the_command() -> None:
    with pytest.raises(MissingExtra, match="A library is not installed") as caught:
        require("no_such_module", "some", "A library")

    assert caught.value.hint == 'pip install "hub-zoo[some]"'


def test_a_folder_of_that_name_is_not_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "only_a_folder").mkdir()
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(MissingExtra):
        require("only_a_folder", "some")


def test_every_extra_that_errors_name_can_be_installed() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    named = {name for path in (ROOT / "hub").rglob("*.py") for name in NAMED.findall(path.read_text("utf-8"))}

    assert named
    assert named - declared.keys() == set()
