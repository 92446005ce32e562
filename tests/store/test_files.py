"""A file in the store is whole or absent, whatever goes wrong while it is written."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from hub.errors import StoreError
from hub.store import files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hub.store.layout import Layout

DIE_WHILE_WRITING = """
import os, pathlib, sys
from hub.store import files
from hub.store.layout import Layout
layout = Layout(pathlib.Path(sys.argv[1]))
def write(path):
    path.write_bytes(b"half of it")
    os.kill(os.getpid(), 9)
files.publish_file(write, layout.weights("a"), layout)
"""


def writes(data: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(data)

    return write


def test_a_published_file_is_read_only_and_leaves_no_temporary(layout: Layout) -> None:
    target = files.publish_file(writes(b"whole"), layout.weights("a"), layout)

    assert target == layout.weights("a")
    assert (target.read_bytes(), target.stat().st_mode & 0o222) == (b"whole", 0)
    assert list(layout.tmp.iterdir()) == []


def test_nothing_has_the_final_name_while_it_is_written(layout: Layout) -> None:
    target = layout.weights("a")
    seen: list[bool] = []

    def write(path: Path) -> None:
        path.write_bytes(b"half")
        seen.append(target.exists())

    files.publish_file(write, target, layout)

    assert seen == [False]


def test_what_is_there_already_is_not_written_again(layout: Layout) -> None:
    files.publish_file(writes(b"first"), layout.weights("a"), layout)

    target = files.publish_file(writes(b"second"), layout.weights("a"), layout)

    assert target.read_bytes() == b"first"


def test_an_error_while_writing_leaves_neither_target_nor_temporary(layout: Layout) -> None:
    def fail(path: Path) -> None:
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        files.publish_file(fail, layout.weights("a"), layout)

    assert not layout.weights("a").exists()
    assert list(layout.tmp.iterdir()) == []


def test_a_process_killed_while_writing_leaves_no_file_under_the_final_name(layout: Layout) -> None:
    child = subprocess.run([sys.executable, "-c", DIE_WHILE_WRITING, str(layout.home)], check=False)

    assert child.returncode == -9
    assert not layout.weights("a").exists()
    assert files.publish_file(writes(b"whole"), layout.weights("a"), layout).read_bytes() == b"whole"


def test_what_a_killed_process_left_is_removed_a_day_later(layout: Layout) -> None:
    subprocess.run([sys.executable, "-c", DIE_WHILE_WRITING, str(layout.home)], check=False)
    (left,) = layout.tmp.iterdir()
    written = left.stat().st_ctime

    files.sweep(layout, now=lambda: written + files.ABANDONED_AFTER - 60)
    assert left.exists()
    files.sweep(layout, now=lambda: written + files.ABANDONED_AFTER + 60)
    assert not left.exists()


def test_sweeping_removes_what_is_old_and_leaves_what_is_not_a_file(layout: Layout) -> None:
    layout.tmp.mkdir(parents=True)
    (layout.tmp / "folder").mkdir()
    (layout.tmp / "old").touch()
    (layout.tmp / "new").touch()
    later = time.time() + files.ABANDONED_AFTER + 60
    os.utime(layout.tmp / "new", (later, later))

    files.sweep(layout, now=lambda: later)

    assert sorted(path.name for path in layout.tmp.iterdir()) == ["folder", "new"]


def test_a_temporary_file_that_is_a_link_to_an_old_one_is_not_taken_for_old(layout: Layout, tmp_path: Path) -> None:
    (tmp_path / "old").touch()
    os.utime(tmp_path / "old", (0, 0))

    with files.temporary(layout, "new") as path:
        path.hardlink_to(tmp_path / "old")
        files.sweep(layout)

        assert path.exists()


def test_a_small_file_replaces_the_older_one(layout: Layout) -> None:
    target = layout.ref("dataset/a/1.0.0")

    for text in ("first", "second"):
        files.write_small(target, text, layout)

    assert target.read_text("utf-8") == "second"
    assert list(layout.tmp.iterdir()) == []


def test_a_long_name_still_makes_a_temporary_file(layout: Layout) -> None:
    with files.temporary(layout, "n" * 250) as path:
        path.write_bytes(b"")

        assert path.exists()


@pytest.mark.parametrize("number", files.REASONS, ids=lambda number: errno.errorcode[number])
def test_what_a_disk_refuses_is_a_store_error_that_says_why(number: int, tmp_path: Path) -> None:
    reason, hint = files.REASONS[number]

    with pytest.raises(StoreError) as caught, files.disk_errors(tmp_path):
        raise OSError(number, os.strerror(number))

    assert (caught.value.exit_code, caught.value.hint) == (6, hint)
    assert reason in caught.value.what
    assert caught.value.found == os.strerror(number)


def test_another_failure_is_told_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), files.disk_errors(tmp_path):
        (tmp_path / "nothing").read_bytes()


def test_a_store_where_a_file_stands_is_a_store_error(layout: Layout) -> None:
    layout.home.write_text("in the way")

    with pytest.raises(StoreError, match="a file stands where a folder is needed"):
        files.publish_file(writes(b"whole"), layout.weights("a"), layout)


def test_room_is_asked_for_beforehand(tmp_path: Path) -> None:
    files.require_space(tmp_path, 1)

    with pytest.raises(StoreError, match="not enough room") as caught:
        files.require_space(tmp_path, 1 << 62)

    assert caught.value.exit_code == 6
