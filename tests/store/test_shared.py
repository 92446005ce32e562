"""Other people's stores are read where they lie, verified once, and never written."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import hub
from hub import digest, fetch, settings
from hub.cards import Artifact, Source
from hub.errors import OfflineError
from hub.progress import Silent
from hub.store import blobs, refs, shared
from hub.store.layout import Layout
from hub.store.refs import Entry

if TYPE_CHECKING:
    from server import Server

DATA = bytes(range(256)) * 40
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def other(tmp_path: Path) -> Layout:
    """Somebody else's store with one blob."""
    found = Layout(tmp_path / "other")
    put(found, SHA256, DATA)
    return found


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were hashed, in order."""
    paths: list[Path] = []
    original = digest.hash_file

    def noted(path: Path, *expected: object) -> object:
        paths.append(path)
        return original(path, *expected)  # type: ignore[arg-type]

    monkeypatch.setattr(shared, "hash_file", noted)
    return paths


def put(layout: Layout, sha256: str, data: bytes) -> Path:
    path = layout.blob(sha256)
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    path.chmod(0o444)
    return path


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_blob_is_used_where_it_lies_and_hashed_once(layout: Layout, other: Layout, hashed: list[Path]) -> None:
    before = files(other.home)

    found = [shared.find(layout, [other], SHA256, len(DATA)) for _ in range(3)]

    assert found == [other.blob(SHA256)] * 3
    assert hashed == [other.blob(SHA256)]
    assert files(other.home) == before
    assert list(blobs.every(layout)) == []


def test_a_blob_that_was_written_anew_is_hashed_again(layout: Layout, other: Layout, hashed: list[Path]) -> None:
    shared.find(layout, [other], SHA256)
    os.utime(other.blob(SHA256), ns=(1, 1))

    assert shared.find(layout, [other], SHA256) == other.blob(SHA256)
    assert len(hashed) == 2


@pytest.mark.parametrize("data", [DATA[::-1], DATA[:-1], b""], ids=["other", "shorter", "empty"])
def test_what_does_not_hash_to_its_name_is_neither_used_nor_touched(
    data: bytes, layout: Layout, tmp_path: Path
) -> None:
    bad = Layout(tmp_path / "bad")
    path = put(bad, SHA256, data)

    assert shared.find(layout, [bad], SHA256, len(DATA)) is None
    assert path.read_bytes() == data


def test_the_next_store_makes_good_for_a_bad_one(layout: Layout, other: Layout, tmp_path: Path) -> None:
    bad = Layout(tmp_path / "bad")
    put(bad, SHA256, DATA[::-1])

    assert shared.find(layout, [Layout(Path("/nowhere")), bad, other], SHA256) == other.blob(SHA256)


def test_another_digest_that_is_known_is_compared_too(layout: Layout, other: Layout) -> None:
    md5 = Artifact(name="a", md5="0" * 32).digests

    assert shared.find(layout, [other], SHA256) is not None
    assert shared.find(layout, [other], SHA256, known=md5) is None


def test_a_store_of_ones_own_that_cannot_be_written_costs_a_hashing_each_time(
    other: Layout, tmp_path: Path, hashed: list[Path]
) -> None:
    (tmp_path / "file").write_text("in the way")

    for _ in range(2):
        assert shared.find(Layout(tmp_path / "file"), [other], SHA256) is not None
    assert len(hashed) == 2


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"path": 1}', "\xff"])
def test_a_record_that_cannot_be_read_costs_a_hashing(
    text: str, layout: Layout, other: Layout, hashed: list[Path]
) -> None:
    layout.seen(SHA256).parent.mkdir(parents=True)
    layout.seen(SHA256).write_text(text, "latin-1")

    assert shared.find(layout, [other], SHA256) is not None
    assert len(hashed) == 1


@pytest.mark.usefixtures("home")
class TestFetching:
    """The same through the front door."""

    def test_nothing_is_fetched_that_a_shared_store_has(
        self, server: Server, other: Layout, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HUB_SHARED", str(other.home))
        monkeypatch.setenv("HUB_OFFLINE", "1")
        server.add("a.bin", DATA)

        paths = hub.download(server.url("ok", f"a.bin#sha256={SHA256}"), progress=False)

        assert paths == [other.blob(SHA256)]
        assert server.requests == []

    def test_what_was_recorded_there_tells_which_blob_an_unfinished_digest_means(
        self, other: Layout, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HUB_SHARED", str(other.home))
        refs.write(other, "model/net/V1", {"net.pth": Entry(SHA256, len(DATA))})
        artifact = Artifact(name="net.pth", sha256_prefix=SHA256[:8], sources=(Source(url="https://a.invalid/n"),))

        found = fetch.fetch("model/net/V1", [artifact], settings=settings.current(), progress=Silent())

        assert found["net.pth"].path == other.blob(SHA256)

    def test_a_record_that_the_card_contradicts_is_not_believed(
        self, other: Layout, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HUB_SHARED", str(other.home))
        monkeypatch.setenv("HUB_OFFLINE", "1")
        refs.write(other, "model/net/V1", {"net.pth": Entry(SHA256, len(DATA))})
        artifact = Artifact(name="net.pth", sha256_prefix="0" * 8)

        with pytest.raises(OfflineError):
            fetch.fetch("model/net/V1", [artifact], settings=settings.current(), progress=Silent())

    def test_a_store_that_vanishes_is_no_error(
        self, server: Server, other: Layout, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HUB_SHARED", str(other.home))
        server.add("a.bin", DATA)
        url = server.url("ok", f"a.bin#sha256={SHA256}")
        hub.download(url, progress=False)
        shutil.rmtree(other.home)

        (path,) = hub.download(url, progress=False)

        assert path == Layout(home).blob(SHA256)
        assert path.read_bytes() == DATA
