"""What has arrived is kept, and believed only as far as it can be checked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import partial_files
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from server import Server

from hub.cards import Artifact, Source
from hub.errors import TransferError
from hub.progress import Silent
from hub.store import journal, partials
from hub.store.layout import Layout
from hub.transfer import Transfers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DATA = bytes(range(256)) * 1000
HALF = len(DATA) // 2


def artifact(server: Server, fault: str, *, pinned: bool = True) -> Artifact:
    digest = server.add("a.bin", DATA)
    source = Source(url=server.url(fault, "a.bin"))
    return Artifact(
        name="a.bin", size=len(DATA) if pinned else None, sha256=digest if pinned else None, sources=(source,)
    )


def left_behind(layout: Layout, wanted: Artifact, data: bytes, validator: str = "") -> None:
    """Leave a partial of an earlier run."""
    partial_files.left(layout, partials.key_of(wanted.sha256 or wanted.sources[0].url), data, validator)


@pytest.mark.parametrize("fault", ["truncate-once", "drop"])
def test_a_connection_that_breaks_is_taken_up_where_it_broke(
    fault: str, server: Server, run: Callable[[], Transfers]
) -> None:
    with run() as transfers:
        got = transfers.get(artifact(server, fault))

    starts = [request.range_start for request in server.asked(f"/{fault}")]
    assert got.path.read_bytes() == DATA
    assert starts == sorted(starts)
    assert starts[1] > 0


def test_a_connection_that_breaks_often_but_delivers_is_never_paused(
    server: Server, run: Callable[[], Transfers], pauses: list[float]
) -> None:
    with run() as transfers:
        transfers.get(artifact(server, "drop"))

    assert len(server.asked("/drop")) > 2
    assert pauses == []


def test_a_later_run_asks_only_for_the_rest(server: Server, run: Callable[[], Transfers], layout: Layout) -> None:
    wanted = artifact(server, "no-etag")
    left_behind(layout, wanted, DATA[:HALF])

    with run() as transfers:
        got = transfers.get(wanted)

    assert got.path.read_bytes() == DATA
    assert [request.range_start for request in server.requests] == [HALF]


def test_another_mirror_continues_what_the_first_began(server: Server, run: Callable[[], Transfers]) -> None:
    digest = server.add("a.bin", DATA)
    sources = (Source(url=server.url("truncate", "a.bin")), Source(url=server.url("no-etag", "a.bin")))
    wanted = Artifact(name="a.bin", size=len(DATA), sha256=digest, sources=sources)

    with run() as transfers, pytest.raises(TransferError):
        transfers.get(Artifact(name="a.bin", size=len(DATA), sha256=digest, sources=sources[:1]))
    with run() as transfers:
        transfers.get(Artifact(name="a.bin", size=len(DATA), sha256=digest, sources=wanted.sources[1:]))

    assert server.asked("/no-etag")[0].range_start == HALF


def test_a_whole_partial_is_published_without_asking_anyone(
    server: Server, run: Callable[[], Transfers], layout: Layout
) -> None:
    wanted = artifact(server, "ok")
    left_behind(layout, wanted, DATA)

    with run() as transfers:
        got = transfers.get(wanted)

    assert got.path.read_bytes() == DATA
    assert server.requests == []


def test_a_server_that_ignores_ranges_starts_the_file_anew(
    server: Server, run: Callable[[], Transfers], layout: Layout
) -> None:
    wanted = artifact(server, "no-ranges")
    left_behind(layout, wanted, DATA[:HALF])

    with run() as transfers:
        got = transfers.get(wanted)

    assert got.path.read_bytes() == DATA


@pytest.mark.parametrize("damage", [b"", b"\x00" * HALF, DATA[: HALF - 1] + b"?", DATA + b"too long"])
def test_what_was_damaged_on_disk_is_fetched_anew(
    damage: bytes, server: Server, run: Callable[[], Transfers], layout: Layout
) -> None:
    wanted = artifact(server, "ok")
    left_behind(layout, wanted, damage)

    with run() as transfers:
        got = transfers.get(wanted)

    assert got.path.read_bytes() == DATA


@pytest.mark.parametrize("fault", ["shifted-range", "nameless-range"])
def test_a_range_that_cannot_be_believed_is_followed_by_the_whole(
    fault: str, server: Server, run: Callable[[], Transfers], layout: Layout
) -> None:
    wanted = artifact(server, fault)
    left_behind(layout, wanted, DATA[:HALF])

    with run() as transfers:
        got = transfers.get(wanted)

    assert got.path.read_bytes() == DATA
    assert [request.range_start for request in server.requests] == [HALF, 0]


@pytest.mark.parametrize("fault", ["wrong-range", "ragged", "trickle"])
def test_a_server_that_never_gets_anywhere_new_is_given_up(
    fault: str, server: Server, run: Callable[[], Transfers]
) -> None:
    with run() as transfers, pytest.raises(TransferError, match="broke off"):
        transfers.get(artifact(server, fault))


def test_a_part_that_nobody_asked_for_is_not_taken_for_the_whole(server: Server, run: Callable[[], Transfers]) -> None:
    with run() as transfers, pytest.raises(TransferError, match="answered byte 5 to byte 0"):
        transfers.get(artifact(server, "uninvited-range", pinned=False))


def test_without_digest_or_validator_nothing_is_kept(
    server: Server, run: Callable[[], Transfers], layout: Layout
) -> None:
    wanted = artifact(server, "weak-etag", pinned=False)
    left_behind(layout, wanted, b"of another version" * 1000)

    with run() as transfers:
        got = transfers.get(wanted)

    assert got.path.read_bytes() == DATA
    assert [request.range_start for request in server.requests] == [0]


def test_a_mirror_with_another_etag_continues_a_pinned_file(
    server: Server, run: Callable[[], Transfers], layout: Layout
) -> None:
    wanted = artifact(server, "ok")
    left_behind(layout, wanted, DATA[:HALF], '"of another mirror"')

    with run() as transfers:
        got = transfers.get(wanted)

    (request,) = server.requests
    assert got.path.read_bytes() == DATA
    assert request.range_start == HALF
    assert "If-Range" not in request.headers


@pytest.mark.parametrize("fault", ["ok", "careless", "changing"])
def test_an_unpinned_file_whose_etag_changed_starts_anew(
    fault: str, server: Server, run: Callable[[], Transfers], layout: Layout
) -> None:
    wanted = artifact(server, fault, pinned=False)
    server.first_time(f"/{fault}/a.bin")
    left_behind(layout, wanted, b"?" * HALF, '"of an older version"')

    with run() as transfers:
        got = transfers.get(wanted)

    assert got.path.read_bytes() == DATA


def test_a_partial_of_the_whole_unpinned_file_is_fetched_anew(
    server: Server, run: Callable[[], Transfers], layout: Layout
) -> None:
    wanted = artifact(server, "ok", pinned=False)
    left_behind(layout, wanted, DATA, server.etag("a.bin"))

    with run() as transfers:
        got = transfers.get(wanted)

    assert got.path.read_bytes() == DATA
    assert [request.range_start for request in server.requests] == [len(DATA), 0]


@pytest.mark.parametrize("pinned", [True, False])
def test_a_file_of_unknown_length_ends_where_the_connection_ends(
    pinned: bool, server: Server, run: Callable[[], Transfers]
) -> None:
    with run() as transfers:
        got = transfers.get(artifact(server, "unmeasured", pinned=pinned))

    assert got.path.read_bytes() == DATA


def test_a_host_that_falls_silent_is_left_for_the_next(
    server: Server, mirror: Server, run: Callable[[], Transfers], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.sources.http.READ_TIMEOUT", 0.2)
    both = (*artifact(server, "stall").sources, *artifact(mirror, "ok").sources)

    with run() as transfers:
        got = transfers.get(Artifact(name="a.bin", size=len(DATA), sha256=server.add("a.bin", DATA), sources=both))

    assert got.path.read_bytes() == DATA
    assert mirror.requests[0].range_start == HALF


def test_a_strong_etag_lets_an_unpinned_file_continue(server: Server, run: Callable[[], Transfers]) -> None:
    with run() as transfers:
        got = transfers.get(artifact(server, "truncate-once", pinned=False))

    again = server.requests[1]
    assert got.path.read_bytes() == DATA
    assert (again.range_start, again.headers["If-Range"]) == (HALF, again.headers["If-Range"].strip())


def test_a_file_that_changed_meanwhile_starts_anew(server: Server, run: Callable[[], Transfers]) -> None:
    with run() as transfers:
        got = transfers.get(artifact(server, "changing", pinned=False))

    assert got.path.read_bytes() == DATA


def test_a_truncated_body_is_an_error_and_keeps_what_arrived(
    server: Server, run: Callable[[], Transfers], layout: Layout
) -> None:
    with run() as transfers, pytest.raises(TransferError, match="broke off"):
        transfers.get(artifact(server, "truncate"))

    (left,) = layout.partials.iterdir()
    assert (left / "data").stat().st_size == HALF
    assert ".free." in left.name


def test_a_body_of_unknown_length_that_is_too_short_is_asked_for_again(
    server: Server, run: Callable[[], Transfers], pauses: list[float]
) -> None:
    wanted = replace(artifact(server, "unmeasured"), size=len(DATA) + 1)

    with run() as transfers, pytest.raises(TransferError, match="ended 1 B too early"):
        transfers.get(wanted)

    assert pauses == [1.0, 2.0, 4.0]  # none after the first, which brought nearly all


def test_a_killed_process_loses_nothing_that_was_recorded(
    server: Server, run: Callable[[], Transfers], layout: Layout
) -> None:
    digest = server.add("a.bin", DATA)
    url = f"{server.url('slow', 'a.bin')}#sha256={digest}"
    environment = dict(os.environ, HUB_HOME=str(layout.home))
    child = subprocess.Popen([sys.executable, "-m", "hub", "download", url, "--quiet"], env=environment)
    arrived = wait_for_a_record(layout)
    child.send_signal(signal.SIGKILL)
    child.wait()

    with run() as transfers:
        got = transfers.get(artifact(server, "slow"))

    assert got.path.read_bytes() == DATA
    assert server.requests[-1].range_start >= arrived > 0


def wait_for_a_record(layout: Layout) -> int:
    """Return how much was recorded as arrived, as soon as something is."""
    for _ in range(400):
        blocks = [block for path in layout.partials.glob("*/journal") for block in journal.read(path)[1]]
        if blocks:
            return blocks[0].end
        time.sleep(0.02)
    pytest.fail("nothing was recorded")


def wait_for_bytes(layout: Layout) -> int:
    """Return how much has arrived, as soon as something has."""
    for _ in range(400):
        sizes = [path.stat().st_size for path in layout.partials.glob("*/data")]
        if sizes and sizes[0]:
            return sizes[0]
        time.sleep(0.02)
    pytest.fail("nothing arrived")


@settings(max_examples=25, deadline=None)
@given(cut=st.integers(0, 5000), flipped=st.none() | st.integers(0, 4999))
def test_whatever_an_earlier_run_left_the_file_is_right(
    cut: int, flipped: int | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = bytes(range(250)) * 20
    layout = Layout(tmp_path_factory.mktemp("home"))
    with Server() as server:
        wanted = Artifact(
            name="a", size=len(data), sha256=server.add("a", data), sources=(Source(url=server.url("ok", "a")),)
        )
        left = bytearray(data[:cut])
        if flipped is not None and flipped < cut:
            left[flipped] ^= 1
        left_behind(layout, wanted, bytes(left))

        with Transfers(layout, Silent()) as transfers:
            got = transfers.get(wanted)

    assert got.path.read_bytes() == data


def test_interrupting_a_run_keeps_what_arrived(server: Server, layout: Layout, tmp_path: Path) -> None:
    digest = server.add("a.bin", DATA)
    url = f"{server.url('slow', 'a.bin')}#sha256={digest}"
    environment = dict(os.environ, HUB_HOME=str(layout.home))
    with (tmp_path / "err").open("w") as errors:
        command = [sys.executable, "-m", "hub", "download", url, "--quiet"]
        child = subprocess.Popen(command, env=environment, stderr=errors)
        wait_for_bytes(layout)
        child.send_signal(signal.SIGINT)

        assert child.wait() == 130

    said = (tmp_path / "err").read_text().strip()  # click ends the line that ^C stands on
    assert said.splitlines()[0] == "hub: interrupted"
    assert len(said.splitlines()) == 3
    assert [".free." in folder.name for folder in layout.partials.iterdir()] == [True]
