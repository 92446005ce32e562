"""A source that could be replaced on the way is the last one, and people are told."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Protocol

import pytest

from hub.cards import Artifact, Source
from hub.errors import TransferError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from server import Server

    from hub.transfer import Transfers

DATA = bytes(range(256)) * 1000
MD5 = hashlib.md5(DATA, usedforsecurity=False).hexdigest()
SHA256 = hashlib.sha256(DATA).hexdigest()


class Notes(Protocol):
    """What people were told."""

    texts: list[str]


@pytest.fixture
def share(tmp_path: Path) -> str:
    """The same bytes where nobody can replace them on the way."""
    (tmp_path / "share.bin").write_bytes(DATA)
    return (tmp_path / "share.bin").as_uri()


def artifact(*urls: str, **known: str) -> Artifact:
    return Artifact(name="a.bin", sources=tuple(Source(url=url) for url in urls), **known)  # type: ignore[arg-type]


def exposed(server: Server, fault: str = "ok") -> str:
    server.add("a.bin", DATA)
    return server.url(fault, "a.bin")


def test_an_exposed_source_comes_last_wherever_it_stands(
    server: Server, share: str, run: Callable[[], Transfers], notes: Notes
) -> None:
    with run() as transfers:
        got = transfers.get(artifact(exposed(server), share, md5=MD5))

    assert got.source == share
    assert server.requests == []
    assert notes.texts == []


def test_the_others_keep_their_order(server: Server, mirror: Server, run: Callable[[], Transfers]) -> None:
    urls = [exposed(server, "404"), "file:///nowhere/1", exposed(mirror), "file:///nowhere/2"]

    with run() as transfers:
        got = transfers.get(artifact(*urls, md5=MD5))

    assert got.source == urls[2]
    assert len(server.requests) == 1


def test_people_and_the_log_are_warned_once_a_transfer(
    server: Server, mirror: Server, run: Callable[[], Transfers], notes: Notes, caplog: pytest.LogCaptureFixture
) -> None:
    with run() as transfers:
        transfers.get(artifact(exposed(server, "404"), exposed(mirror), md5=MD5))

    warnings = [text for text in notes.texts if "not encrypted" in text]
    assert len(warnings) == 1
    assert server.host in warnings[0]
    assert "MD5" in warnings[0]
    assert [(record.name, record.message) for record in caplog.records] == [("hub", warnings[0])]


def test_an_exposed_source_is_the_one_that_is_asked_again(
    server: Server, run: Callable[[], Transfers], pauses: list[float]
) -> None:
    with run() as transfers, pytest.raises(TransferError):
        transfers.get(artifact(exposed(server, "500"), "file:///nowhere", md5=MD5))

    assert len(pauses) == 3


@pytest.mark.parametrize("known", [{"sha256": SHA256}, {"sha256": SHA256, "md5": MD5}], ids=["sha256", "both"])
def test_with_a_sha256_the_cards_order_holds_and_nobody_is_warned(
    known: dict[str, str], server: Server, share: str, run: Callable[[], Transfers], notes: Notes
) -> None:
    url = exposed(server)

    with run() as transfers:
        got = transfers.get(artifact(url, share, **known))

    assert got.source == url
    assert notes.texts == []


def test_the_sha256_of_a_wrapping_guards_what_is_inside(
    server: Server, share: str, run: Callable[[], Transfers]
) -> None:
    wrapped = Source(url=exposed(server), sha256=SHA256)

    with run() as transfers:
        got = transfers.get(Artifact(name="a.bin", md5=MD5, sources=(wrapped, Source(url=share))))

    assert got.source == wrapped.url
