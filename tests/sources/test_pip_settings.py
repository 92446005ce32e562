"""The settings of the user's pip, as pip itself tells them or as its files say."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from hub.sources import pip_settings
from hub.sources.base import Connection
from hub.sources.pip_settings import PipSettings, parse

if TYPE_CHECKING:
    from pathlib import Path


def test_nothing_set_means_pips_own_default() -> None:
    assert parse([]) == PipSettings()


def test_the_environment_wins_over_the_command_and_that_over_all_commands() -> None:
    lines = [":env:.index-url='https://env'", "download.index-url='https://download'", "global.index-url='https://all'"]

    assert parse(lines).index_url == "https://env"
    assert parse(lines[1:]).index_url == "https://download"
    assert parse(lines[2:]).index_url == "https://all"


def test_settings_of_other_commands_do_not_count() -> None:
    assert parse(["install.index-url='https://install'"]) == PipSettings()


def test_several_values_stand_on_several_lines_or_in_one() -> None:
    settings = parse([r"global.extra-index-url='\nhttps://a\nhttps://b'", ":env:.find-links='/one /two'"])

    assert settings.extra_index_urls == ("https://a", "https://b")
    assert settings.find_links == ("/one", "/two")


@pytest.mark.parametrize(("text", "offline"), [("1", True), ("true", True), ("Yes", True), ("0", False), ("no", False)])
def test_the_index_can_be_switched_off(text: str, offline: bool) -> None:
    assert parse([f"global.no-index={text!r}"]).no_index is offline


def test_how_to_connect_is_part_of_the_settings() -> None:
    lines = [
        "cert='/c.pem'",
        "client-cert='/me.pem'",
        "proxy='http://p:1'",
        "trusted-host='A.example b'",
        "timeout='9'",
    ]

    connection = parse([f"global.{line}" for line in lines]).connection

    assert connection == Connection("/c.pem", "/me.pem", "http://p:1", ("a.example", "b"), 9.0)


@pytest.mark.parametrize(("text", "seconds"), [("2.5", 2.5), ("", 0.0), ("soon", 0.0)])
def test_a_timeout_that_is_no_number_does_not_count(text: str, seconds: float) -> None:
    assert parse([f"global.default-timeout={text!r}"]).connection.timeout == seconds


@pytest.mark.parametrize("line", ["", "rubbish", "global.index-url", "global.index-url='unclosed", "=", "a=b=c"])
def test_a_line_that_cannot_be_read_stops_nobody(line: str) -> None:
    assert parse([line, "global.no-index='1'"]).no_index


USER, OLD, MOVED, NAMED = "home/.config/pip/pip.conf", "home/.pip/pip.conf", "xdg/pip/pip.conf", "named.conf"

# what is set -> the line of each file, and the environment; "{top}" is the test's folder
CONFIGURATIONS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "only a named file": ({NAMED: "index-url = https://named"}, {"PIP_CONFIG_FILE": "{top}/named.conf"}),
    "only the user's file": ({USER: "index-url = https://user"}, {}),
    "the user's old file": ({OLD: "find-links = /old"}, {}),
    "a moved folder": ({MOVED: "find-links = /xdg"}, {"XDG_CONFIG_HOME": "{top}/xdg"}),
    "a named file beside the user's": (
        {OLD: "find-links = /old", NAMED: "index-url = https://named"},
        {"PIP_CONFIG_FILE": "{top}/named.conf"},
    ),
    "a named file that is missing": ({OLD: "find-links = /old"}, {"PIP_CONFIG_FILE": "{top}/missing.conf"}),
    "no file wanted": ({OLD: "find-links = /old"}, {"PIP_CONFIG_FILE": os.devnull}),
    "several lines": ({OLD: "extra_index_url =\n    https://a\n    https://b"}, {}),
    "the environment": (
        {OLD: "index-url = https://user"},
        {"PIP_INDEX_URL": "https://env", "PIP_NO_INDEX": "true", "PIP_TRUSTED_HOST": "a b", "PIP_TIMEOUT": "7"},
    ),
    "per cent and quotes": ({OLD: """index-url = https://me:p%40ss'"@host/simple"""}, {}),
}


@pytest.mark.parametrize(("files", "environment"), CONFIGURATIONS.values(), ids=CONFIGURATIONS.keys())
def test_reading_by_hand_tells_the_same_as_pip(
    files: dict[str, str], environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_CONFIG_FILE")
    for name, line in files.items():
        write(tmp_path / name, line)
    for name, value in {"HOME": "{top}/home", "XDG_CONFIG_HOME": "", **environment}.items():
        monkeypatch.setenv(name, value.replace("{top}", str(tmp_path)))

    by_pip, by_hand = pip_settings._ask_pip(), list(pip_settings._read_by_hand(os.environ))

    assert by_pip is not None
    assert parse(by_hand) == parse(by_pip)


def write(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"[global]\n{line}\n")


def test_where_pip_does_not_work_its_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "pip.conf", "index-url = https://named")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    pip_settings.current.cache_clear()

    assert pip_settings.current().index_url == "https://named"


def test_a_damaged_file_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pip.conf").write_bytes(b"index-url = no section\n\xff")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")

    assert parse(list(pip_settings._read_by_hand(os.environ))).no_index
