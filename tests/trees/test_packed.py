"""Packed tars and other trees as streams of files: each once, in order, and nothing inflated to disk."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
from typing import TYPE_CHECKING

import pytest
from readers.packing import tarred, write_folder, write_tar, write_zip

from hub.errors import FormatError, MissingFile
from hub.trees import Tree, matcher
from hub.trees.archive import Archive
from hub.trees.folder import Folder
from hub.trees.layered import Fallback, Union
from hub.trees.packed import Packed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

SMALL = {"a/b/1.txt": b"one", "a/b/2.txt": b"", "a/c/3.txt": b"three" * 300}


def no_tree() -> Tree:
    raise AssertionError("nothing needs to be inflated")


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "none": bytes,
}  # fmt: skip


@pytest.mark.parametrize("pack", PACKINGS.values(), ids=PACKINGS)
def test_a_packed_tar_is_read_whatever_packs_it(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(pack(tarred(SMALL)))

    found = {name: stream.read() for name, stream in Packed(path, "", no_tree).stream("a/*/*.txt")}

    assert found == SMALL


@pytest.mark.parametrize("inner", ["inner.tgz", "inner.tar"])
@pytest.mark.parametrize("outer", [write_zip, write_tar], ids=["zip", "tar"])
def test_a_tar_in_an_archive_is_read(
    tmp_path: Path, outer: Callable[[Path, Mapping[str, bytes]], Path], inner: str
) -> None:
    packed = gzip.compress(tarred(SMALL)) if inner.endswith("gz") else tarred(SMALL)
    path = outer(tmp_path / ("o.zip" if outer is write_zip else "o.tar.gz"), {"README": b"", f"d/{inner}": packed})

    found = {name: stream.read() for name, stream in Packed(path, f"d/{inner}", no_tree).stream("a/b/*")}

    assert found == {"a/b/1.txt": b"one", "a/b/2.txt": b""}


def damaged(pack: Callable[[bytes], bytes], change: Callable[[bytearray], object]) -> bytes:
    data = bytearray(pack(tarred(SMALL)))
    change(data)
    return bytes(data)


def cut(data: bytearray) -> None:
    del data[-30:]


def flip(data: bytearray) -> None:
    data[len(data) // 2] ^= 0xFF


@pytest.mark.parametrize("change", [cut, flip])
@pytest.mark.parametrize("pack", ["gz", "bz2", "xz"])
def test_a_damaged_packing_is_refused(tmp_path: Path, pack: str, change: Callable[[bytearray], object]) -> None:
    path = tmp_path / f"x.tar.{pack}"
    path.write_bytes(damaged(PACKINGS[pack], change))

    with pytest.raises(FormatError):
        list(Packed(path, "", no_tree).stream("*/nothing/*"))


def test_names_are_those_once_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "x.tgz"
    path.write_bytes(gzip.compress(tarred({"./top/a//1": b"1", "top/../b": b"2", "/top/c": b"3"})))

    moved = {name: stream.read() for name, stream in Packed(path, "", no_tree, into="to", strip="top").stream("to/*")}

    assert moved == {"to/c": b"3"}
    assert [name for name, _ in Packed(path, "", no_tree).stream("top/a/*")] == ["top/a/1"]


def test_all_but_streaming_is_asked_of_the_inflated_tar(tmp_path: Path) -> None:
    write_tar(tmp_path / "x.tgz", SMALL)
    made: list[Archive] = []

    def inflated() -> Archive:
        made.append(Archive(write_tar(tmp_path / "x.tar", SMALL)))
        return made[-1]

    tree = Packed(tmp_path / "x.tgz", "", inflated)
    list(tree.stream("*/*/*"))

    assert not made
    assert tree.read("a/b/1.txt") == b"one"
    assert tree.has("a/b/2.txt")
    assert tree.has_folder("a/c")
    assert list(tree.folders("a")) == ["a/b", "a/c"]
    assert list(tree.files("a/b")) == ["a/b/1.txt", "a/b/2.txt"]
    assert tree.place("a/b/1.txt").size == 3
    assert len(made) == 1


TREES: dict[str, Callable[[Path], Tree]] = {
    "folder": lambda path: Folder(write_folder(path / "f", SMALL)),
    "zip": lambda path: Archive(write_zip(path / "x.zip", SMALL)),
    "stored zip": lambda path: Archive(write_zip(path / "x.zip", SMALL, zipfile.ZIP_STORED)),
    "tar": lambda path: Archive(write_tar(path / "x.tar", SMALL)),
    "packed": lambda path: Packed(write_tar(path / "x.tgz", SMALL), "", no_tree),
}
PATTERNS = ["*/*/*", "a/b/*.txt", "a/*/3.txt", "a/[!c]/*", "a/b/1.txt", "*", "*/*", "a/*", "none/*/*"]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("make", TREES.values(), ids=TREES)
def test_every_tree_streams_the_files_that_match(tmp_path: Path, make: Callable[[Path], Tree], pattern: str) -> None:
    found = {name: stream.read() for name, stream in make(tmp_path).stream(pattern)}

    assert found == {name: data for name, data in SMALL.items() if matcher(pattern)(name)}


def test_names_match_part_by_part() -> None:
    def matching(pattern: str, *names: str) -> list[str]:
        return list(filter(matcher(pattern), names))

    assert matching("*", "a", "a/b", "") == ["a", ""]
    assert matching("*/x", "a/x", "x", "a/b/x", "a/y") == ["a/x"]
    assert matching("a*/?.t[xy]t", "ab/1.txt", "b/1.txt", "a/12.txt", "a/1.tyt", "a/1.tzt") == ["ab/1.txt", "a/1.tyt"]
    assert matching("a.c", "abc", "a.c", "A.C") == ["a.c"]


def test_archives_stream_in_their_own_order_and_folders_by_name(tmp_path: Path) -> None:
    files = {"d/2": b"", "d/1": b""}

    orders = [
        [name for name, _ in tree.stream("d/*")]
        for tree in (Archive(write_zip(tmp_path / "x.zip", files)), Folder(write_folder(tmp_path / "f", files)))
    ]

    assert orders == [["d/2", "d/1"], ["d/1", "d/2"]]


def test_files_of_an_archive_or_a_folder_are_inflated_on_the_way(tmp_path: Path) -> None:
    files = {"1.gz": gzip.compress(b"one"), "2.txt": b"two"}

    for tree in (Folder(write_folder(tmp_path / "f", files)), Archive(write_zip(tmp_path / "x.zip", files))):
        assert [stream.read() for _, stream in tree.stream("*")] == [b"one", b"two"]


def test_of_several_trees_the_first_gives_a_name(tmp_path: Path) -> None:
    first = Folder(write_folder(tmp_path / "1", {"d/a": b"1"}))
    second = Packed(write_tar(tmp_path / "2.tgz", {"d/b": b"2", "d/a": b"2"}), "", no_tree)

    found = [(name, stream.read()) for name, stream in Union([first, second]).stream("d/*")]

    assert found == [("d/a", b"1"), ("d/b", b"2")]


def test_what_a_folder_has_is_not_looked_for_in_archives(tmp_path: Path) -> None:
    folder = Folder(write_folder(tmp_path / "1", {"d/a": b"1"}))
    packed = Packed(write_tar(tmp_path / "2.tgz", {"d/a": b"2", "e/b": b"3"}), "", no_tree)

    assert [stream.read() for _, stream in Fallback(folder, no_tree).stream("d/*")] == [b"1"]
    assert [stream.read() for _, stream in Fallback(folder, lambda: packed).stream("e/*")] == [b"3"]


def test_a_folder_that_is_removed_meanwhile_is_told(tmp_path: Path) -> None:
    folder = Folder(write_folder(tmp_path / "1", {"d/a": b"1", "d/b": b"2"}))

    streamed = folder.stream("d/*")
    next(streamed)
    (tmp_path / "1" / "d" / "b").unlink()

    with pytest.raises(MissingFile, match="d/b"):
        next(streamed)
