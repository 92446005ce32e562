"""Registries that are in shards from the first card on."""

from __future__ import annotations

import pytest

from hub.registry.shards import publishing


@pytest.fixture
def in_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """No registry is small, and few segments are."""
    monkeypatch.setattr(publishing, "SMALL", 0)
    monkeypatch.setattr(publishing, "ALWAYS_MERGED", 16)
