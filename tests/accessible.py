"""What axe finds wrong with a page for people who see, hear or move otherwise: WCAG 2.2, levels A and AA."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page) -> list[str]:
    """Return what is wrong with an open page, and where; skip the test where axe is not installed."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install 'hub-zoo[dev]'").Axe()
    found = axe.run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"]
    return [
        f"{each['id']}: {node['target'][0]} {node['failureSummary'][-200:]}" for each in found for node in each["nodes"]
    ]
