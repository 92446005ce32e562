"""One process makes a thing, the others wait for it, and nobody waits for one that is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from hub.errors import HubError
from hub.store import elections, owners, partials
from hub.store.journal import Head

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hub.store.layout import Layout

KEY = "model/a/V1"

HOLD = """
import pathlib, socket, sys
if sys.argv[2:]:
    socket.gethostname = lambda: sys.argv[2]
from hub.store import elections
from hub.store.layout import Layout
elections.BEAT = 0.05
with elections.turn(Layout(pathlib.Path(sys.argv[1])), "model/a/V1"):
    print("elected", flush=True)
    sys.stdin.read(1)
"""

FORK = """
import os, pathlib, sys
from hub.store import elections
from hub.store.layout import Layout
layout = Layout(pathlib.Path(sys.argv[1]))
with elections.turn(layout, "fork"):
    child = os.fork()
    if child:
        assert os.waitpid(child, 0)[1] == 0
        assert layout.election("fork").exists()
"""


@contextmanager
def another(layout: Layout, *host: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that is elected; it steps down when its standard input is closed."""
    command = [sys.executable, "-c", HOLD, str(layout.home), *host]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"elected\n"
        yield process
        process.kill()


def seconds_to_be_elected(layout: Layout) -> float:
    began = time.monotonic()
    with elections.turn(layout, KEY):
        return time.monotonic() - began


class TestWaiting:
    def test_who_comes_second_is_told_once_and_waits(self, layout: Layout) -> None:
        told: list[str] = []
        with another(layout) as first:

            def on_wait() -> None:
                told.append("told")
                assert first.stdin is not None
                first.stdin.close()

            with elections.turn(layout, KEY, on_wait=on_wait):
                assert first.wait() == 0

        assert told == ["told"]

    def test_what_was_published_ends_the_waiting_though_the_elected_one_goes_on(self, layout: Layout) -> None:
        published = iter([None, None, None, "it"])

        with another(layout) as first:
            found = elections.one(layout, KEY, lambda: next(published), lambda: "mine")
            assert first.poll() is None

        assert found == "it"

    def test_what_is_there_needs_no_election(self, layout: Layout) -> None:
        assert elections.one(layout, KEY, lambda: "there", lambda: "mine") == "there"
        assert not layout.root.exists()

    def test_what_came_between_the_look_and_the_election_is_not_made_again(self, layout: Layout) -> None:
        published = iter([None, "it"])

        assert elections.one(layout, KEY, lambda: next(published), lambda: "mine") == "it"

    def test_other_names_do_not_wait_for_one_another(self, layout: Layout) -> None:
        waited: list[str] = []

        with elections.turn(layout, KEY), elections.turn(layout, "b", on_wait=lambda: waited.append("b")):
            assert waited == []

    def test_threads_of_one_process_take_turns(self, layout: Layout) -> None:
        inside: list[int] = []
        most: list[int] = []

        def go() -> None:
            with elections.turn(layout, KEY):
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.01)
                inside.pop()

        threads = [threading.Thread(target=go) for _ in range(5)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

        assert most == [1] * 5

    def test_an_error_of_the_elected_one_lets_the_next_one_try(self, layout: Layout) -> None:
        def fail() -> str:
            raise HubError("no")

        with pytest.raises(HubError):
            elections.one(layout, KEY, lambda: None, fail)

        assert elections.one(layout, KEY, lambda: None, lambda: "mine") == "mine"
        assert list(layout.elections.iterdir()) == []

    def test_an_attempt_does_not_wait(self, layout: Layout) -> None:
        with another(layout), elections.attempt(layout, KEY) as mine:
            assert not mine
        with elections.attempt(layout, KEY) as mine:
            assert mine


class TestReplacing:
    def test_one_that_was_killed_here_is_replaced_at_once(self, layout: Layout) -> None:
        with another(layout) as first:
            os.kill(first.pid, signal.SIGKILL)
            first.wait()

            assert seconds_to_be_elected(layout) < 1

    def test_one_elsewhere_is_believed_while_it_beats_and_replaced_when_it_is_silent(
        self, layout: Layout, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(elections, "SILENCE", 0.8)
        with another(layout, "elsewhere") as first:
            threading.Timer(2.0, first.kill).start()

            assert 2.0 < seconds_to_be_elected(layout) < 2.0 + 0.8 + 3

    def test_one_that_runs_here_is_given_more_time(self, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(elections, "SILENCE", 0.1)
        monkeypatch.setattr(elections, "SILENCE_OF_ONE_ALIVE", 1.0)
        with another(layout) as first:
            os.kill(first.pid, signal.SIGSTOP)

            assert 0.9 < seconds_to_be_elected(layout) < 5

    def test_the_clock_of_the_elected_one_does_not_matter(
        self, layout: Layout, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(elections, "SILENCE", 0.5)
        layout.elections.mkdir(parents=True)
        term = layout.election(KEY)
        term.write_text("another-machine-1-1.x\n")
        os.utime(term, (time.time() + 1e6,) * 2)

        assert seconds_to_be_elected(layout) >= 0.5

    def test_a_term_that_was_cut_off_counts_until_it_is_silent(
        self, layout: Layout, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(elections, "SILENCE", 0.3)
        layout.elections.mkdir(parents=True)
        layout.election(KEY).write_bytes(b"")

        assert 0.3 <= seconds_to_be_elected(layout) < 3

    def test_of_many_that_see_one_dead_one_is_elected(self, layout: Layout) -> None:
        layout.elections.mkdir(parents=True)
        layout.election(KEY).write_text(f"{owners.me().rpartition('-')[0]}-1.x\n")  # this process began at another time
        inside: list[int] = []

        def go() -> None:
            with elections.turn(layout, KEY):
                inside.append(1)
                assert len(inside) == 1
                time.sleep(0.005)
                inside.pop()

        threads = [threading.Thread(target=go) for _ in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

        assert list(layout.elections.iterdir()) == []

    def test_a_term_that_is_not_what_was_seen_stays(self, layout: Layout) -> None:
        with elections.turn(layout, KEY):
            before = layout.election(KEY).read_text()

            assert elections._bury(elections._Seen("another-machine-1-1.x", (0, 0)), layout.election(KEY), layout)

            assert layout.election(KEY).read_text() == before

    def test_what_the_silent_one_had_fetched_is_taken_over(
        self, layout: Layout, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        left = partials.obtain(layout, "0" * 64)
        left.begin(Head()).close()
        owner = "another-machine-1-1"
        theirs = left.folder.rename(layout.partials / f"{'0' * 64}.{owner}.x")
        monkeypatch.setattr(elections, "SILENCE", 0.0)
        layout.elections.mkdir(parents=True)
        layout.election(KEY).write_text(f"{owner}.x\n")
        assert not partials.is_abandoned(theirs)

        with elections.turn(layout, KEY):
            assert partials.is_abandoned(theirs)


class TestGoingOnWithout:
    def test_where_no_term_can_be_written_the_work_goes_on(self, layout: Layout) -> None:
        layout.home.write_text("in the way")

        assert elections.one(layout, KEY, lambda: None, lambda: "mine") == "mine"

    def test_on_a_full_disk_the_work_goes_on(self, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> int:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "write", full)

        assert elections.one(layout, KEY, lambda: None, lambda: "mine") == "mine"
        assert list(layout.elections.iterdir()) == []

    def test_a_key_may_be_longer_than_the_name_of_a_file(self, layout: Layout) -> None:
        with elections.turn(layout, "url/" + "a" * 400):
            assert len(list(layout.elections.iterdir())) == 1

    def test_a_forked_child_leaves_the_term_to_its_parent(self, layout: Layout) -> None:
        subprocess.run([sys.executable, "-c", FORK, str(layout.home)], check=True)

        assert list(layout.elections.iterdir()) == []


class TestSweeping:
    def test_what_killed_processes_left_goes_and_what_lives_stays(self, layout: Layout) -> None:
        with another(layout) as first:
            os.kill(first.pid, signal.SIGKILL)
            first.wait()
        old = layout.election("old")
        old.write_text("another-machine-1-1.x\n")
        with elections.turn(layout, "mine"):
            elections.sweep(layout)
            assert sorted(layout.elections.iterdir()) == sorted([layout.election("mine"), old])

    def test_a_term_is_not_more_than_a_millisecond_of_work(self, layout: Layout) -> None:
        with elections.turn(layout, KEY):
            pass
        took = min(_timed(layout) for _ in range(50))

        assert took < 0.005


def _timed(layout: Layout) -> float:
    began = time.perf_counter()
    with elections.turn(layout, KEY):
        pass
    return time.perf_counter() - began


def test_a_term_says_whose_it_is(layout: Layout) -> None:
    with elections.turn(layout, KEY):
        path: Path = layout.election(KEY)

        assert path.read_text().startswith(f"{owners.me()}.")
