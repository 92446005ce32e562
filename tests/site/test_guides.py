"""What the guides show runs as it stands, one block after the other, and prints what stands beside it."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

import pytest
import small_world

from hub import cli, registry
from hub.vision import datasets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOCS = small_world.ROOT / "site/docs"
GUIDES = ("ten_minutes", "dataset_card", "from_torchvision", "from_torch_hub", "own_site", "trust", "speed")

PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)
PRINTED = re.compile(r"^ *print\(.*\)  # (.*)$", re.MULTILINE)
# A command on a line of its own, such as: hub site check --cards cards
COMMAND = re.compile(r"^    (?:\$ )?hub (.*)$", re.MULTILINE)


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text("utf-8")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    small_world.write(folder)
    return folder


@pytest.fixture
def no_classes_made() -> Iterator[None]:
    """Classes are made from cards once in a process: nothing of ours may stand where those of the world belong."""
    names = vars(datasets)
    before = dict(names)
    for name in [name for name, value in before.items() if name not in datasets.__all__ and isinstance(value, type)]:
        del names[name]
    yield
    names.clear()
    names.update(before)


@pytest.fixture
def reader(world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of somebody who reads a guide: nothing in the store, and `hub` on the path."""
    monkeypatch.setattr(registry, "cards_folder", lambda: world / "cards")
    monkeypatch.setenv("TORCH_HOME", str(world / "torch"))
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "store"))
    monkeypatch.setenv("PYTHONPATH", str(small_world.ROOT))
    commands = tmp_path / "bin"
    commands.mkdir()
    (commands / "hub").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m hub "$@"\n')
    (commands / "hub").chmod(0o755)
    monkeypatch.setenv("PATH", f"{commands}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", [name for name in GUIDES if name != "dataset_card"])
@pytest.mark.usefixtures("no_classes_made")
def test_the_blocks_of_a_guide_run_in_order(name: str, reader: Path, capfd: pytest.CaptureFixture[str]) -> None:
    small_world.write_shapes(reader / "cards", page("dataset_card"))
    names: dict[str, object] = {}

    for block in PYTHON.findall(page(name)):
        exec(compile(block, f"{name}.md", "exec", dont_inherit=True), names)  # noqa: S102  our own pages

    printed = capfd.readouterr().out.splitlines()
    assert [line for line in PRINTED.findall(page(name)) if line not in printed] == []


def test_a_newcomer_who_follows_the_page_has_a_dataset(reader: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = page("dataset_card")
    digest, use = PYTHON.findall(text)
    small_world.write_shapes(reader / "cards", text)
    names: dict[str, object] = {}

    exec(compile(digest, "dataset_card.md", "exec"), names)  # noqa: S102  our own page
    shown = capsys.readouterr().out.split()
    commands = [command for command in COMMAND.findall(text) if not command.startswith("site build")]
    codes = [cli.run(command.split()) for command in commands]
    exec(compile(use, "dataset_card.md", "exec"), names)  # noqa: S102  our own page

    assert all(word in (reader / "cards/datasets/shapes.toml").read_text("utf-8") for word in shown)
    assert codes == [0] * len(commands)
    assert "circle" in capsys.readouterr().out


def test_the_digest_that_the_page_shows_is_refused_as_long_as_it_is_not_the_files(
    reader: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small_world.write_shapes(reader / "cards", page("dataset_card"))
    card = reader / "cards/datasets/shapes.toml"
    card.write_text(re.sub("[0-9a-f]{64}", "0" * 64, card.read_text("utf-8")), "utf-8")

    assert cli.run(["registry", "build", "cards", "--to", "registry"]) == 5
    assert "shapes.zip" in capsys.readouterr().err


def test_every_guide_says_first_what_its_reader_will_have() -> None:
    for name in GUIDES:
        opening = " ".join(page(name).split("\n\n")[1:4])
        assert re.search(r"(At the end of|After) this (page|lesson)", opening), name
