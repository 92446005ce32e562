"""The store is looked at without hashing: what is missing, left over or cannot be written."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from hub.doctor import storage
from hub.store import partials, refs
from hub.store.refs import Entry

if TYPE_CHECKING:
    from pathlib import Path

    from hub.store.layout import Layout

DATA = b"bytes"
SHA256 = hashlib.sha256(DATA).hexdigest()


def found(layout: Layout, state: str) -> str:
    """Return what is of that state, as one text."""
    return "\n".join(each.what for each in storage.found(layout.home) if each.state == state)


@pytest.fixture
def blob(layout: Layout) -> Path:
    """A file in the store that a record names."""
    path = layout.blob(SHA256)
    path.parent.mkdir(parents=True)
    path.write_bytes(DATA)
    refs.write(layout, "dataset/mnist/1.0.0", {"a": Entry(SHA256, len(DATA))})
    return path


def test_a_store_that_is_not_there_yet_is_no_problem(layout: Layout) -> None:
    assert found(layout, "problem") == ""
    assert "it can be written" in found(layout, "ok")


@pytest.mark.usefixtures("blob")
def test_a_sound_store_has_only_good_findings(layout: Layout) -> None:
    assert (found(layout, "problem"), found(layout, "warning")) == ("", "")
    assert "all 1 files that records name are there" in found(layout, "ok")
    assert list(layout.tmp.iterdir()) == []


def test_a_file_that_was_deleted_is_named_with_the_command_that_fetches_it(layout: Layout, blob: Path) -> None:
    blob.unlink()

    finding = next(each for each in storage.found(layout.home) if each.state == "warning")

    assert finding.what == "recorded, and gone from the store: dataset/mnist/1.0.0"
    assert finding.do.startswith("hub download mnist@1.0.0")


def test_a_file_of_another_size_is_a_problem_and_stays_where_it_is(layout: Layout, blob: Path) -> None:
    blob.write_bytes(b"cut")

    assert "another size" in found(layout, "problem")
    assert blob.exists()


def test_a_record_that_cannot_be_read_is_told(layout: Layout, blob: Path) -> None:
    layout.ref("dataset/mnist/1.0.0").write_text("{")

    assert "records that cannot be read: dataset/mnist/1.0.0" in found(layout, "warning")


@pytest.mark.usefixtures("blob")
def test_what_was_left_over_is_noted(layout: Layout) -> None:
    partial = partials.obtain(layout, "ab" * 32)
    partial.data.write_bytes(bytes(2000))

    notes = found(layout, "note")

    assert "1 unfinished transfer (2.0 kB)" in notes


@pytest.mark.usefixtures("blob")
def test_files_that_were_set_aside_are_a_warning(layout: Layout) -> None:
    layout.quarantine.mkdir()
    (layout.quarantine / SHA256).write_bytes(b"other")

    assert "1 file (5 B) had other bytes" in found(layout, "warning")


@pytest.mark.usefixtures("blob")
@pytest.mark.parametrize("text", ["{", "[]", "\xff"])
def test_an_unreadable_list_of_own_weights_is_a_warning(layout: Layout, text: str) -> None:
    (layout.root / "own_weights.json").write_text(text, "latin-1")

    assert "own_weights.json cannot be read" in found(layout, "warning")


def test_a_file_where_the_store_should_be_is_a_problem(layout: Layout) -> None:
    layout.home.write_text("in the way")

    assert f"none can be made: {layout.home} is a file" in found(layout, "problem")


@pytest.mark.usefixtures("blob")
def test_a_store_that_cannot_be_written_is_a_problem(layout: Layout) -> None:
    layout.tmp.rmdir()
    layout.tmp.write_text("in the way")

    assert "cannot write in" in found(layout, "problem")


MOUNTS = """\
/dev/sda / ext4 rw 0 0
server:/data /mnt/my\\040data nfs4 rw 0 0
none /mnt/my\\040data/fast tmpfs rw 0 0
"""
DISKS = {"": "ext4", "mnt/my data/hub": "nfs4", "mnt/my data/fast/hub": "tmpfs", "mnt/my data2": "ext4"}


@pytest.mark.parametrize(("place", "kind"), DISKS.items(), ids=lambda value: value or "top")
def test_the_innermost_mount_tells_the_kind_of_disk(place: str, kind: str, tmp_path: Path) -> None:
    listing = tmp_path / "mounts"
    listing.write_text(MOUNTS.replace("/mnt", f"{tmp_path}/mnt"))

    assert storage.kind_of_disk(tmp_path / place, listing) == kind


def test_where_mounts_are_not_listed_the_kind_is_unknown(tmp_path: Path) -> None:
    assert storage.kind_of_disk(tmp_path, tmp_path / "no-such-file") == ""
