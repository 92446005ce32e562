"""An index is published as lists while it is small and in shards from then on, and a change writes little."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sharded import Memory, ids, many, opened, stated

from hub import cli
from hub.errors import DigestMismatch
from hub.registry.folder import KINDS
from hub.registry.listing import read_index, read_shards
from hub.registry.shards import publishing
from hub.registry.shards.publishing import update

if TYPE_CHECKING:
    from pathlib import Path


def test_a_small_registry_has_lists_whose_names_have_their_digests() -> None:
    place = Memory()

    index = update(None, place, [stated("cats"), stated("feeder", "project")])

    assert b"shards" not in index
    assert [(each.kind, each.list) for each in read_index(index).found] == [
        (each.kind, f"lists/{each.kind}.{each.sha256}.json") for each in read_index(index).found
    ]
    assert sorted(place.files) == sorted(each.list for each in read_index(index).found)


def test_lists_become_shards_when_they_have_grown(monkeypatch: pytest.MonkeyPatch) -> None:
    place = Memory()
    monkeypatch.setattr(publishing, "SMALL", 5)
    first = update(None, place, many(5))

    second = update(first, place, [stated("another")], removed=[("dataset", "cats-00000")])
    third = update(second, place, [stated("one-more")])

    assert read_shards(second) is None
    assert ids(opened(third, place).rows(KINDS, {}).found) == [
        "another",
        *(f"cats-{number:05}" for number in range(1, 5)),
        "one-more",
    ]


@pytest.mark.usefixtures("in_shards")
class TestShards:
    def test_the_same_cards_in_any_order_are_the_same_bytes(self) -> None:
        one, other = Memory(), Memory()

        assert update(None, one, many(300)) == update(None, other, reversed(many(300)))
        assert one.files == other.files

    def test_a_card_that_is_added_writes_little_and_readers_of_the_old_index_find_theirs(self) -> None:
        place = Memory()
        before = update(None, place, many(1000))
        whole = sum(map(len, place.files.values()))
        old = opened(before, place)
        place.written.clear()

        after = update(before, place, [stated("newcomer")])

        assert sum(len(place.files[path]) for path in place.written) < whole / 20
        assert (old.search("newcomer", KINDS).total, opened(after, place).search("newcomer", KINDS).total) == (0, 1)
        assert old.rows(KINDS, {}).total == 1000

    def test_a_card_that_is_changed_counts_once(self) -> None:
        place = Memory()
        index = update(None, place, many(300))

        index = update(index, place, [stated("cats-00007", summary="Pictures of elephants.")])

        shards = opened(index, place)
        assert shards.rows(KINDS, {}).total == 300
        assert ids(shards.search("elephants", KINDS).found) == ["cats-00007"]

    def test_a_network_that_a_family_has_no_more_is_gone(self) -> None:
        place = Memory()
        index = update(None, place, [*many(300), stated("nets", "model", networks=["net18", "net50"])])

        index = update(index, place, [stated("nets", "model", networks=["net18", "net101"])])

        assert ids(opened(index, place).rows(("model",), {}).found) == ["net101", "net18"]

    def test_a_card_that_is_removed_is_not_found_in_any_way(self) -> None:
        place = Memory()
        index = update(None, place, [*many(300), stated("tigers", also=["big-cats"])])

        index = update(index, place, [], removed=[("dataset", "tigers"), ("dataset", "never-there")])

        shards = opened(index, place)
        assert shards.find("bigcats", KINDS) is None
        assert shards.search("tigers", KINDS).total == 0
        assert shards.rows(KINDS, {}).total == 300

    def test_many_changes_leave_few_segments(self) -> None:
        place, index = Memory(), None

        for start in range(0, 300, 30):
            index = update(index, place, many(start + 30)[start:])

        assert index is not None
        shards = read_shards(index)
        assert shards is not None
        assert len(shards.segments) <= 3
        assert shards.entries == opened(index, place).rows(KINDS, {}).total == 300

    def test_nothing_but_the_files_of_an_index_is_needed_for_it(self) -> None:
        place = Memory()
        index = update(None, place, many(300))
        index = update(index, place, [stated("cats-00001", summary="Another one.")])

        place.files = {path: place.files[path] for path in publishing.files(index, place)}

        assert len(ids(opened(index, place).rows(KINDS, {}).found)) == 300
        assert update(index, place, [stated("newcomer")])

    def test_a_place_that_is_damaged_is_not_built_on(self) -> None:
        place = Memory()
        index = update(None, place, many(10))
        for path in place.files:
            place.files[path] = place.files[path][:-1]

        with pytest.raises(DigestMismatch):
            update(index, place, [stated("newcomer")])


def test_a_folder_of_many_cards_is_built_in_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import own_registry

    from hub.site import registry as written

    monkeypatch.setattr(written, "SMALL", 2)
    monkeypatch.setattr(publishing, "SMALL", 2)
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "home"))

    built = own_registry.build(own_registry.write_cards(tmp_path / "cards"), tmp_path / "web")

    assert "shards" in json.loads((built / "index.json").read_text("utf-8"))
    assert cli.run(["registry", "add", "lab", str(built)]) == 0
    assert cli.run(["info", "lab/felines"]) == 0
