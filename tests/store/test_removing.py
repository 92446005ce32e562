"""Removing is safe beside everybody else: nothing held goes, nothing is ever half gone, nothing dangling stays."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from store_contents import another_process, blob, collected, digest_of, nobody, planned, prepared, weights

from hub.store import elections, leases, pins, refs, removing, units
from hub.store.refs import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hub.store.layout import Layout

KB = 1000

COLLECT = """
import os, pathlib, sys, time
from hub.store import garbage, removing, standing
from hub.store.layout import Layout
layout, steps = Layout(pathlib.Path(sys.argv[1])), int(sys.argv[2])

def count(event, _):
    global steps
    if event in ("os.rename", "os.remove", "os.rmdir", "shutil.rmtree", "os.mkdir") or event == "open":
        steps -= 1
        if steps < 0:
            os.kill(os.getpid(), 9)

plan = garbage.plan(standing.look(layout, lambda _: (), time.time()), 0)
sys.addaudithook(count)
removing.apply(plan, layout, held=lambda _: ())
"""

USE = """
import hashlib, os, pathlib, sys, time
from hub.store import blobs, leases, usage
from hub.store.files import temporary
from hub.store.layout import Layout
layout, until = Layout(pathlib.Path(sys.argv[1])), time.monotonic() + float(sys.argv[2])
names = [hashlib.sha256(bytes([number])).hexdigest() for number in range(4)]
reads = 0
while time.monotonic() < until:
    for number, name in enumerate(names):
        child = os.fork()  # a process of its own, which lives for one use
        if child:
            status = os.waitpid(child, 0)[1]
            assert status == 0, f"exit {status}"
            reads += 1
            continue
        leases.hold(layout, [name])
        path = blobs.find(layout, name)
        if path is None:
            with temporary(layout, name) as new:
                new.write_bytes(bytes([number]))
                target = layout.blob(name)
                target.parent.mkdir(parents=True, exist_ok=True)
                new.replace(target)
            os.utime(target, (1, 1))
            path = target
        for _ in range(3):
            os._exit(1) if path.read_bytes() != bytes([number]) else None
            os.utime(path, (1, 1))
        os._exit(0)
print(reads)
"""


def collect_and_die(layout: Layout, steps: int) -> int:
    """Collect all that can go in a process that is killed after so many steps; returns its exit code."""
    return subprocess.run([sys.executable, "-c", COLLECT, str(layout.home), str(steps)], check=False).returncode


def test_what_a_plan_names_is_gone_with_all_records_of_it(layout: Layout) -> None:
    path = blob(layout, b"a" * KB, owner="dataset/a/1.0.0")
    made = weights(layout, "w", b"w" * KB, of=[path.name])
    table = prepared(layout, "t", b"t" * KB, of=[path.name])

    done = collected(layout, 0)

    assert (len(done.gone), done.size, done.stayed) == (3, 3 * KB + 2, ())
    assert not any(each.exists() for each in (path, made, table))
    assert list(refs.owners(layout)) == []
    assert list(layout.origins.iterdir()) == list(layout.tmp.iterdir()) == []


def test_a_ref_keeps_what_is_still_there(layout: Layout) -> None:
    path = blob(layout, b"a" * KB, days=2)
    other = blob(layout, b"b" * KB, days=1)
    refs.write(layout, "dataset/a/1.0.0", {"a": Entry(path.name, KB), "b": Entry(other.name, KB)})

    collected(layout, KB)

    assert list(refs.read(layout, "dataset/a/1.0.0")) == ["b"]


def test_a_ref_that_somebody_is_about_to_fill_is_left_alone(layout: Layout) -> None:
    blob(layout, b"a" * KB, owner="dataset/a/1.0.0")

    with elections.turn(layout, "dataset/a/1.0.0"):
        collected(layout, 0)

    assert list(refs.owners(layout)) == ["dataset/a/1.0.0"]


def test_what_is_used_after_the_plan_stays(layout: Layout) -> None:
    path = blob(layout, b"a" * KB)
    plan = planned(layout, 0)
    os.utime(path)

    done = removing.apply(plan, layout, held=nobody)

    assert [reason for _, reason in done.stayed] == [removing.USED]
    assert path.exists()


def test_what_is_held_after_the_plan_stays(layout: Layout) -> None:
    path = blob(layout, b"a" * KB)
    plan = planned(layout, 0)

    with another_process(layout, path.name):
        done = removing.apply(plan, layout, held=nobody)

    assert [reason for _, reason in done.stayed] == [removing.USED]
    assert path.exists()


def test_what_a_lockfile_names_after_the_plan_stays(layout: Layout, tmp_path: Path) -> None:
    path = blob(layout, b"a" * KB)
    plan = planned(layout, 0)
    (tmp_path / "hub.lock").write_text(path.name)
    pins.register(layout, tmp_path / "hub.lock")

    removing.apply(plan, layout, held=lambda lockfile: lockfile.read_text().split())

    assert path.exists()


def test_what_somebody_else_removed_meanwhile_is_gone_too(layout: Layout) -> None:
    path = blob(layout, b"a" * KB)
    plan = planned(layout, 0)
    path.unlink()

    assert len(removing.apply(plan, layout, held=nobody).gone) == 1


def test_a_file_that_a_process_reads_can_be_read_to_its_end(layout: Layout) -> None:
    path = blob(layout, b"a" * KB)

    with path.open("rb") as file:
        collected(layout, 0)
        assert file.read() == b"a" * KB


def test_a_kill_at_any_step_leaves_nothing_half_and_the_next_one_ends_the_work(layout: Layout) -> None:
    def fill() -> list[Path]:
        path = blob(layout, b"a" * KB, days=3, owner="dataset/a/1.0.0")
        table = prepared(layout, "t", b"t" * KB, days=3, of=[path.name])
        return [path, table, weights(layout, "w", b"w" * KB, days=3, of=[path.name])]

    steps = 0
    while True:
        found = fill()
        code = collect_and_die(layout, steps)
        assert all(not path.is_dir() or len(list(path.iterdir())) == 2 for path in found if path.exists())
        collected(layout, 0)
        assert not any(path.exists() for path in found)
        assert not [*layout.tmp.iterdir(), *layout.claims.iterdir(), *refs.owners(layout)]
        if code == 0:
            break
        assert code == -9
        steps += 1
    assert steps > 10


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_processes_that_use_files_and_one_that_removes_all_it_may_never_meet(layout: Layout) -> None:
    blob(layout, b"something")
    command = [sys.executable, "-c", USE, str(layout.home), "3"]
    users = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]

    removed = 0
    while any(user.poll() is None for user in users):
        removed += len(collected(layout, 0).gone)
    said = [user.communicate() for user in users]

    assert [user.returncode for user in users] == [0, 0, 0], said
    assert removed > 10
    assert sum(int(out) for out, _ in said) > 100


def test_two_who_remove_at_once_remove_the_same(layout: Layout) -> None:
    for number in range(50):
        blob(layout, bytes([number]) * KB)
    command = [sys.executable, "-c", COLLECT, str(layout.home), "1000000"]

    both = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]

    assert [child.communicate()[1] for child in both] == [b"", b""]
    assert list(units.every(layout, time.time())) == []


def test_what_is_not_ours_to_remove_is_said(layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.getuid() == 0:
        pytest.skip("root may remove anything")
    path = blob(layout, b"a" * KB)
    path.parent.chmod(0o555)

    done = collected(layout, 0)

    path.parent.chmod(0o755)
    assert done.stayed[0][1] == "Permission denied"


def test_a_store_of_which_a_folder_lies_on_another_disk(layout: Layout, tmp_path: Path) -> None:
    elsewhere = next((place for place in _other_disks(tmp_path)), None)
    if elsewhere is None:
        pytest.skip("there is no other disk here")
    away = elsewhere / f"hub-{os.getpid()}"
    try:
        away.mkdir()
        layout.root.mkdir(parents=True)
        (layout.root / "blobs").symlink_to(away)
        path = blob(layout, b"a" * KB)

        done = collected(layout, 0)

        assert len(done.gone) == 1
        assert not path.exists()
    finally:
        subprocess.run(["rm", "-rf", str(away)], check=True)


def _other_disks(path: Path) -> Iterator[Path]:
    for place in ("/dev/shm", "/var/tmp", "/tmp"):  # noqa: S108  they are looked for, not trusted
        folder = type(path)(place)
        if folder.is_dir() and os.access(folder, os.W_OK) and folder.stat().st_dev != path.stat().st_dev:
            yield folder


def test_digests_are_held_for_the_time_of_a_process(layout: Layout) -> None:
    path = blob(layout, b"a" * KB)
    leases.hold(layout, [path.name, digest_of(b"not there")])

    assert collected(layout, 0).gone == ()
