"""A registered lockfile holds what it names for as long as it is there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from store_contents import aged

from hub.errors import HubError
from hub.store import pins
from hub.store.files import make_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hub.store.layout import Layout


def words(path: Path) -> Iterator[str]:
    """Read a lockfile of these tests: one digest a word; "<<<<" is a merge that has conflicts."""
    text = path.read_text("utf-8")
    if "<<<<" in text:
        raise HubError(f"{path} makes no sense")
    yield from text.split()


@pytest.fixture
def lockfile(tmp_path: Path, layout: Layout) -> Path:
    make_store(layout)
    path = tmp_path / "project" / "hub.lock"
    path.parent.mkdir()
    path.write_text("one two")
    pins.register(layout, path)
    return path


def of_another_machine(layout: Layout) -> Path:
    """Let all pins be of another machine; returns the copy of the only one."""
    (place,) = layout.pins.glob("*.json")
    place.write_text(json.dumps(json.loads(place.read_text()) | {"host": "another"}))
    return place.with_suffix(".lock")


def test_what_a_registered_lockfile_names_is_pinned(layout: Layout, lockfile: Path) -> None:
    found = pins.pinned(layout, words)

    assert dict(found.digests) == {"one": lockfile, "two": lockfile}
    assert found.unreadable == ()


def test_what_it_says_now_counts(layout: Layout, lockfile: Path) -> None:
    lockfile.write_text("three")

    assert set(pins.pinned(layout, words).digests) == {"three"}


def test_two_projects_hold_what_either_names(layout: Layout, lockfile: Path, tmp_path: Path) -> None:
    (tmp_path / "hub.lock").write_text("three")
    pins.register(layout, tmp_path / "hub.lock")

    assert set(pins.pinned(layout, words).digests) == {"one", "two", "three"}


def test_a_lockfile_that_is_gone_holds_nothing_and_is_forgotten(layout: Layout, lockfile: Path) -> None:
    lockfile.unlink()

    assert not pins.pinned(layout, words).digests
    assert list(layout.pins.iterdir()) == []


def test_one_that_makes_no_sense_is_told_and_kept(layout: Layout, lockfile: Path) -> None:
    lockfile.write_text("<<<<<<< mine")

    found = pins.pinned(layout, words)

    assert (dict(found.digests), found.unreadable) == ({}, (lockfile,))
    assert pins.pinned(layout, words).unreadable == (lockfile,)


def test_a_pin_that_makes_no_sense_is_told(layout: Layout, lockfile: Path) -> None:
    (place,) = layout.pins.glob("*.json")
    place.write_text("{")
    place.with_suffix(".lock").write_text("<<<<")

    assert pins.pinned(layout, words).unreadable == (place,)


def test_registering_again_writes_nothing_but_the_time(layout: Layout, lockfile: Path) -> None:
    (seen,) = layout.pins.glob("*.lock")
    aged(seen, days=10)
    before = pins.stamp(layout)

    pins.register(layout, lockfile)

    assert pins.stamp(layout) == before
    assert seen.stat().st_mtime > lockfile.stat().st_mtime - 60


def test_registering_another_one_shows(layout: Layout, lockfile: Path, tmp_path: Path) -> None:
    before = pins.stamp(layout)
    (tmp_path / "hub.lock").write_text("three")

    pins.register(layout, tmp_path / "hub.lock")

    assert pins.stamp(layout) != before


def test_a_lockfile_of_another_machine_holds_what_it_said_last(layout: Layout, lockfile: Path) -> None:
    of_another_machine(layout)
    lockfile.unlink()

    assert dict(pins.pinned(layout, words).digests) == {"one": lockfile, "two": lockfile}


def test_one_of_another_machine_that_nobody_has_seen_for_long_lets_go(layout: Layout, lockfile: Path) -> None:
    aged(of_another_machine(layout), days=100)

    assert not pins.pinned(layout, words).digests
    assert list(layout.pins.iterdir()) == []


def test_a_path_of_another_machine_may_be_another_file_here(layout: Layout, lockfile: Path) -> None:
    of_another_machine(layout)
    lockfile.write_text("not this one")

    assert set(pins.pinned(layout, words).digests) == {"one", "two"}


def test_what_cannot_be_read_or_written_is_not_registered(layout: Layout, tmp_path: Path) -> None:
    pins.register(layout, tmp_path / "nothing")
    layout.home.write_text("in the way")
    (tmp_path / "hub.lock").write_text("one")
    pins.register(layout, tmp_path / "hub.lock")

    assert not pins.pinned(layout, words).digests
