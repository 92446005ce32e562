"""A registry of so many cards that its index is in shards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import hub
from hub import cli
from hub.errors import InvalidInput
from hub.publish.publishing import publish
from hub.registry.shards import publishing
from publishing.drafts import write

if TYPE_CHECKING:
    from pathlib import Path


def test_cards_join_an_index_in_shards(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "SMALL", 3)
    place = tmp_path / "lab"
    cards = [write(tmp_path / "work", f"set{number}") for number in range(6)]
    for card in cards:
        publish([card.with_suffix(".txt")], [card], place)

    newer = write(tmp_path / "work", "set2", version="2.0.0", text="a newer line\n")
    again = publish([cards[1].with_suffix(".txt")], [cards[1]], place)
    publish([newer.with_suffix(".txt")], [newer], place)
    other = write(tmp_path / "work", "set3", text="another line\n")
    with pytest.raises(InvalidInput, match="published already"):
        publish([other.with_suffix(".txt")], [other], place)

    assert not again.changed
    assert cli.run(["registry", "add", "lab", str(place)]) == 0
    texts = [hub.load_dataset(name, split="all")[0].text for name in ("lab/set2", "lab/set2@1.0.0", "lab/set5")]
    assert texts == ["a newer line", "a line about set2", "a line about set5"]
