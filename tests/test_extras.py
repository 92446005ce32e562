from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hub.errors import MissingExtra
from hub.extras import require

if TYPE_CHECKING:
    from pathlib import Path


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
