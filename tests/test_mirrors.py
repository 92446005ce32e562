"""Mirrors are asked before the original, and what guards the original guards them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import hub
from hub import places, settings
from hub.cards import Artifact, Source
from hub.cli import cli
from hub.doctor import reach
from hub.errors import DigestMismatch, OfflineError, TransferError
from hub.fetch.plans import plan
from hub.sources.mirrors import widened

if TYPE_CHECKING:
    from server import Server

DATA = bytes(range(256)) * 400
SHA256 = hashlib.sha256(DATA).hexdigest()
ORIGINAL = "https://files.invalid/data/a.bin"


@pytest.fixture
def mirrored(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A server that is set as the mirror of a host that is not there."""
    server.add("a.bin", DATA)
    monkeypatch.setenv("HUB_MIRRORS", f"https://files.invalid/data/=http://{server.host}/ok/")
    return server


def test_a_mirror_is_asked_first(mirrored: Server, home: Path) -> None:
    (path,) = hub.download(f"{ORIGINAL}#sha256={SHA256}", progress=False)

    assert path.read_bytes() == DATA
    assert [each.path for each in mirrored.requests] == ["/ok/a.bin"]


def test_a_mirror_with_other_bytes_is_caught(
    server: Server, mirror: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.add("a.bin", DATA)
    mirror.add("a.bin", DATA)
    monkeypatch.setenv("HUB_MIRRORS", f"http://{server.host}/ok/=http://{mirror.host}/wrong/")

    (path,) = hub.download(server.url("ok", f"a.bin#sha256={SHA256}"), progress=False)

    assert path.read_bytes() == DATA
    assert (len(mirror.requests), len(server.requests)) == (1, 1)


def test_the_original_may_be_left_out(
    server: Server, mirror: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.add("a.bin", DATA)
    mirror.add("a.bin", DATA)
    rule = f"http://{server.host}/ok/="
    monkeypatch.setenv("HUB_MIRRORS", f"{rule}http://{mirror.host}/wrong/ {rule}!")

    with pytest.raises(DigestMismatch):
        hub.download(server.url("ok", f"a.bin#sha256={SHA256}"), progress=False)

    assert server.requests == []


def test_where_everything_is_left_out_the_error_says_by_what(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_MIRRORS", "https://=!")

    with pytest.raises(TransferError) as caught:
        hub.download(f"{ORIGINAL}#sha256={SHA256}", progress=False)

    assert "HUB_MIRRORS" in caught.value.hint


def test_a_mounted_folder_serves_without_a_network(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mount").mkdir()
    (tmp_path / "mount" / "a.bin").write_bytes(DATA)
    monkeypatch.setenv("HUB_MIRRORS", f"https://files.invalid/data/={tmp_path}/mount")
    monkeypatch.setenv("HUB_OFFLINE", "1")

    (path,) = hub.download(f"{ORIGINAL}#sha256={SHA256}", progress=False)
    with pytest.raises(OfflineError):
        hub.download("https://files.invalid/elsewhere.bin", progress=False)

    assert path.read_bytes() == DATA


def test_what_is_known_of_a_wrapping_holds_for_its_mirrors() -> None:
    chosen = settings.Settings(home=settings.current().home, mirrors=places.mirrors(
        "https://files.invalid/=https://b.invalid/", {}, Path()))  # fmt: skip
    source = Source(url="https://files.invalid/w.tar#a", sha256="1" * 64, size=7, unwrap="gz")

    first, last = widened(Artifact(name="a", sources=(source,)), chosen).sources

    assert (first.url, first.sha256, first.size, first.unwrap) == ("https://b.invalid/w.tar#a", "1" * 64, 7, "gz")
    assert last == source


def test_a_dry_run_shows_the_address_that_would_be_asked(mirrored: Server, home: Path) -> None:
    done = CliRunner().invoke(cli, ["download", "--dry-run", "--json", f"{ORIGINAL}#sha256={SHA256}"])

    assert [row["source"] for row in json.loads(done.output)] == [f"http://{mirrored.host}/ok/a.bin"]
    assert mirrored.requests == []


def test_the_doctor_asks_mirrors_and_the_original(mirrored: Server, home: Path) -> None:
    said = [(each.state, each.what) for each in reach.sources(plan(f"{ORIGINAL}#sha256={SHA256}"), offline=False)]

    assert said[0] == ("ok", f"a.bin: http://{mirrored.host}/ok/a.bin, 102.4 kB")
    assert said[1][0] == "warning"
    assert said[1][1].startswith("a.bin: files.invalid cannot be reached")


def test_the_doctor_says_which_rules_and_stores_are_set(
    mirrored: Server, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hub.doctor import surroundings

    monkeypatch.setenv("HUB_SHARED", f"{tmp_path}/none:http://lab:8470")
    monkeypatch.setenv("HUB_TOKENS", "files.invalid=secret")

    said = [each.what for each in surroundings.found(settings.current())]

    rule = f"https://files.invalid/data/ is had from http://{mirrored.host}/ok/, then the original (HUB_MIRRORS)"
    assert rule in said
    assert f"shared store: {tmp_path}/none is not there, or empty (HUB_SHARED)" in said
    assert "peer: http://lab:8470 (HUB_SHARED)" in said
    assert "tokens for files.invalid (HUB_TOKENS)" in said
    assert "secret" not in " ".join(said)
