"""`s3:` sources, read from a server that speaks S3's protocol."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from objects import S3, as_user
from streams import drained

import hub
from hub import sources
from hub.cards import Artifact, Source
from hub.errors import BadStatus, InvalidInput, MissingExtra, Unreachable
from hub.progress import Silent
from hub.sources import s3
from hub.sources.base import FileRefused
from hub.transfer import Transfers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hub.store.layout import Layout

pytest.importorskip("s3fs")
pytest.importorskip("moto")

DATA = bytes(range(256)) * 100
SHA256 = hashlib.sha256(DATA).hexdigest()
URL = "s3://data/a/b.bin"


@pytest.fixture(scope="module")
def running() -> Iterator[S3]:
    with S3() as server:
        yield server


@pytest.fixture
def bucket(running: S3, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[S3]:
    """A server, the credentials of somebody whom it knows, and none of this machine's own settings."""
    with as_user(running.endpoint, monkeypatch, tmp_path):
        yield running


def read(offset: int = 0, validator: str = "", end: int | None = None) -> tuple[int, bytes]:
    return drained(s3.open_at(sources.locate(URL), offset, validator, end))


def test_an_object_is_read_with_its_size_and_etag(bucket: S3) -> None:
    bucket.put("a/b.bin", DATA)

    stream = s3.open_at(sources.locate(URL), 0, "")
    stream.close()

    md5 = hashlib.md5(DATA, usedforsecurity=False).hexdigest()
    assert (stream.total, stream.validator, stream.has_ranges) == (len(DATA), f'"{md5}"', True)
    assert read() == (0, DATA)


def test_parts_of_an_object_are_read(bucket: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.put("a/b.bin", DATA)
    monkeypatch.setattr(s3, "BLOCK", 1000)

    assert read(100) == (100, DATA[100:])
    assert read(100, end=4321) == (100, DATA[100:4321])
    assert read(len(DATA)) == (len(DATA), b"")


def test_another_object_than_before_is_read_from_its_start(bucket: S3) -> None:
    bucket.put("a/b.bin", DATA)
    stream = s3.open_at(sources.locate(URL), 0, "")
    stream.close()
    bucket.put("a/b.bin", DATA[::-1])

    assert read(100, stream.validator) == (0, DATA[::-1])
    assert read(len(DATA) + 1) == (0, DATA[::-1])


def test_an_object_that_changes_while_it_is_read_breaks_off(bucket: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.put("a/b.bin", DATA)
    monkeypatch.setattr(s3, "BLOCK", 1000)
    stream = s3.open_at(sources.locate(URL), 0, "")
    stream.readinto(memoryview(bytearray(1000)))
    bucket.put("a/b.bin", DATA[::-1])

    with pytest.raises(Unreachable, match="was changed"):
        stream.readinto(memoryview(bytearray(1000)))
    stream.close()


def test_an_object_becomes_a_blob_and_a_part_of_it_is_kept(bucket: S3, layout: Layout) -> None:
    bucket.put("a/b.bin", DATA)
    artifact = Artifact(name="b.bin", sha256=SHA256, size=len(DATA), sources=(Source(url=URL),))

    with Transfers(layout, Silent()) as transfers:
        got = transfers.get(artifact)

    assert got.path.read_bytes() == DATA
    assert got.source == URL


def test_an_object_is_downloaded_by_its_address(bucket: S3, home: Path) -> None:
    bucket.put("a/b.bin", DATA)

    (path,) = hub.download(f"{URL}#sha256={SHA256}", progress=False)

    assert path.read_bytes() == DATA


@pytest.mark.parametrize("key", ["nothing", "a"])
def test_what_is_not_there_is_told(key: str, bucket: S3) -> None:
    bucket.put("a/b.bin", DATA)

    with pytest.raises(BadStatus) as caught:
        s3.open_at(sources.locate(f"s3://data/{key}"), 0, "")

    assert caught.value.status == 404


def test_without_credentials_public_objects_can_be_read_and_others_not(
    bucket: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.client.put_object(Bucket="data", Key="public", Body=DATA, ACL="public-read")
    bucket.put("a/b.bin", DATA)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    assert drained(s3.open_at(sources.locate("s3://data/public"), 0, ""))[1] == DATA
    with pytest.raises(FileRefused, match="is not given out"):
        read()


def test_anonymous_means_without_the_credentials_that_are_there(bucket: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.put("a/b.bin", DATA)
    monkeypatch.setenv("HUB_ANONYMOUS", "1")

    with pytest.raises(FileRefused):
        read()


def test_a_server_that_is_not_there_is_told_soon(bucket: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    with pytest.raises(Unreachable, match="cannot be read"):
        read()


@pytest.mark.parametrize("url", ["s3://data", "s3://data/", "s3:data/a", "s3://data/a?b"])
def test_another_form_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        s3.locate(url)


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    with pytest.raises(MissingExtra) as caught:
        s3.locate(URL)

    assert caught.value.hint == 'pip install "hub-zoo[s3]"'
