"""A project in an empty folder, with cards of its own world in place of hub's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import own_registry
import pytest
from pinned_world import World
from web_folder import WebFolder

from hub import cli, registry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server import Server


@pytest.fixture
def world(tmp_path: Path, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The cards, and the server that has their files."""
    made = World(tmp_path / "world" / "cards", server)
    monkeypatch.setattr(registry, "cards_folder", lambda: made.folder)
    return made


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, world: World) -> Path:
    """The folder in which commands and loads of a test run."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def lab(tmp_path: Path, home: Path) -> Iterator[WebFolder]:
    """A registry of other people, set up under the name "lab"."""
    web = tmp_path / "web"
    own_registry.build(own_registry.write_cards(tmp_path / "cards"), web / "registry" / "v1")
    with WebFolder(folder=web) as running:
        assert cli.run(["registry", "add", "lab", running.address]) == 0
        yield running
