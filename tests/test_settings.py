"""Settings come from hub.toml and the environment, which wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.errors import CardError, InvalidInput
from hub.settings import read


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


@pytest.mark.parametrize(
    ("environ", "torch_home", "huggingface"),
    [
        ({"TORCH_HOME": "/t", "HF_HUB_CACHE": "/h", "HF_HOME": "/other"}, "/t", "/h"),
        ({"HUGGINGFACE_HUB_CACHE": "/h"}, "~/.cache/torch", "/h"),
        ({"XDG_CACHE_HOME": "/x", "HF_HOME": "/f"}, "/x/torch", "/f/hub"),
        ({"XDG_CACHE_HOME": "/x"}, "/x/torch", "/x/huggingface/hub"),
        ({}, "~/.cache/torch", "~/.cache/huggingface/hub"),
    ],
)
def test_the_caches_of_other_libraries_are_where_those_look(
    environ: dict[str, str], torch_home: str, huggingface: str, tmp_path: Path
) -> None:
    settings = read(environ, tmp_path)

    assert settings.torch_home == Path(torch_home).expanduser()
    assert settings.huggingface_cache == Path(huggingface).expanduser()


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
