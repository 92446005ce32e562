"""The small collections of cards, hub's own, a small site and the whole one, each built once, and a browser."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import browser as browsers
import pytest
import site_cards
import small_site
from filelock import FileLock

from hub.site import building, collection, rendering

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from hub.site.collection import Collection
    from hub.site.pages.site import Site


@pytest.fixture(scope="session")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small collection."""
    return small_site.write(tmp_path_factory.mktemp("cards"))


@pytest.fixture(scope="session")
def english(cards: Path) -> Site:
    return small_site.site(cards)


@pytest.fixture(scope="session")
def chinese(cards: Path) -> Site:
    return small_site.site(cards, "zh")


@pytest.fixture(scope="session")
def built(cards: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small collection as a rendered site, made for a folder of a host."""
    work, target = (tmp_path_factory.mktemp(name) for name in ("work", "built"))
    places = building.Places(small_site.ROOT / "site", work, target)
    building.build(collection.load(cards), places, building.Extent("https://example.org/below/"))
    return target


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """A few cards of datasets, models and papers."""
    return site_cards.load(site_cards.write(tmp_path_factory.mktemp("cards")))


@pytest.fixture(scope="session")
def own() -> Collection:
    """Hub's own cards."""
    return site_cards.load(site_cards.TOP)


SUB_PATH = "some/where"


@pytest.fixture(scope="session")
def whole(own: Collection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hub's own site with its documentation, below a folder that is not the host's own; one worker makes it for all."""
    target = _of_all_workers(tmp_path_factory) / "whole" / SUB_PATH
    with FileLock(f"{target.parents[1]}.lock"):
        if not target.exists():
            target.parent.mkdir(parents=True)
            extent = building.Extent(f"https://hub.example.org/{SUB_PATH}", documented=True)
            building.publish(own, rendering.sources_folder(), target, extent)
    return target


def _of_all_workers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that the processes of one run of tests share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def address(whole: Path) -> Iterator[str]:
    """Where the whole site is served."""
    with browsers.serving(whole.parent.parent) as found:
        yield f"{found}{SUB_PATH}/"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with browsers.browser() as started:
        yield started
