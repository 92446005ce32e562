"""What goes from a store that is too large, and what nobody needs however small it is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from store_contents import (
    DAY,
    aged,
    another_process,
    blob,
    digest_of,
    gone,
    nobody,
    planned,
    prepared,
    weights,
)

from hub.errors import HubError
from hub.store import garbage, partials, pins, standing, usage
from hub.store.files import make_store
from hub.store.journal import Block, Head

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hub.store.layout import Layout

KB = 1000


def paths(*found: Path) -> list[str]:
    return [str(path) for path in found]


def pinned(layout: Layout, tmp_path: Path, *digests: str) -> Path:
    path = tmp_path / "hub.lock"
    path.write_text(" ".join(digests))
    pins.register(layout, path)
    return path


def words(path: Path) -> Iterator[str]:
    if "<<<<" in path.read_text():
        raise HubError("makes no sense")
    yield from path.read_text().split()


def test_what_was_unused_the_longest_goes_until_the_limit_is_met(layout: Layout) -> None:
    old, older, oldest = (blob(layout, bytes([days]) * KB, days) for days in (1, 2, 3))

    plan = planned(layout, 2 * KB)

    assert gone(plan) == paths(oldest)
    assert (plan.freed, plan.size, plan.excess) == (KB, 3 * KB, 0)
    assert gone(planned(layout, 0)) == paths(oldest, older, old)


def test_a_store_within_its_limit_is_left_alone(layout: Layout) -> None:
    blob(layout, b"a" * KB, days=900)

    assert gone(planned(layout, KB)) == []


def test_without_a_limit_nothing_useful_goes(layout: Layout) -> None:
    blob(layout, b"a" * KB, days=900)

    assert gone(planned(layout, None)) == []


def test_a_store_that_is_not_there_has_nothing_to_remove(layout: Layout) -> None:
    plan = planned(layout, 0)

    assert (plan.removals, plan.size, plan.excess) == ((), 0, 0)
    assert not layout.home.exists()


def test_what_was_made_of_a_blob_goes_before_it_even_if_it_was_used_later(layout: Layout) -> None:
    first = blob(layout, b"a" * KB, days=3)
    made = weights(layout, "w", b"w" * KB, days=2, of=[first.name])
    other = blob(layout, b"b" * KB, days=2.5)

    assert gone(planned(layout, 0)) == paths(other, made, first)


def test_a_table_goes_before_what_it_points_to_and_that_before_its_blob(layout: Layout) -> None:
    packed = blob(layout, b"a" * KB, days=5)
    inflated = prepared(layout, "inflated", b"i" * KB, days=4, of=[packed.name])
    table = prepared(layout, "table", b"t" * KB, days=3, of=[packed.name, inflated.name])

    assert gone(planned(layout, 0)) == paths(table, inflated, packed)


def test_what_a_process_uses_stays_with_all_it_was_made_of(layout: Layout) -> None:
    packed = blob(layout, b"a" * KB, days=5)
    inflated = prepared(layout, "inflated", b"i" * KB, days=4, of=[packed.name])
    table = prepared(layout, "table", b"t" * KB, days=3, of=[inflated.name])
    other = blob(layout, b"b" * KB, days=1)

    with another_process(layout, table.name) as child:
        during = planned(layout, 0)
        child.kill()
        child.wait()

    assert gone(during) == paths(other)
    assert during.kept == {standing.RUNNING: 3 * KB + 4}
    assert len(gone(planned(layout, 0))) == 4


def test_what_a_lockfile_names_stays_and_what_was_made_of_it_may_go(layout: Layout, tmp_path: Path) -> None:
    first = blob(layout, b"a" * KB, days=5)
    made = weights(layout, "w", b"w" * KB, days=4, of=[first.name])
    lockfile = pinned(layout, tmp_path, first.name)

    assert gone(planned(layout, 0, words)) == paths(made)
    lockfile.unlink()
    assert gone(planned(layout, 0, words)) == paths(made, first)


def test_no_blob_goes_while_a_lockfile_makes_no_sense(layout: Layout, tmp_path: Path) -> None:
    blob(layout, b"a" * KB, days=5)
    made = weights(layout, "w", b"w" * KB, days=4)
    lockfile = pinned(layout, tmp_path, "<<<<<<< mine")

    plan = planned(layout, 0, words)

    assert gone(plan) == paths(made)
    assert plan.unreadable == (lockfile,)
    assert plan.excess == KB


def test_what_was_used_a_moment_ago_stays_and_the_plan_says_so(layout: Layout) -> None:
    blob(layout, b"a" * KB, days=0)

    plan = planned(layout, 0)

    assert gone(plan) == []
    assert plan.excess == KB
    assert plan.stays == "1.0 kB used in the last 10 minutes"


def test_a_use_is_noted_without_touching_the_time_of_writing(layout: Layout) -> None:
    path = blob(layout, b"a", days=5)
    written = path.stat().st_mtime_ns

    usage.note(layout, path, path.name)

    assert path.stat().st_mtime_ns == written
    assert time.time() - path.stat().st_atime < 60


def test_a_use_is_noted_once_in_a_while(layout: Layout) -> None:
    path = blob(layout, b"a", days=0)
    before = path.stat().st_ctime_ns

    usage.note(layout, path, path.name)
    usage.note(layout, path, path.name, now=lambda: time.time() + usage.NOTED_EVERY - 60)
    assert path.stat().st_ctime_ns == before

    usage.note(layout, path, path.name, now=lambda: time.time() + usage.NOTED_EVERY + 60)
    assert path.stat().st_atime > time.time()


def test_a_mark_counts_as_use(layout: Layout) -> None:
    first, second = blob(layout, b"a" * KB, days=5), blob(layout, b"b" * KB, days=4)
    layout.uses.mkdir()
    (layout.uses / first.name).touch()
    aged(layout.uses / first.name, days=3)

    assert gone(planned(layout, 0)) == paths(second, first)


def test_a_clock_that_was_wrong_makes_nothing_stay_for_ever(layout: Layout) -> None:
    path = blob(layout, b"a" * KB, days=-400)

    assert gone(planned(layout, 0)) == paths(path)


def test_bad_files_go_first(layout: Layout) -> None:
    oldest = blob(layout, b"a" * KB, days=900)
    layout.quarantine.mkdir()
    (layout.quarantine / "bad").write_bytes(b"b" * KB)

    assert gone(planned(layout, KB)) == paths(layout.quarantine / "bad")
    assert gone(planned(layout, 0)) == paths(layout.quarantine / "bad", oldest)


def test_what_killed_processes_left_goes_also_without_a_limit(layout: Layout) -> None:
    make_store(layout)
    for name in ("gone.abc/half of it", "old", "older/deep/inside", "new"):
        _file(layout.tmp / name, days=-3 if name == "new" else 0)

    found = standing.look(layout, nobody, time.time() + 2 * DAY)

    assert sorted(gone(garbage.plan(found, None))) == paths(
        *(layout.tmp / name for name in ("gone.abc", "old", "older"))
    )


def test_an_unfinished_transfer_goes_in_its_turn_and_a_live_one_never(layout: Layout) -> None:
    old = blob(layout, b"a" * KB, days=3)
    left, mine = (partials.obtain(layout, digest_of(name)) for name in (b"left", b"mine"))
    for partial in (left, mine):
        journal = partial.begin(Head())
        partial.data.write_bytes(b"p" * KB)
        journal.add(Block(0, KB, 0))
        journal.close()
    partials.leave(layout, left)
    (free,) = layout.partials.glob("*.free.*")
    for path in free.iterdir():
        aged(path, days=2)

    assert gone(planned(layout, 0)) == paths(old, free)


def test_index_and_copies_of_registries_go_in_their_turn(layout: Layout) -> None:
    old = blob(layout, b"a" * KB, days=3)
    index = aged(_file(layout.index("1")), days=2)
    copy = layout.registry("https://example.org")
    aged(_file(copy / "state.json"), days=1)

    assert gone(planned(layout, 0)) == paths(old, index, copy)


def _file(path: Path, days: float = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * KB)
    return aged(path, days)
