"""Every dataset can be looked at: each card has a tiny copy, whose samples are drawn, said and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from readers.every_dataset import COPIES, Copy

from hub.viz.page import page_of
from hub.viz.previews import preview, sheet_of
from hub.viz.samples import has_picture

if TYPE_CHECKING:
    from pathlib import Path

    from datasets.conftest import Made  # type: ignore[import-not-found,unused-ignore]


@pytest.fixture(autouse=True)
def home(tiny_store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One store for all of these, and no network."""
    monkeypatch.setenv("HUB_HOME", str(tiny_store))
    monkeypatch.setenv("HUB_OFFLINE", "1")
    return tiny_store


@pytest.fixture
def data(request: pytest.FixtureRequest, made: Made) -> Any:
    """The usual split of a copy."""
    copy: Copy = request.param
    return copy.load(made(copy))


@pytest.mark.parametrize("data", COPIES, ids=str, indirect=True)
def test_a_dataset_is_seen_on_a_sheet_and_on_a_page(data: Any) -> None:
    shown = preview(data, 3)

    assert len(shown.samples) == min(3, len(data))
    assert not any(sample.fault for sample in shown.samples)
    for sample in shown.samples:
        seen = sample.picture(64) is not None
        assert seen or sample.words or not any(value is not None for value in sample.values.values())
        assert seen <= has_picture(shown.fields)
    assert sheet_of(shown).width > 100
    assert page_of(shown).count("#") > 3
