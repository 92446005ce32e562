"""The small collections of cards, hub's own, and a whole site that was rendered once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import site_cards
import small_site

from hub.site import building, collection

if TYPE_CHECKING:
    from pathlib import Path

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
    building.build(collection.load(cards), places, base_url="https://example.org/below/")
    return target


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """A few cards of datasets, models and papers."""
    return site_cards.load(site_cards.write(tmp_path_factory.mktemp("cards")))


@pytest.fixture(scope="session")
def own() -> Collection:
    """Hub's own cards."""
    return site_cards.load(site_cards.TOP)
