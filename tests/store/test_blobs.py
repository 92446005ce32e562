"""Blobs are named by their digest, never modified, and set aside when they are not what their name says."""

from __future__ import annotations

import hashlib
import os
import time
from typing import TYPE_CHECKING

from hub.store import blobs, usage
from hub.store.files import temporary

if TYPE_CHECKING:
    from pathlib import Path

    from hub.store.layout import Layout

DATA = b"published bytes"
SHA256 = hashlib.sha256(DATA).hexdigest()


def publish(layout: Layout, data: bytes = DATA) -> Path:
    with temporary(layout, "a") as path:
        path.write_bytes(data)
        return blobs.publish(layout, path, hashlib.sha256(data).hexdigest())


def tamper(path: Path, data: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(data)


def test_a_published_blob_is_found_under_its_digest_and_is_read_only(layout: Layout) -> None:
    path = publish(layout)

    assert blobs.find(layout, SHA256) == path == layout.home / "v1/blobs/sha256" / SHA256[:2] / SHA256
    assert blobs.find(layout, SHA256, len(DATA)) == path
    assert path.stat().st_mode & 0o777 == 0o444


def test_publishing_what_is_there_already_is_success(layout: Layout) -> None:
    first = publish(layout)

    assert publish(layout) == first
    assert first.read_bytes() == DATA


def test_what_is_not_there_is_not_found(layout: Layout) -> None:
    assert blobs.find(layout, SHA256) is None
    assert list(blobs.every(layout)) == []


def test_a_store_below_a_file_holds_nothing(layout: Layout) -> None:
    layout.home.write_text("in the way")

    assert blobs.find(layout, SHA256) is None


def test_a_blob_of_the_wrong_size_is_set_aside(layout: Layout) -> None:
    path = publish(layout)
    tamper(path, DATA[:-1])

    assert blobs.find(layout, SHA256, len(DATA)) is None
    assert not path.exists()
    assert (layout.quarantine / SHA256).read_bytes() == DATA[:-1]


def test_a_blob_set_aside_twice_keeps_the_later_one(layout: Layout) -> None:
    for wrong in (b"first", b"second"):
        path = publish(layout)
        tamper(path, wrong)
        blobs.quarantine(layout, path)

    assert (layout.quarantine / SHA256).read_bytes() == b"second"


def test_a_blob_that_came_days_ago_as_a_partial_counts_as_used_now(layout: Layout) -> None:
    with temporary(layout, "a") as path:
        path.write_bytes(DATA)
        os.utime(path, (1e9, 1e9))
        blob = blobs.publish(layout, path, SHA256)

    assert time.time() - usage.last(blob.stat()) < 60


def test_every_blob_is_listed_in_order_and_rubbish_is_not(layout: Layout) -> None:
    paths = [publish(layout, data) for data in (b"1", b"2", b"3")]
    (layout.blobs / "ab").mkdir(exist_ok=True)
    (layout.blobs / "ab" / "folder").mkdir()
    (layout.blobs / "stray").write_text("")

    assert list(blobs.every(layout)) == sorted(paths)
