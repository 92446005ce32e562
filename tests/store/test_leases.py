"""What a live process uses is held, at next to no cost, and no longer than it lives."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
from store_contents import HOLD, aged, another_process

from hub.store import leases, owners
from hub.store.files import make_store

if TYPE_CHECKING:
    from pathlib import Path

    from hub.store.layout import Layout

NAME, OTHER = "a" * 64, "b" * 64


@pytest.fixture(autouse=True)
def _store(layout: Layout) -> None:
    make_store(layout)


def lease(layout: Layout, owner: str, days: float = 0) -> Path:
    """A lease of that owner, made by hand."""
    layout.leases.mkdir(exist_ok=True)
    path = layout.leases / owner
    path.write_text(f"{NAME}\n")
    return aged(path, days)


def test_what_a_process_uses_is_held(layout: Layout) -> None:
    leases.hold(layout, [NAME])
    leases.hold(layout, [OTHER])

    assert dict(leases.held(layout)) == {NAME: owners.me(), OTHER: owners.me()}


def test_a_store_that_is_not_there_is_not_made(layout: Layout, tmp_path: Path) -> None:
    elsewhere = type(layout)(tmp_path / "nowhere")

    leases.hold(elsewhere, [NAME])

    assert not elsewhere.home.exists()


def test_what_is_noted_already_is_not_written_again(layout: Layout) -> None:
    leases.hold(layout, [NAME])
    (path,) = layout.leases.iterdir()

    leases.hold(layout, [NAME])

    assert path.read_text() == f"{NAME}\n"


def test_a_use_shows_in_the_time_of_the_lease(layout: Layout) -> None:
    leases.hold(layout, [NAME])
    (path,) = layout.leases.iterdir()
    aged(path, days=3)

    leases.hold(layout, [NAME])

    assert time.time() - path.stat().st_mtime < 60


def test_a_lease_that_somebody_deleted_is_written_anew_as_a_whole(layout: Layout) -> None:
    leases.hold(layout, [NAME])
    for path in layout.leases.iterdir():
        path.unlink()

    leases.hold(layout, [OTHER])

    assert set(leases.held(layout)) == {NAME, OTHER}


def test_the_lease_of_another_process_counts_while_it_lives_and_is_swept_once_it_is_killed(layout: Layout) -> None:
    with another_process(layout, NAME) as child:
        alive = leases.held(layout)
        child.kill()
        child.wait()
        dead = leases.held(layout)

    assert set(alive) == {NAME}
    assert not dead
    assert list(layout.leases.iterdir()) == []


def test_a_process_that_ends_in_order_takes_its_lease_along(layout: Layout) -> None:
    subprocess.run([sys.executable, "-c", HOLD, str(layout.home), NAME], check=True, stdout=subprocess.DEVNULL)

    assert list(layout.leases.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_has_a_lease_of_its_own_and_leaves_its_parents(layout: Layout) -> None:
    leases.hold(layout, [NAME])
    before = set(layout.leases.iterdir())

    child = os.fork()
    if child == 0:
        leases.hold(layout, [NAME, OTHER])
        os._exit(len(set(layout.leases.iterdir()) - before))
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 1
    assert dict(leases.held(layout)) == {NAME: owners.me()}


@pytest.mark.parametrize(("days", "counts"), [(1, True), (29, True), (31, False)])
def test_a_lease_of_another_machine_counts_for_a_month(layout: Layout, days: float, counts: bool) -> None:
    path = lease(layout, "0ther1-b00t00-7-7", days)

    assert (NAME in leases.held(layout)) == counts == path.exists()


@pytest.mark.parametrize(("days", "counts"), [(1, True), (3, False)])
def test_a_lease_of_before_the_machine_was_started_counts_for_two_days(
    layout: Layout, days: float, counts: bool
) -> None:
    host, _, pid, start = owners.me().split("-")

    path = lease(layout, f"{host}-b00t00-{pid}-{start}", days)

    assert (NAME in leases.held(layout)) == counts == path.exists()


def test_a_line_that_was_cut_names_nothing(layout: Layout) -> None:
    path = lease(layout, owners.me())
    path.write_text(f"{NAME}\n{OTHER[:20]}")

    assert OTHER not in leases.held(layout)
    assert NAME in leases.held(layout)


def test_rubbish_in_the_folder_harms_nobody(layout: Layout) -> None:
    layout.leases.mkdir()
    (layout.leases / "folder").mkdir()
    (layout.leases / "noise").write_bytes(os.urandom(100))

    leases.hold(layout, [NAME])

    assert NAME in leases.held(layout)


def test_what_nobody_uses_can_be_claimed(layout: Layout) -> None:
    leases.hold(layout, [NAME])

    with leases.claimed(layout, [NAME, OTHER]) as free:
        assert free == {OTHER}

    assert list(layout.claims.iterdir()) == []


def test_whoever_wants_what_is_claimed_waits_until_it_is_not(layout: Layout) -> None:
    waited: list[float] = []

    def use() -> None:
        began = time.monotonic()
        leases.hold(layout, [OTHER])
        waited.append(time.monotonic() - began)

    with leases.claimed(layout, [OTHER]):
        user = threading.Thread(target=use)
        user.start()
        time.sleep(0.2)
        assert not waited
    user.join()

    assert waited[0] >= 0.15


def test_whoever_wants_something_else_does_not_wait(layout: Layout) -> None:
    with leases.claimed(layout, [OTHER]):
        began = time.monotonic()
        leases.hold(layout, [NAME])

    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    "owner",
    [pytest.param("{me}-gone", id="of a process that is gone"), pytest.param("0ther1-b00t00-7-7", id="an old one")],
)
def test_a_claim_that_was_left_stops_nobody(layout: Layout, owner: str) -> None:
    host, boot, *_ = owners.me().split("-")
    layout.claims.mkdir()
    path = layout.claims / f"{owner.replace('{me}-gone', f'{host}-{boot}-4194304-7')}.uuid"
    path.write_text(f"{NAME}\n")
    if owner.startswith("0"):
        aged(path, days=1)

    began = time.monotonic()
    leases.hold(layout, [NAME])

    assert time.monotonic() - began < 1
    assert not path.exists()


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="root may write anywhere")
def test_a_store_that_cannot_be_written_keeps_no_leases(layout: Layout) -> None:
    layout.root.chmod(0o555)

    leases.hold(layout, [NAME])

    layout.root.chmod(0o755)
    assert not layout.leases.exists()
