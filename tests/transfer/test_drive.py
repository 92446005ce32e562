"""Transfers from Google Drive: resumed, verified, and given up with a reason."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from hub import sources
from hub.cards import Artifact, Source
from hub.errors import DigestMismatch, TransferError
from hub.sources import gdrive
from hub.transfer import Transfers

if TYPE_CHECKING:
    from collections.abc import Callable

    from drive import Drive
    from server import Server

    from hub.progress import Progress
    from hub.sources.base import Location
    from hub.store.layout import Layout

DATA = bytes(range(256)) * 1000


@pytest.fixture
def transfers(drive: Drive, layout: Layout, notes: Progress, pauses: list[float]) -> Callable[[str], Transfers]:
    """Begin a run in which Drive is in a mood."""

    def locate(mood: str, url: str) -> Location:
        return gdrive.locate_at(url, drive.address(mood)) if url.startswith("gdrive:") else sources.locate(url)

    return lambda mood: Transfers(layout, notes, sleep=pauses.append, locate=partial(locate, mood))


def artifact(drive: Drive, name: str = "abc", *more: str) -> Artifact:
    digest = drive.add(name, DATA)
    urls = (f"gdrive:{name}", *more)
    return Artifact(name=name, size=len(DATA), sha256=digest, sources=tuple(Source(url=url) for url in urls))


@pytest.mark.parametrize("mood", ["free", "asks", "asks-with-cookie"])
def test_a_file_of_drive_becomes_a_blob(mood: str, drive: Drive, transfers: Callable[[str], Transfers]) -> None:
    with transfers(mood) as run:
        got = run.get(artifact(drive))

    assert got.path.read_bytes() == DATA
    assert got.source == "gdrive:abc"


def test_what_arrived_before_the_quota_was_used_up_is_kept_for_tomorrow(
    drive: Drive, transfers: Callable[[str], Transfers]
) -> None:
    wanted = artifact(drive)
    with transfers("cut-then-over-quota") as run, pytest.raises(TransferError):
        run.get(wanted)
    with transfers("asks") as run:
        got = run.get(wanted)

    assert got.path.read_bytes() == DATA
    assert drive.requests[-1].range_start == len(DATA) // 2


def test_a_used_up_quota_is_followed_by_the_next_source(
    drive: Drive, server: Server, transfers: Callable[[str], Transfers]
) -> None:
    server.add("abc", DATA)
    wanted = artifact(drive, "abc", server.url("ok", "abc"))

    with transfers("over-quota") as run:
        got = run.get(wanted)

    assert got.source == server.url("ok", "abc")


def test_without_another_source_people_are_told_what_to_do(
    drive: Drive, transfers: Callable[[str], Transfers], pauses: list[float]
) -> None:
    with transfers("over-quota") as run, pytest.raises(TransferError, match="quota is used up") as caught:
        run.get(artifact(drive))

    assert caught.value.hint.startswith("try again tomorrow")
    assert pauses == []


def test_a_quota_of_one_file_says_nothing_of_the_others(drive: Drive, transfers: Callable[[str], Transfers]) -> None:
    first, second = artifact(drive, "abc"), artifact(drive, "xyz")

    with transfers("over-quota-for-the-first") as run:
        with pytest.raises(TransferError):
            run.get(first)
        got = run.get(second)

    assert got.path.read_bytes() == DATA


def test_a_drive_that_is_busy_is_asked_again_later(
    drive: Drive, transfers: Callable[[str], Transfers], pauses: list[float]
) -> None:
    with transfers("busy") as run, pytest.raises(TransferError):
        run.get(artifact(drive))

    assert len(pauses) == 3


def test_another_file_under_the_same_id_is_refused(drive: Drive, transfers: Callable[[str], Transfers]) -> None:
    wanted = artifact(drive)
    drive.add("abc", DATA[::-1])

    with transfers("free") as run, pytest.raises(DigestMismatch):
        run.get(wanted)
