"""Artifacts that come wrapped: compressed, or as members of archives."""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from hub.cards import Artifact, Source
from hub.errors import DigestMismatch, TransferError
from hub.store import blobs

if TYPE_CHECKING:
    from collections.abc import Callable

    from server import Server

    from hub.store.layout import Layout
    from hub.transfer import Transfers

DATA = b"the artifact itself " * 5000
OTHER = b"another artifact " * 3000


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(f"folder/{name}", data)
    return buffer.getvalue()


def tarred(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(f"folder/{name}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


WRAPPINGS = {
    "gz": (gzip.compress(DATA), "", "gz"),
    "xz": (lzma.compress(DATA), "", "xz"),
    "zip member": (zipped(a=DATA), "#folder/a", ""),
    "tar.gz member": (tarred(a=DATA), "#folder/a", ""),
    "gz inside a zip": (zipped(a=gzip.compress(DATA)), "#folder/a", "gz"),
}


def artifact(source: Source, data: bytes = DATA) -> Artifact:
    return Artifact(name="a", size=len(data), sha256=hashlib.sha256(data).hexdigest(), sources=(source,))


@pytest.mark.parametrize(("served", "member", "unwrap"), WRAPPINGS.values(), ids=WRAPPINGS.keys())
def test_an_artifact_comes_out_of_its_wrapping(
    served: bytes, member: str, unwrap: str, server: Server, run: Callable[[], Transfers], layout: Layout
) -> None:
    digest = server.add("w", served)
    url = server.url("ok", "w") + member

    with run() as transfers:
        got = transfers.get(artifact(Source(url=url, unwrap=unwrap, sha256=digest)))  # type: ignore[arg-type]

    assert got.path.read_bytes() == DATA
    assert list(layout.partials.iterdir()) == []


def test_several_artifacts_come_out_of_one_transfer(server: Server, run: Callable[[], Transfers]) -> None:
    digest = server.add("w.tar.gz", tarred(a=DATA, b=OTHER))
    url = server.url("ok", "w.tar.gz")

    with run() as transfers:
        first = transfers.get(artifact(Source(url=f"{url}#folder/a", sha256=digest)))
        second = transfers.get(artifact(Source(url=f"{url}#folder/b", sha256=digest), OTHER))

    assert (first.path.read_bytes(), second.path.read_bytes()) == (DATA, OTHER)
    assert len(server.requests) == 1


def test_a_wrapping_left_by_a_run_that_failed_is_used_by_the_next(server: Server, run: Callable[[], Transfers]) -> None:
    source = Source(url=server.url("ok", "w.zip") + "#folder/a", sha256=server.add("w.zip", zipped(a=DATA)))

    broken = replace(artifact(source), name="b", sha256="0" * 64)

    def fail_after_one() -> None:
        with run() as transfers:
            transfers.get(artifact(source))
            transfers.get(broken)

    with pytest.raises(DigestMismatch):
        fail_after_one()
    with run() as transfers:
        transfers.get(artifact(source))

    assert len(server.requests) == 1


def test_a_wrapping_with_another_digest_is_refused(server: Server, run: Callable[[], Transfers]) -> None:
    server.add("w.gz", gzip.compress(DATA))
    source = Source(url=server.url("ok", "w.gz"), unwrap="gz", sha256="0" * 64)

    with run() as transfers, pytest.raises(DigestMismatch):
        transfers.get(artifact(source))


def test_the_right_wrapping_with_wrong_contents_is_refused(
    server: Server, run: Callable[[], Transfers], layout: Layout
) -> None:
    source = Source(url=server.url("ok", "w.gz"), unwrap="gz", sha256=server.add("w.gz", gzip.compress(OTHER)))

    with run() as transfers, pytest.raises(DigestMismatch):
        transfers.get(artifact(source))

    assert list(blobs.every(layout)) == []
    assert list(layout.tmp.iterdir()) == []


def test_a_bomb_is_not_written_out(
    server: Server, run: Callable[[], Transfers], monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = gzip.compress(bytes(64 << 20))
    source = Source(url=server.url("ok", "w.gz"), unwrap="gz", sha256=server.add("w.gz", bomb))
    monkeypatch.setattr("hub.store.files.RESERVE", 0)

    with run() as transfers, pytest.raises(DigestMismatch) as caught:
        transfers.get(artifact(source))

    assert caught.value.found == f"more than {len(DATA)} bytes"


def test_a_missing_member_is_followed_by_the_next_source(server: Server, run: Callable[[], Transfers]) -> None:
    digest = server.add("w.zip", zipped(a=DATA))
    without = Source(url=server.url("ok", "w.zip") + "#folder/none", sha256=digest)
    wanted = artifact(Source(url=server.url("ok", "w.zip") + "#folder/a", sha256=digest))
    both = Artifact(name="a", sha256=wanted.sha256, sources=(without, *wanted.sources))

    with run() as transfers:
        got = transfers.get(both)

    assert got.path.read_bytes() == DATA


def test_a_damaged_archive_is_an_integrity_error(server: Server, run: Callable[[], Transfers]) -> None:
    broken = tarred(a=DATA)[:-200]
    source = Source(url=server.url("ok", "w.tar.gz") + "#folder/a", sha256=server.add("w.tar.gz", broken))

    with run() as transfers, pytest.raises(DigestMismatch, match="damaged"):
        transfers.get(artifact(source))


def test_a_wrapping_that_cannot_be_reached_is_a_network_error(server: Server, run: Callable[[], Transfers]) -> None:
    with run() as transfers, pytest.raises(TransferError):
        transfers.get(artifact(Source(url=server.url("404", "w.gz"), unwrap="gz")))
