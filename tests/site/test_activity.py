"""How lively a project is said to be."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pytest

from hub.cards.catalog import Activity, Seen
from hub.site.activity import Liveliness, of_project

if TYPE_CHECKING:
    from hub.site.pages.site import Site

LOOKED = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("seen", "state", "month"),
    [
        pytest.param(Seen(last_commit=date(2025, 12, 1)), "alive", "2025-12", id="eleven months"),
        pytest.param(Seen(last_commit=date(2025, 11, 30)), "quiet", "2025-11", id="twelve months"),
        pytest.param(Seen(last_commit=date(2024, 11, 1)), "quiet", "2024-11", id="twenty-four months"),
        pytest.param(Seen(last_commit=date(2024, 10, 31)), "stale", "2024-10", id="twenty-five months"),
        pytest.param(Seen(released="2026-10", last_commit=date(2020, 1, 1)), "alive", "2026-10", id="released"),
        pytest.param(Seen(), "unknown", "", id="nothing is known"),
    ],
)
def test_a_project_is_as_lively_as_its_last_release_or_commit(
    english: Site, seen: Seen, state: str, month: str
) -> None:
    entry = english.collection.entries["project/leafkit"]

    assert of_project(entry, Activity(LOOKED, {"leafkit": seen})) == Liveliness(state, month)


def test_a_notice_outweighs_a_late_commit(english: Site) -> None:
    entry = english.collection.entries["project/oldkit"]

    found = of_project(entry, Activity(LOOKED, {"oldkit": Seen(last_commit=LOOKED)}))

    assert found == Liveliness("archived", "2026-11")


def test_a_renamed_project_is_no_archived_one(english: Site) -> None:
    entry = english.collection.entries["project/oldkit"]
    renamed = msgspec.structs.replace(entry.card, status="renamed")
    entry = type(entry)(entry.kind, entry.id, renamed, entry.path)

    assert of_project(entry, english.collection.activity).state == "unknown"
