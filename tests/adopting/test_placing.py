"""A file that lies elsewhere becomes a blob, verified through the name that it is published from."""

from __future__ import annotations

import errno
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from adopting.published import sha256

from hub.adopting import placing
from hub.digest import hash_file
from hub.store.files import ABANDONED_AFTER, sweep

if TYPE_CHECKING:
    from pathlib import Path

    from hub.store.layout import Layout

WORDS = b"all the words there are\n" * 50


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "words.txt"
    path.write_bytes(WORDS)
    return path


def as_a_file_system_that_clones(source: Path, target: Path) -> bool:
    shutil.copyfile(source, target)
    return True


def as_one_that_does_not(source: Path, target: Path) -> bool:
    return False


def test_blocks_are_shared_where_that_can_be_had(file: Path, layout: Layout) -> None:
    with placing.staged(file, layout, copies=True, try_clone=as_a_file_system_that_clones) as (path, how):
        placing.publish(path, how, sha256(WORDS), layout)

    assert how == "cloned"
    assert file.stat().st_nlink == 1


def test_a_file_system_that_cannot_share_blocks_leaves_nothing_of_the_try(file: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"

    cloned = placing.clone(file, target)

    assert target.exists() == cloned


def test_what_is_not_published_is_gone_and_the_file_stays(file: Path, layout: Layout) -> None:
    with placing.staged(file, layout, copies=False, try_clone=as_one_that_does_not) as (path, how):
        assert how == "linked"
        assert path.samefile(file)

    assert file.stat().st_nlink == 1
    assert list(layout.tmp.iterdir()) == []


def test_an_old_file_that_is_being_taken_is_not_swept_away_as_abandoned(file: Path, layout: Layout) -> None:
    os.utime(file, (0, 0))

    with placing.staged(file, layout, copies=False, try_clone=as_one_that_does_not) as (path, _):
        sweep(layout)

        assert hash_file(path).sha256 == sha256(WORDS)
        assert max(each.stat().st_mtime for each in path.parent.iterdir()) > ABANDONED_AFTER


def test_linking_what_is_linked_already_leaves_one_blob(file: Path, layout: Layout) -> None:
    for _ in range(2):
        with placing.staged(file, layout, copies=False, try_clone=as_one_that_does_not) as (path, how):
            placing.publish(path, how, sha256(WORDS), layout)

    assert file.stat().st_nlink == 2
    assert layout.blob(sha256(WORDS)).samefile(file)


def test_where_links_are_refused_the_file_is_copied(
    file: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)

    with placing.staged(file, layout, copies=False, try_clone=as_one_that_does_not) as (path, how):
        placing.publish(path, how, sha256(WORDS), layout)

    assert how == "copied"
    assert layout.blob(sha256(WORDS)).read_bytes() == WORDS
