"""Several connections bring one file, where the server bears them."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from hub.cards import Artifact, Source
from hub.errors import TransferError
from hub.progress import Silent
from hub.store.journal import BLOCK
from hub.transfer import Transfers
from hub.transfer.pacing import Pace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server import Server
    from transfer.conftest import Notes

    from hub.store.layout import Layout

DATA = os.urandom(24 * BLOCK + 12345)
# Decides within hundredths of a second what otherwise takes quarters.
HASTY = Pace(window=0.03, worth=0.0, stall=0.4, again=0.2)


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    until = time.monotonic() + 5
    while time.monotonic() < until and any(each.name.startswith("hub") for each in set(threading.enumerate()) - before):
        time.sleep(0.01)
    assert [each for each in set(threading.enumerate()) - before if each.name.startswith("hub")] == []


def artifact(server: Server, fault: str, *, pinned: bool = True) -> Artifact:
    digest = server.add("a.bin", DATA)
    size = len(DATA) if pinned else None
    return Artifact(
        name="a.bin", size=size, sha256=digest if pinned else None, sources=(Source(url=server.url(fault, "a.bin")),)
    )


def get(layout: Layout, progress: Silent, wanted: Artifact, connections: int = 8) -> Path:
    with Transfers(layout, progress, sleep=lambda _: None, connections=connections, pace=HASTY) as transfers:
        return transfers.get(wanted).path


@pytest.mark.parametrize("pinned", [True, False])
def test_a_host_that_limits_connections_is_asked_by_several(
    pinned: bool, server: Server, layout: Layout, notes: Notes
) -> None:
    server.rate = 8 << 20

    path = get(layout, notes, artifact(server, "paced", pinned=pinned))

    ranges = [request.headers["Range"] for request in server.requests if "Range" in request.headers]
    assert path.read_bytes() == DATA
    assert len(set(ranges)) >= 3


def test_further_connections_are_asked_for_the_same_version(server: Server, layout: Layout, notes: Notes) -> None:
    server.rate = 8 << 20

    get(layout, notes, artifact(server, "paced", pinned=False))

    conditions = {request.headers.get("If-Range") for request in server.requests if "Range" in request.headers}
    assert conditions == {server.etag("a.bin")}


def test_a_setting_allows_no_more_than_one(server: Server, layout: Layout, notes: Notes) -> None:
    server.rate = 24 << 20

    get(layout, notes, artifact(server, "paced"), connections=1)

    assert len(server.requests) == 1


@pytest.mark.parametrize("kind", ["429", "503", "closed", "reset", "breaks"])
def test_a_host_that_takes_only_two_gets_no_more_after_that(
    kind: str, server: Server, layout: Layout, notes: Notes
) -> None:
    server.rate, server.places = 8 << 20, 2

    path = get(layout, notes, artifact(server, f"crowd-{kind}"))

    assert path.read_bytes() == DATA


@pytest.mark.parametrize("fault", ["no-etag", "weak-etag"])
def test_without_digest_or_validator_there_is_one_connection(
    fault: str, server: Server, layout: Layout, notes: Notes
) -> None:
    path = get(layout, notes, artifact(server, fault, pinned=False))

    assert path.read_bytes() == DATA
    assert len(server.requests) == 1


class Enough(BaseException):
    """Somebody pressed Ctrl-C."""


class Impatient(Silent):
    """Has enough at the half."""

    done = 0

    def advance(self, count: int) -> None:
        self.done += count
        if self.done > len(DATA) // 2:
            raise Enough


def test_an_interrupted_run_with_gaps_is_completed_by_the_next(server: Server, layout: Layout, notes: Notes) -> None:
    server.rate = 8 << 20
    wanted = artifact(server, "paced")

    with pytest.raises(Enough):
        get(layout, Impatient(), wanted)
    server.requests.clear()
    path = get(layout, notes, replace(wanted, sources=(Source(url=server.url("ok", "a.bin")),)))

    assert path.read_bytes() == DATA
    again = [request.range_start for request in server.requests]
    assert again
    assert 0 not in again


def test_a_connection_that_stalls_is_raced_by_another(server: Server, layout: Layout, notes: Notes) -> None:
    began = time.monotonic()

    path = get(layout, notes, artifact(server, "stall-once"))

    assert path.read_bytes() == DATA
    assert time.monotonic() - began < 10


def test_a_host_that_stalls_for_ever_is_given_up(server: Server, layout: Layout, notes: Notes) -> None:
    with pytest.raises(TransferError, match=r"stalled|broke off"):
        get(layout, notes, artifact(server, "drip"))
