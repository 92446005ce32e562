"""What nothing names any more goes, however small a store is."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest
from store_contents import aged, blob, digest_of, gone, nobody, weights

from hub.store import garbage, leases, origins, pins, refs, standing
from hub.store.files import make_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hub.store.garbage import Plan
    from hub.store.layout import Layout

KB = 1000


def paths(*found: Path) -> list[str]:
    return [str(path) for path in found]


def pruned(layout: Layout, version: int | None = 1) -> Plan:
    return garbage.prune(layout, standing.look(layout, nobody, time.time()), lambda _: version)


def pinned(layout: Layout, tmp_path: Path, *digests: str) -> Path:
    path = tmp_path / "hub.lock"
    path.write_text(" ".join(digests))
    pins.register(layout, path)
    return path


def words(path: Path) -> Iterator[str]:
    yield from path.read_text().split()


def test_a_blob_that_something_names_stays(layout: Layout, tmp_path: Path) -> None:
    blob(layout, b"a", days=900, owner="dataset/a/1.0.0")
    locked = blob(layout, b"b", days=900)
    nameless = blob(layout, b"c", days=900)
    pinned(layout, tmp_path, locked.name)

    found = standing.look(layout, words, time.time())

    assert gone(garbage.prune(layout, found, lambda _: 1)) == paths(nameless)


def test_a_blob_that_came_a_moment_ago_may_not_have_its_name_yet(layout: Layout) -> None:
    blob(layout, b"a", days=0)

    assert gone(pruned(layout)) == []


def test_what_was_made_of_something_gone_goes(layout: Layout) -> None:
    named = blob(layout, b"a", owner="dataset/a/1.0.0")
    nameless = blob(layout, b"b")
    weights(layout, "of what is there", b"w", of=[named.name])
    weights(layout, "of nothing in the store", b"w")
    orphan = weights(layout, "of what is gone", b"w", of=[digest_of(b"gone")])
    going = weights(layout, "of what goes", b"w", of=[nameless.name])

    plan = pruned(layout)

    assert sorted(gone(plan)[:2]) == sorted(paths(orphan, going))
    assert gone(plan)[2:] == paths(nameless)


@pytest.mark.parametrize(("ours", "goes"), [(1, False), (2, False), (3, True), (None, False)])
def test_what_older_code_made_goes_and_what_newer_code_made_is_somebody_elses(
    layout: Layout, ours: int | None, goes: bool
) -> None:
    path = weights(layout, "w", b"w", by=2)

    assert gone(pruned(layout, ours)) == (paths(path) if goes else [])


def test_what_has_no_origin_stays(layout: Layout) -> None:
    path = weights(layout, "w", b"w", of=[digest_of(b"gone")])
    layout.origin(path.stem).unlink()

    assert gone(pruned(layout)) == []


def test_an_index_that_nobody_opens_goes(layout: Layout) -> None:
    make_store(layout)
    index = aged(_file(layout.index("1")), days=40)
    aged(_file(layout.index("2")), days=20)

    assert gone(pruned(layout)) == paths(index)


def test_what_a_process_uses_stays(layout: Layout) -> None:
    path = blob(layout, b"a", days=900)
    leases.hold(layout, [path.name])

    assert gone(pruned(layout)) == []
    assert pruned(layout).kept == {standing.RUNNING: 1}


def test_an_unfinished_transfer_of_an_hour_ago_goes(layout: Layout) -> None:
    make_store(layout)
    free = layout.partials / f"{'a' * 64}.free.abc"
    aged(_file(free / "data"), days=1 / 24)

    assert gone(pruned(layout)) == paths(free)


def test_refs_are_left_as_they_are(layout: Layout) -> None:
    blob(layout, b"a", owner="dataset/a/1.0.0")

    pruned(layout)

    assert list(refs.owners(layout)) == ["dataset/a/1.0.0"]


def test_an_origin_that_makes_no_sense_counts_as_none(layout: Layout) -> None:
    path = weights(layout, "w", b"w")
    layout.origin(path.stem).write_bytes(os.urandom(50))

    assert origins.read(layout, path.stem) is None
    assert gone(pruned(layout)) == []


def _file(path: Path, days: float = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * KB)
    return aged(path, days)
