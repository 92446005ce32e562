"""A folder as a tree: names, order, what was looked at, and whether that has changed."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest
from readers.packing import write_folder

from hub.errors import MissingFile
from hub.trees import Place
from hub.trees.folder import TICK_NS, Folder, settled, unchanged

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"b.txt": b"b", "a.txt": b"a", "A.txt": b"A", "x/2.txt": b"2", "x/10.txt": b"10", "x/deep/1.txt": b"1"}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(write_folder(tmp_path / "top", FILES))


def age(path: Path) -> None:
    """Make everything look as old as it must be to be trusted."""
    old = time.time_ns() - 2 * TICK_NS
    for each in (path, *path.rglob("*")):
        os.utime(each, ns=(old, old))


def test_names_are_full_and_sorted_by_their_characters(folder: Folder) -> None:
    assert folder.files() == ["A.txt", "a.txt", "b.txt"]
    assert folder.files("x") == ["x/10.txt", "x/2.txt"]
    assert folder.folders() == ["x"]
    assert folder.folders("x") == ["x/deep"]


def test_it_is_walked_as_sorted_os_walk(folder: Folder) -> None:
    expected = [
        os.path.relpath(os.path.join(top, name), folder.path)  # noqa: PTH118  as os.walk gives them
        for top, _, names in sorted(os.walk(folder.path))
        for name in sorted(names)
    ]

    assert list(folder.walk()) == expected


def test_a_pattern_matches_within_one_part_of_a_name(folder: Folder) -> None:
    assert folder.glob("*/1*.txt") == ["x/10.txt"]
    assert folder.glob("x/*/*.txt") == ["x/deep/1.txt"]
    assert folder.glob("nowhere/*.txt") == []


def test_it_tells_files_from_folders(folder: Folder) -> None:
    assert folder.has("x/2.txt")
    assert folder.has_folder("x/deep")
    assert not folder.has("x/deep")
    assert not folder.has_folder("x/2.txt")
    assert not folder.has("nowhere/at/all.txt")


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "nowhere")

    assert list(folder.files()) == []
    assert list(folder.walk()) == []


def test_links_to_files_and_folders_are_followed(folder: Folder, tmp_path: Path) -> None:
    write_folder(tmp_path / "elsewhere", {"1.txt": b"one"})
    (folder.path / "linked").symlink_to(tmp_path / "elsewhere")
    (folder.path / "c.txt").symlink_to(tmp_path / "elsewhere" / "1.txt")

    assert folder.files("linked") == ["linked/1.txt"]
    assert folder.read("c.txt") == b"one"


def test_what_is_not_there_is_named(folder: Folder) -> None:
    with pytest.raises(MissingFile, match=r"gone\.txt is not in .*top"):
        folder.read("gone.txt")


def test_a_folder_is_no_file_to_open(folder: Folder) -> None:
    with pytest.raises(MissingFile):
        folder.read("x")


def test_a_place_is_a_name_in_the_folder(folder: Folder) -> None:
    assert folder.place("x/2.txt") == Place(folder.path, "x/2.txt")
    assert folder.media(["a.txt", None]).places == [Place(folder.path, "a.txt"), None]


def test_an_absolute_name_lies_outside(folder: Folder, tmp_path: Path) -> None:
    write_folder(tmp_path / "elsewhere", {"1.txt": b"one"})

    assert folder.files(str(tmp_path / "elsewhere")) == [str(tmp_path / "elsewhere" / "1.txt")]
    assert folder.read(str(tmp_path / "elsewhere" / "1.txt")) == b"one"


def test_its_witnesses_are_what_was_listed_and_opened(folder: Folder) -> None:
    folder.files("x")
    folder.read("a.txt")
    folder.place("b.txt")

    assert folder.witnesses.keys() == {str(folder.path / "x"), str(folder.path / "a.txt")}


def test_a_listing_is_made_once(folder: Folder) -> None:
    before = list(folder.files())

    (folder.path / "new.txt").touch()

    assert folder.files() == before


CHANGES = {
    "a new file": lambda path: (path / "x" / "new.txt").touch(),
    "a file removed": lambda path: (path / "x" / "2.txt").unlink(),
    "a file renamed": lambda path: (path / "x" / "2.txt").rename(path / "x" / "3.txt"),
    "a file that was read has grown": lambda path: (path / "a.txt").write_bytes(b"more"),
    "a file that was read is of today": lambda path: (path / "a.txt").touch(),
    "a file that was read is gone": lambda path: (path / "a.txt").unlink(),
    "the folder is gone": lambda path: path.rename(path.with_name("moved")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_what_was_seen_shows(change: str, folder: Folder) -> None:
    age(folder.path)
    folder.files("x")
    folder.read("a.txt")
    assert unchanged(folder.witnesses)

    CHANGES[change](folder.path)

    assert not unchanged(folder.witnesses)


def test_a_change_of_what_was_not_seen_does_not_show(folder: Folder) -> None:
    folder.files("x")

    (folder.path / "new.txt").touch()
    (folder.path / "x" / "2.txt").write_bytes(b"a listed file whose bytes nobody has read")

    assert unchanged(folder.witnesses)


def test_a_folder_that_was_not_there_shows_when_it_comes(folder: Folder) -> None:
    assert not folder.has_folder("later/x")

    write_folder(folder.path, {"later/x/1.txt": b""})

    assert not unchanged(folder.witnesses)


def test_a_fresh_change_is_not_settled(folder: Folder) -> None:
    age(folder.path)
    folder.files("x")
    assert settled(folder.witnesses)

    other = Folder(folder.path)
    (folder.path / "x" / "new.txt").touch()
    other.files("x")

    assert not settled(other.witnesses)
