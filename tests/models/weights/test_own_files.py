from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from hub.errors import HubError, InvalidInput
from hub.models.weights import own_files
from hub.models.weights.own_files import Stamp
from hub.store.layout import Layout

if TYPE_CHECKING:
    from pathlib import Path

FAR_AHEAD = 1 << 62


@pytest.fixture
def layout(home: Path) -> Layout:
    return Layout(home)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "mine.pth"
    path.write_bytes(b"first")
    return path


def remembered_wrongly(layout: Layout, own: Path) -> str:
    """Let the store remember another digest, so that one can see whether the file is hashed again."""
    true = own_files.identify(own, layout, now_ns=lambda: FAR_AHEAD).sha256
    file = layout.root / "own_weights.json"
    file.write_text(file.read_text("utf-8").replace(true, "0" * 64), "utf-8")
    return "0" * 64


def test_an_unchanged_file_is_not_hashed_again(layout: Layout, own: Path) -> None:
    remembered = remembered_wrongly(layout, own)

    found = own_files.identify(own, layout)

    assert found.sha256 == remembered


def test_a_changed_file_is_hashed_again(layout: Layout, own: Path) -> None:
    remembered_wrongly(layout, own)
    own.write_bytes(b"other")

    found = own_files.identify(own, layout)

    assert found.sha256 == sha256(b"other").hexdigest()


def test_a_file_that_was_given_its_old_time_back_is_hashed_again(layout: Layout, own: Path) -> None:
    remembered_wrongly(layout, own)
    before = own.stat()
    own.write_bytes(b"other")
    os.utime(own, ns=(before.st_atime_ns, before.st_mtime_ns))

    found = own_files.identify(own, layout)

    assert found.sha256 == sha256(b"other").hexdigest()


def test_a_file_of_this_very_moment_is_not_remembered(layout: Layout, own: Path) -> None:
    own_files.identify(own, layout)

    assert not (layout.root / "own_weights.json").exists()


def test_files_that_are_gone_are_forgotten(layout: Layout, own: Path, tmp_path: Path) -> None:
    own_files.identify(own, layout, now_ns=lambda: FAR_AHEAD)
    own.rename(tmp_path / "moved.pth")

    own_files.identify(tmp_path / "moved.pth", layout, now_ns=lambda: FAR_AHEAD)

    assert "mine.pth" not in (layout.root / "own_weights.json").read_text("utf-8")


def test_a_damaged_memory_is_as_good_as_none(layout: Layout, own: Path) -> None:
    layout.root.mkdir(parents=True, exist_ok=True)
    (layout.root / "own_weights.json").write_text("{", "utf-8")

    found = own_files.identify(own, layout, now_ns=lambda: FAR_AHEAD)

    assert found.sha256 == sha256(b"first").hexdigest()


def test_a_missing_file_is_an_error_that_names_it(layout: Layout, tmp_path: Path) -> None:
    with pytest.raises(HubError, match=r"nothing\.pth"):
        own_files.identify(tmp_path / "nothing.pth", layout)


def test_a_file_that_is_written_meanwhile_is_an_error(own: Path) -> None:
    stamp = Stamp.of(own)
    own.write_bytes(b"longer than before")

    with pytest.raises(InvalidInput, match="changed while it was read"):
        own_files.require_unchanged(own, stamp)
