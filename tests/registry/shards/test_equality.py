"""Lists and shards of the same cards give the same answers, however the shards came to be."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING
from unittest import mock

import msgspec
import pytest
from sharded import Memory, stated

from hub.errors import NotFound
from hub.registry import foreign
from hub.registry.folder import KINDS
from hub.registry.foreign import Foreign, copies, registered
from hub.registry.shards import building, inversion, publishing
from hub.registry.shards.publishing import Stated, update
from hub.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hub.registry.entries import Hits
    from hub.registry.listing import Kind

WORDS = ["cat", "cats", "catalog", "kitten", "mnist", "kmnist", "fashion", "net18", "net", "18"]
CHINESE = ["猫的图片", "手写数字", "数字", "猫", ""]
BEGINNINGS = ["ca", "nist", "t1", "mnist-cat", "c", "++", "fashion-mn"]
TASKS = ["image-classification", "machine-translation"]

Changes = list[tuple[list[Stated], list[tuple[str, str]]]]


def card(chance: Random) -> Stated:
    kind: Kind = chance.choice(("dataset", "model", "project"))
    name = "-".join(chance.choices(WORDS, k=chance.randint(1, 3)))
    # Two families with a network of one name are a mistake that lists and changes resolve in their own ways.
    networks = [f"{name}.{number}" for number in range(chance.randint(1, 3))] if kind == "model" else []
    return stated(
        name,
        kind,
        summary=" ".join(chance.choices(WORDS, k=chance.randint(0, 3))),
        zh=chance.choice(CHINESE),
        also=["-".join(chance.choices(WORDS, k=2)) for _ in range(chance.randint(0, 2) * (kind != "model"))],
        networks=networks,
        task=chance.choice(TASKS),
    )


def history(chance: Random) -> Changes:
    """A few changes: cards that come or change, and cards that go."""
    changes: Changes = []
    known: set[tuple[str, str]] = set()
    for _ in range(chance.randint(1, 5)):
        removed = chance.sample(sorted(known), min(len(known), chance.randint(0, 4)))
        added = {(each.kind, each.listed.id): each for each in (card(chance) for _ in range(chance.randint(1, 20)))}
        known |= added.keys()
        changes.append((list(added.values()), removed))
    return changes


class Asked:
    """A registry of a folder, asked as `--registry` asks."""

    def __init__(self, index: bytes, place: Memory, folder: Path) -> None:
        place.put(index, folder / "web")
        found = registered.Registered("lab", (folder / "web").as_uri() + "/", added=True)
        current = Settings(home=folder / "home")
        self.there = Foreign("lab", copies.current(found, current), current)

    def search(self, query: str, kinds: tuple[str, ...]) -> Hits:
        return self._asked(lambda: foreign.search("lab", query, kinds, 1000))

    def entries(self, task: str) -> Hits:
        return self._asked(lambda: foreign.entries("lab", KINDS, {"task": task}, 1000))

    def find(self, name: str, kinds: tuple[str, ...]) -> tuple[str, str] | None:
        shards = self.there.shards()
        try:
            place = self.there._in_shards(shards, name, kinds, "") if shards else self.there._in_lists(name, kinds, "")
        except NotFound:
            return None
        return place.kind, place.id

    def _asked(self, ask: Callable[[], Hits]) -> Hits:
        with mock.patch.object(foreign, "opened", return_value=self.there):
            return ask()


@pytest.fixture(scope="module", autouse=True)
def tiny() -> Iterator[None]:
    """Leaves, segments and parts so small that a dozen cards have several, and beginnings of words are written."""
    with (
        mock.patch.object(building, "LEAF", 64),
        mock.patch.object(building, "SORTED", 5),
        mock.patch.object(inversion, "LONG", 16),
        mock.patch.object(inversion, "PART", 40),
        mock.patch.object(publishing, "ALWAYS_MERGED", 2),
    ):
        yield


@pytest.mark.parametrize("seed", range(8))
def test_lists_and_shards_give_the_same_answers(seed: int, tmp_path: Path) -> None:
    chance = Random(seed)  # noqa: S311
    changes = history(chance)
    listed = _published(changes, tmp_path / "lists", small=1000)
    sharded = _published(changes, tmp_path / "shards", small=-1)

    for _ in range(12):
        words = " ".join(chance.choices([*WORDS, *CHINESE, *BEGINNINGS], k=chance.randint(1, 2)))
        for kinds in (KINDS, ("model",), ("dataset", "project")):
            assert _same(sharded.search(words, kinds)) == _same(listed.search(words, kinds))
    for task in TASKS:
        assert _same(sharded.entries(task)) == _same(listed.entries(task))
    for name in {each.listed.id for added, _ in changes for each in added} | {card(chance).listed.id for _ in range(9)}:
        assert sharded.find(name, KINDS) == listed.find(name, KINDS)
        assert sharded.find(name, ("model",)) == listed.find(name, ("model",))
    assert {kind: count for kind, count in sharded.there.counts().items() if count} == listed.there.counts()


def _published(changes: Changes, folder: Path, *, small: int) -> Asked:
    place, index = Memory(), None
    with mock.patch.object(publishing, "SMALL", small):
        for added, removed in changes:
            index = update(index, place, added, removed)
    assert index is not None
    return Asked(index, place, folder)


def _same(hits: Hits) -> tuple[int, list[object]]:
    return hits.total, [msgspec.to_builtins((hit.kind, hit.id, hit.name, hit.summary, hit.facets)) for hit in hits]
