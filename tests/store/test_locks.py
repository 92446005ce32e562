"""Locks make one process wait for another, and never stop anyone where they do not work."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hub.store import locks

if TYPE_CHECKING:
    from hub.store.layout import Layout

HOLD = """
import pathlib, sys
from hub.store import locks
from hub.store.layout import Layout
with locks.held(Layout(pathlib.Path(sys.argv[1])), "model/a/V1", on_wait=lambda: None):
    print("held", flush=True)
    sys.stdin.read(1)
"""


def test_who_comes_second_is_told_and_waits(layout: Layout) -> None:
    pipe = subprocess.PIPE
    waited: list[str] = []
    with subprocess.Popen([sys.executable, "-c", HOLD, str(layout.home)], stdin=pipe, stdout=pipe) as first:
        assert first.stdin is not None
        assert first.stdout is not None
        assert first.stdout.readline() == b"held\n"

        end = first.stdin

        def on_wait() -> None:
            waited.append("told")
            end.close()

        with locks.held(layout, "model/a/V1", on_wait=on_wait):
            assert first.wait() == 0

    assert waited == ["told"]


def test_other_names_do_not_wait_for_one_another(layout: Layout) -> None:
    waited: list[str] = []

    with (
        locks.held(layout, "model/a/V1", on_wait=lambda: waited.append("a")),
        locks.held(layout, "model/b/V1", on_wait=lambda: waited.append("b")),
    ):
        pass

    assert waited == []


def test_a_lock_can_be_taken_again_after_an_error(layout: Layout) -> None:
    waited: list[str] = []

    with pytest.raises(FileNotFoundError), locks.held(layout, "model/a/V1", on_wait=lambda: waited.append("a")):
        (layout.home / "nothing").read_bytes()

    with locks.held(layout, "model/a/V1", on_wait=lambda: waited.append("b")):
        assert waited == []


def test_where_locks_do_not_work_the_work_goes_on(layout: Layout) -> None:
    layout.home.write_text("in the way")

    with locks.held(layout, "model/a/V1", on_wait=lambda: None):
        done = True

    assert done


def test_an_owner_may_have_a_longer_name_than_a_file(layout: Layout) -> None:
    with locks.held(layout, "url/" + "a" * 400, on_wait=lambda: None):
        assert len(list(layout.lock("x").parent.iterdir())) == 1
