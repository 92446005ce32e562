"""Cards of a site: a small made-up collection, and hub's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import site_cards

if TYPE_CHECKING:
    from hub.site.collection import Collection


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """A few cards of datasets, models and papers."""
    return site_cards.load(site_cards.write(tmp_path_factory.mktemp("cards")))


@pytest.fixture(scope="session")
def own() -> Collection:
    """Hub's own cards."""
    return site_cards.load(site_cards.TOP)
