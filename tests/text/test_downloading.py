"""Files by URL: where they land, what is checked, and what is left when it fails."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hub.errors import DigestMismatch, InvalidInput, MissingFile
from hub.text import downloading
from hub.text.downloading import download_from_url, get_asset_local_path, reporthook, validate_file

if TYPE_CHECKING:
    from server import Server

DATA = b"some words\n"
SHA256 = hashlib.sha256(DATA).hexdigest()
MD5 = hashlib.md5(DATA, usedforsecurity=False).hexdigest()


@pytest.fixture
def url(server: Server, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    server.add("words.txt", DATA)
    monkeypatch.chdir(tmp_path)
    return server.url("ok", "words.txt")


def test_a_file_lands_in_dot_data_under_its_name(url: str, tmp_path: Path) -> None:
    path = download_from_url(url)

    assert path == str(tmp_path / ".data" / "words.txt")
    assert Path(path).read_bytes() == DATA


@pytest.mark.parametrize("as_text", [str, Path])
def test_a_file_lands_where_it_is_wanted(url: str, tmp_path: Path, as_text: type[str | Path]) -> None:
    assert download_from_url(url, path=as_text("a/b.txt")) == str(tmp_path / "a" / "b.txt")
    assert download_from_url(url, root=as_text("c")) == str(tmp_path / "c" / "words.txt")


def test_editing_the_file_leaves_the_store_alone(url: str) -> None:
    Path(download_from_url(url, "one.txt")).write_bytes(b"edited")

    assert Path(download_from_url(url, "two.txt")).read_bytes() == DATA


def test_what_is_in_the_store_is_not_asked_for_again(url: str, server: Server) -> None:
    download_from_url(url, "one.txt")
    asked = len(server.requests)

    download_from_url(url, "two.txt")

    assert len(server.requests) == asked


def test_what_is_there_is_taken_even_without_a_url(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_bytes(DATA)

    assert download_from_url("nowhere/words.txt", root=tmp_path) == str(tmp_path / "words.txt")


def test_overwrite_gets_it_anew(url: str, server: Server) -> None:
    path = Path(download_from_url(url))
    server.add("words.txt", b"other words\n")

    download_from_url(url)
    before = path.read_bytes()
    download_from_url(url, overwrite=True)

    assert (before, path.read_bytes()) == (DATA, b"other words\n")


@pytest.mark.parametrize(("value", "kind"), [(SHA256, "sha256"), (SHA256.upper(), "sha256"), (MD5, "md5")])
def test_a_digest_that_agrees_changes_nothing(url: str, value: str, kind: str) -> None:
    path = download_from_url(url, hash_value=value, hash_type=kind)

    assert download_from_url(url, hash_value=value, hash_type=kind) == path


@pytest.mark.parametrize(("value", "kind"), [(64 * "0", "sha256"), (32 * "0", "md5")], ids=["sha256", "md5"])
def test_a_wrong_digest_leaves_nothing(url: str, tmp_path: Path, value: str, kind: str) -> None:
    with pytest.raises(DigestMismatch):
        download_from_url(url, hash_value=value, hash_type=kind)

    assert not (tmp_path / ".data").exists()


def test_a_wrong_digest_of_what_is_there_is_a_runtime_error(url: str) -> None:
    path = Path(download_from_url(url))

    with pytest.raises(RuntimeError, match="overwrite=True"):
        download_from_url(url, hash_value=64 * "0")

    assert path.read_bytes() == DATA


def test_a_failing_server_leaves_what_was_there(server: Server, url: str) -> None:
    path = Path(download_from_url(url))

    with pytest.raises(RuntimeError):
        download_from_url(server.url("404", "words.txt"), path, overwrite=True)

    assert path.read_bytes() == DATA


@pytest.mark.parametrize(
    ("value", "kind"), [(SHA256[:20], "sha256"), ("no hex", "sha256"), (SHA256, "sha1"), (SHA256, "md5")]
)
def test_a_digest_that_is_none_is_a_value_error(url: str, value: str, kind: str) -> None:
    with pytest.raises(ValueError, match=r"digest|hash_type"):
        download_from_url(url, hash_value=value, hash_type=kind)


@pytest.mark.parametrize("text", ["mnist", "folder/name.txt", "https://example.org/folder/"])
def test_what_names_no_file_is_a_value_error(text: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        download_from_url(text, root=tmp_path)


@pytest.mark.parametrize(
    "page",
    [
        "https://drive.google.com/uc?export=download&id=1aB_-2",
        "https://drive.google.com/open?id=1aB_-2",
        "https://drive.google.com/file/d/1aB_-2/view?usp=sharing",
        "gdrive:1aB_-2",
    ],
)
def test_a_page_of_drive_stands_for_its_file(page: str) -> None:
    assert downloading._source(page) == "gdrive:1aB_-2"


def test_a_local_file_is_its_own_path(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_bytes(DATA)

    assert get_asset_local_path(str(tmp_path / "words.txt")) == str(tmp_path / "words.txt")
    assert get_asset_local_path(tmp_path / "words.txt") == str(tmp_path / "words.txt")


def test_a_url_becomes_a_file_of_the_store_which_can_be_got_anew(url: str, server: Server, home: Path) -> None:
    first = Path(get_asset_local_path(url))
    server.add("words.txt", b"other words\n")

    assert first.is_relative_to(home)
    assert get_asset_local_path(url) == str(first)
    assert Path(get_asset_local_path(url, overwrite=True)).read_bytes() == b"other words\n"


def test_what_is_neither_a_file_nor_a_url_is_told() -> None:
    with pytest.raises(MissingFile, match="neither a file nor a URL"):
        get_asset_local_path("no/such/file.txt")


@pytest.mark.parametrize(("value", "kind"), [(SHA256, "sha256"), (MD5, "md5")])
def test_an_open_file_is_validated(value: str, kind: str) -> None:
    assert validate_file(io.BytesIO(DATA), value, kind)
    assert not validate_file(io.BytesIO(DATA + b"!"), value, kind)


def test_an_unknown_digest_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="sha256 or md5"):
        validate_file(io.BytesIO(DATA), SHA256, "sha512")


class Bar:
    def __init__(self) -> None:
        self.total: int | None = None
        self.steps: list[int] = []

    def update(self, step: int) -> None:
        self.steps.append(step)


def test_a_hook_tells_a_bar_what_came_since() -> None:
    bar = Bar()
    report = reporthook(bar)

    report(0, 100, 250)
    report(1, 100)
    report(3, 100)

    assert (bar.total, bar.steps) == (250, [0, 100, 200])
