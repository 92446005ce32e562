"""Settings come from hub.toml and the environment, which wins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hub.errors import CardError, InvalidInput
from hub.settings import read

if TYPE_CHECKING:
    from pathlib import Path


def test_without_any_setting_the_store_is_in_the_cache_folder(tmp_path: Path) -> None:
    settings = read({}, tmp_path)

    assert settings.home.name == "hub"
    assert settings.home.is_absolute()
    assert not settings.offline


def test_a_file_above_the_working_folder_counts_and_its_paths_are_its_own(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text('home = "store"\noffline = true\n')
    inner = tmp_path / "project" / "src"
    inner.mkdir(parents=True)

    settings = read({}, inner)

    assert (settings.home, settings.offline) == (tmp_path / "store", True)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text('home = "store"\noffline = true\n')

    settings = read({"HUB_HOME": str(tmp_path / "other"), "HUB_OFFLINE": "0"}, tmp_path)

    assert (settings.home, settings.offline) == (tmp_path / "other", False)


@pytest.mark.parametrize("text", ["1", "true", "YES", "on"])
def test_a_switch_can_be_written_in_several_ways(text: str, tmp_path: Path) -> None:
    assert read({"HUB_OFFLINE": text}, tmp_path).offline


def test_a_switch_that_is_neither_on_nor_off_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="HUB_OFFLINE"):
        read({"HUB_OFFLINE": "maybe"}, tmp_path)


def test_a_switch_that_is_set_to_nothing_is_off(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text("offline = true\n")

    assert not read({"HUB_OFFLINE": ""}, tmp_path).offline


def test_every_fault_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text('home = 1\noffline = "yes"\ncolour = "red"\n')

    with pytest.raises(CardError) as caught:
        read({}, tmp_path)

    assert [key for key, _ in caught.value.faults] == ["home", "offline", "colour"]


@pytest.mark.parametrize("text", ["home = 3", "offline = 'yes'", "hom = 'x'", "home = ", "\xff"])
def test_a_broken_file_names_itself(text: str, tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text(text, "latin-1")

    with pytest.raises(CardError, match=r"hub\.toml"):
        read({}, tmp_path)
