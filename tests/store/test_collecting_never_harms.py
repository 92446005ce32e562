"""Whatever a store holds, whoever uses it and wherever a gc is killed: nothing held goes, nothing dangling stays."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from store_contents import aged, blob, digest_of, nobody, planned, prepared, weights

from hub.store import garbage, origins, owners, pins, refs, removing, standing, units, usage
from hub.store.files import make_store
from hub.store.layout import Layout
from hub.store.units import DERIVED

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")

DAYS = st.floats(1, 100)
LATER = st.floats(0.1, 3)
"""Mostly later than what it was made of."""
SIZES = st.integers(1, 2000)
SHARES = st.floats(0, 1)
OWNERS = (owners.me(), "0ther1-b00t00-7-7", "-".join([*owners.me().split("-")[:2], "4194304", "1"]))
"""One that is alive, one elsewhere, one that has ended."""
STEPS = ("os.rename", "os.remove", "os.rmdir", "os.mkdir")


def words(path: Path) -> Iterator[str]:
    yield from path.read_text("utf-8").split()


class Store(RuleBasedStateMachine):
    """One store, in which things appear, are used and held, and are collected, by gcs that may be killed."""

    blobs = Bundle("blobs")
    made = Bundle("made")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.layout = Layout(self.folder / "home")
        self.number = 0
        self.data: dict[str, bytes] = {}
        make_store(self.layout)

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def next(self, size: int) -> bytes:
        self.number += 1
        data = f"{self.number:04}".encode() * size
        self.data[digest_of(data)] = data
        return data

    @initialize(target=blobs, sizes=st.lists(SIZES, min_size=3, max_size=6))
    def begin(self, sizes: list[int]) -> object:
        return multiple(*(blob(self.layout, self.next(size), self.number).name for size in sizes))

    @rule(target=blobs, size=SIZES, days=DAYS, named=st.booleans())
    def bring(self, size: int, days: float, named: bool) -> str:
        data = self.next(size)
        return blob(self.layout, data, days, owner=f"dataset/d{self.number}/1" if named else "").name

    @rule(target=made, of=st.lists(blobs, min_size=1, max_size=3), size=SIZES, days=LATER, table=st.booleans())
    def make(self, of: list[str], size: int, days: float, table: bool) -> str:
        for missing in (name for name in of if not self.layout.blob(name).exists()):
            blob(self.layout, self.data[missing], days)  # loading makes sure of it first
        name = f"m{self.number}"
        (prepared if table else weights)(self.layout, name, self.next(size), days, of=of)
        return digest_of(name.encode())

    @rule(names=st.lists(blobs | made, max_size=3), owner=st.sampled_from(OWNERS))
    def lease(self, names: list[str], owner: str) -> None:
        self.layout.leases.mkdir(exist_ok=True)
        (self.layout.leases / owner).write_text("".join(f"{name}\n" for name in names))

    @rule(names=st.lists(blobs, max_size=3), project=st.integers(0, 2))
    def lock(self, names: list[str], project: int) -> None:
        path = self.folder / f"{project}.lock"
        path.write_text(" ".join(names))
        pins.register(self.layout, path)

    @rule(project=st.integers(0, 2))
    def drop_the_lockfile(self, project: int) -> None:
        (self.folder / f"{project}.lock").unlink(missing_ok=True)

    @rule(name=blobs)
    def use(self, name: str) -> None:
        usage.note(self.layout, self.layout.blob(name), name)

    @rule(days=DAYS)
    def wait(self, days: float) -> None:
        """All that is there grows older, as far as a file tells."""
        for unit in units.every(self.layout, time.time()):
            if time.time() - unit.used < usage.GRACE:
                path = Path(unit.path)
                for each in [path] if path.is_file() else path.iterdir():
                    aged(each, days)

    @rule(share=SHARES)
    def collect(self, share: float) -> None:
        before = standing.look(self.layout, words, time.time())
        limit = int(share * before.size)
        kept = sum(unit.size for unit in before.units if before.keeps(unit))

        removing.apply(garbage.plan(before, limit), self.layout, held=words)

        self.nothing_held_is_gone(before)
        assert sum(unit.size for unit in units.every(self.layout, time.time())) <= max(limit, kept)
        self.nothing_dangles()

    @rule(share=SHARES, steps=st.integers(0, 12))
    def collect_and_die(self, share: float, steps: int) -> None:
        before = standing.look(self.layout, words, time.time())
        plan = garbage.plan(before, int(share * before.size))
        child = os.fork()
        if child == 0:
            _die_after(steps)
            removing.apply(plan, self.layout, held=words)
            os._exit(0)
        os.waitpid(child, 0)

        self.nothing_held_is_gone(before)

    def nothing_held_is_gone(self, before: standing.Standing) -> None:
        lost = [unit for unit in before.units if before.keeps(unit) and not Path(unit.path).exists()]
        assert not lost

    def nothing_dangles(self) -> None:
        for owner in refs.owners(self.layout):
            assert all(self.layout.blob(entry.sha256).exists() for entry in refs.read(self.layout, owner).values())
        there = {unit.name for unit in units.every(self.layout, time.time()) if unit.kind in DERIVED}
        assert {path.stem for path in self.layout.origins.glob("*")} == there
        assert list(self.layout.tmp.glob("*")) == list(self.layout.claims.glob("*")) == []

    @invariant()
    def nothing_is_of_no_use(self) -> None:
        """What was made of blobs goes before them."""
        for unit in units.every(self.layout, time.time()):
            origin = origins.read(self.layout, unit.name)
            assert origin is None or all(self.layout.blob(name).exists() for name in origin.of)

    @invariant()
    def nothing_is_half_gone(self) -> None:
        for folder in self.layout.prepared("").glob("*"):
            assert sorted(path.name for path in folder.iterdir()) == ["survey.json", "train.arrow"]


def _die_after(steps: int) -> None:
    left = [steps]

    def count(event: str, _: object) -> None:
        if event in STEPS:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), 9)

    sys.addaudithook(count)


Store.TestCase.settings = settings(max_examples=50, stateful_step_count=25, deadline=None)
TestStore = Store.TestCase


def test_a_store_that_grows_beyond_memory_of_names_is_collected_in_batches(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    for number in range(removing.BATCH + 10):
        blob(layout, f"{number:04}".encode())

    done = removing.apply(planned(layout, 0), layout, held=nobody)

    assert len(done.gone) == removing.BATCH + 10
