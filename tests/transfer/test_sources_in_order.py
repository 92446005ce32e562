"""Sources are tried in order, and only the published bytes are ever kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hub.cards import Artifact, Source
from hub.errors import DigestMismatch, TransferError
from hub.store import blobs

if TYPE_CHECKING:
    from collections.abc import Callable

    from server import Server

    from hub.store.layout import Layout
    from hub.transfer import Transfers

DATA = bytes(range(256)) * 1000


def artifact(server: Server, *faults: str, name: str = "a.bin") -> Artifact:
    """An artifact whose sources have these faults, in this order."""
    digest = server.add(name, DATA)
    sources = tuple(Source(url=server.url(fault, name)) for fault in faults)
    return Artifact(name=name, size=len(DATA), sha256=digest, sources=sources)


def test_the_first_source_that_delivers_is_the_only_one_asked(server: Server, run: Callable[[], Transfers]) -> None:
    wanted = artifact(server, "ok", "no-ranges")

    with run() as transfers:
        got = transfers.get(wanted)

    assert got.path.read_bytes() == DATA
    assert server.asked("/no-ranges") == []


@pytest.mark.parametrize("fault", ["500", "404", "html", "wrong", "longer", "truncate", "endless"])
def test_a_source_that_fails_is_followed_by_the_next(
    fault: str, server: Server, mirror: Server, run: Callable[[], Transfers]
) -> None:
    both = (*artifact(server, fault).sources, *artifact(mirror, "ok").sources)
    wanted = Artifact(name="a.bin", sha256=server.add("a.bin", DATA), size=len(DATA), sources=both)

    with run() as transfers:
        got = transfers.get(wanted)

    assert got.path.read_bytes() == DATA
    assert got.source == mirror.url("ok", "a.bin")


def test_people_are_told_why_the_next_source_is_tried(
    server: Server, run: Callable[[], Transfers], notes: object
) -> None:
    wanted = artifact(server, "404", "ok")

    with run() as transfers:
        transfers.get(wanted)

    texts: list[str] = notes.texts  # type: ignore[attr-defined]
    assert texts == [f"{server.url('404', 'a.bin')} answered 404; trying the next source"]


def test_a_host_that_failed_is_not_asked_again_in_the_same_run(server: Server, run: Callable[[], Transfers]) -> None:
    first, second = artifact(server, "500", name="a.bin"), artifact(server, "500", name="b.bin")

    with run() as transfers:
        for wanted in (first, second):
            with pytest.raises(TransferError):
                transfers.get(wanted)

    assert server.asked("/500/b.bin") == []


def test_a_missing_file_says_nothing_of_its_host(server: Server, run: Callable[[], Transfers]) -> None:
    first, second = artifact(server, "404", name="a.bin"), artifact(server, "ok", name="b.bin")

    with run() as transfers:
        with pytest.raises(TransferError):
            transfers.get(first)
        got = transfers.get(second)

    assert got.path.read_bytes() == DATA


def test_a_new_run_asks_a_failed_host_again(server: Server, run: Callable[[], Transfers]) -> None:
    wanted = artifact(server, "503-once", "404")

    with run() as transfers, pytest.raises(TransferError):
        transfers.get(wanted)
    with run() as transfers:
        got = transfers.get(wanted)

    assert got.path.read_bytes() == DATA


def test_the_last_source_is_asked_again_after_the_time_it_names(
    server: Server, run: Callable[[], Transfers], pauses: list[float]
) -> None:
    wanted = artifact(server, "503-once")

    with run() as transfers:
        transfers.get(wanted)

    assert pauses == [7.0]


def test_pauses_grow_and_end(server: Server, run: Callable[[], Transfers], pauses: list[float]) -> None:
    wanted = artifact(server, "500")

    with run() as transfers, pytest.raises(TransferError) as caught:
        transfers.get(wanted)

    assert pauses == [1.0, 2.0, 4.0]
    assert caught.value.exit_code == 4


def test_wrong_bytes_from_every_source_are_an_integrity_error_and_leave_nothing(
    server: Server, run: Callable[[], Transfers], layout: Layout
) -> None:
    wanted = artifact(server, "wrong", "longer")

    with run() as transfers, pytest.raises(DigestMismatch) as caught:
        transfers.get(wanted)

    assert caught.value.exit_code == 5
    assert list(blobs.every(layout)) == []
    assert list(layout.partials.iterdir()) == []


def test_a_file_of_another_size_is_refused_before_its_first_byte(server: Server, run: Callable[[], Transfers]) -> None:
    wanted = artifact(server, "longer")

    with run() as transfers, pytest.raises(DigestMismatch) as caught:
        transfers.get(wanted)

    assert caught.value.found == f"{len(DATA) + 4} bytes"


def test_an_artifact_without_sources_says_so(run: Callable[[], Transfers]) -> None:
    with run() as transfers, pytest.raises(TransferError, match="no source at all"):
        transfers.get(Artifact(name="a.bin", sha256="0" * 64))


def test_a_redirect_is_followed(server: Server, run: Callable[[], Transfers]) -> None:
    wanted = artifact(server, "redirect")

    with run() as transfers:
        got = transfers.get(wanted)

    assert got.path.read_bytes() == DATA


def test_a_host_that_is_not_there_is_followed_by_the_next(server: Server, run: Callable[[], Transfers]) -> None:
    digest = server.add("a.bin", DATA)
    sources = (Source(url="https://nobody.invalid/a.bin"), Source(url=server.url("ok", "a.bin")))

    with run() as transfers:
        got = transfers.get(Artifact(name="a.bin", sha256=digest, sources=sources))

    assert got.sha256 == digest


def test_md5_and_the_beginning_of_a_sha256_are_checked_too(server: Server, run: Callable[[], Transfers]) -> None:
    source = Source(url=server.url("ok", "a.bin"))
    digest = server.add("a.bin", DATA)

    with run() as transfers:
        with pytest.raises(DigestMismatch):
            transfers.get(Artifact(name="a.bin", md5="0" * 32, sources=(source,)))
        with pytest.raises(DigestMismatch):
            transfers.get(Artifact(name="a.bin", sha256_prefix="0" * 8, sources=(source,)))
        got = transfers.get(Artifact(name="a.bin", sha256_prefix=digest[:8], sources=(source,)))

    assert got.sha256 == digest
