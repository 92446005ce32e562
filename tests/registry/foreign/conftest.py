"""A small registry of one's own, built and served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import own_registry
import pytest
from web_folder import WebFolder

from hub import cli

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """The folder of a registry, below that of a website."""
    cards = own_registry.write_cards(tmp_path / "cards")
    return own_registry.build(cards, tmp_path / "web" / "registry" / "v1")


@pytest.fixture
def web(built: Path) -> Iterator[WebFolder]:
    """The website that has it."""
    with WebFolder(folder=built.parent.parent) as running:
        yield running


@pytest.fixture
def lab(web: WebFolder, home: Path) -> WebFolder:
    """The website, added to an empty store under the name "lab"."""
    assert cli.run(["registry", "add", "lab", web.address]) == 0
    return web
