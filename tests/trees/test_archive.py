"""Zips and tars as trees: the same files as unpacked, and none that would be dangerous there."""

from __future__ import annotations

import io
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from readers.packing import write_folder, write_tar, write_zip

from hub.errors import FormatError, MissingFile
from hub.progress import Silent
from hub.trees.archive import Archive, inflate, is_plain
from hub.trees.bytes import read_place
from hub.trees.folder import Folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = {"top/b/2.txt": b"two " * 300, "top/a/1.txt": b"one", "top/a-b/3.txt": b"", "top/ü.txt": b"u"}

FORMS: dict[str, Callable[[Path], Path]] = {
    "tar": lambda folder: write_tar(folder / "a.tar", FILES),
    "deflated zip": lambda folder: write_zip(folder / "a.zip", FILES),
    "stored zip": lambda folder: write_zip(folder / "a.zip", FILES, zipfile.ZIP_STORED),
}


@pytest.fixture(params=FORMS)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return FORMS[request.param](tmp_path)


def test_it_shows_what_a_folder_shows(path: Path, tmp_path: Path) -> None:
    unpacked = Folder(write_folder(tmp_path / "folder", FILES))

    packed = Archive(path)

    assert list(packed.walk()) == list(unpacked.walk())
    assert list(packed.folders("top")) == list(unpacked.folders("top"))
    assert {name: packed.read(name) for name in packed.walk()} == FILES


def test_places_are_read_without_the_archive(path: Path) -> None:
    archive = Archive(path)

    assert {name: read_place(archive.place(name)) for name in FILES} == FILES


def test_a_folder_may_take_the_place_of_the_one_at_its_top(path: Path) -> None:
    archive = Archive(path, into="data/x", strip="top")

    assert sorted(archive.walk()) == sorted(name.replace("top", "data/x", 1) for name in FILES)


def test_what_lies_outside_of_the_folder_that_is_dropped_is_left_out(path: Path) -> None:
    assert list(Archive(path, strip="top/a").walk()) == ["1.txt"]


def test_what_is_not_there_is_named(path: Path) -> None:
    with pytest.raises(MissingFile, match=rf"gone\.txt is not in .*{path.name}"):
        Archive(path).place("gone.txt")


def test_names_are_written_in_several_ways(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "a.tar", {"./a/1.txt": b"1", "a//2.txt": b"2", "/a/3.txt": b"3"})

    assert list(Archive(path).walk()) == ["a/1.txt", "a/2.txt", "a/3.txt"]


@pytest.mark.parametrize("name", ["../out.txt", "a/../../out.txt", ".."])
def test_names_that_lead_out_are_left_out(name: str, tmp_path: Path) -> None:
    files = {name: b"!", "in.txt": b""}

    packed = [Archive(write_tar(tmp_path / "a.tar", files)), Archive(write_zip(tmp_path / "a.zip", files))]

    assert [list(archive.walk()) for archive in packed] == [["in.txt"], ["in.txt"]]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_what_is_no_regular_file_of_a_tar_is_left_out(kind: bytes, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        odd = tarfile.TarInfo("odd")
        odd.type, odd.linkname = kind, "in.txt"
        archive.addfile(odd)
        archive.addfile(tarfile.TarInfo("in.txt"))

    assert list(Archive(tmp_path / "a.tar").walk()) == ["in.txt"]


def test_links_folders_and_encrypted_files_of_a_zip_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "in.txt")
        archive.writestr("folder/", b"")
        archive.writestr("in.txt", b"")
        archive.writestr("secret.txt", b"")
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1  # the flag of encryption, of the last file in the directory
    path.write_bytes(data)

    assert list(Archive(path).walk()) == ["in.txt"]


def test_an_extra_field_of_another_length_before_a_file_changes_nothing(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", FILES, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    header = data.rindex(b"PK\x03\x04")  # of the last file, so that no other moves
    size = int.from_bytes(data[header + 26 : header + 28], "little")
    data[header + 28 : header + 30] = (200).to_bytes(2, "little")
    data[header + 30 + size : header + 30 + size] = bytes(200)
    end = data.rindex(b"PK\x05\x06")
    start = int.from_bytes(data[end + 16 : end + 20], "little")
    data[end + 16 : end + 20] = (start + 200).to_bytes(4, "little")
    path.write_bytes(data)

    archive = Archive(path)

    assert {name: archive.read(name) for name in FILES} == FILES


def test_a_file_that_is_packed_by_itself_is_inflated_when_it_is_opened(tmp_path: Path) -> None:
    inner = write_tar(tmp_path / "inner.tar.gz", {"x": b"x"})
    path = write_tar(tmp_path / "a.tar", {"inner.tar.gz": inner.read_bytes()})

    opened = Archive(path).read("inner.tar.gz")

    with tarfile.open(fileobj=io.BytesIO(opened), mode="r:") as found:
        assert found.getnames() == ["x"]
    assert read_place(Archive(path).place("inner.tar.gz")) == inner.read_bytes()


def test_a_zip_cut_anywhere_is_refused(tmp_path: Path) -> None:
    data = write_zip(tmp_path / "a.zip", FILES).read_bytes()
    cut = tmp_path / "cut.zip"

    for length in range(1, len(data), 7):
        cut.write_bytes(data[:length])
        with pytest.raises(FormatError) as caught:
            Archive(cut)
        assert caught.value.path == cut


def test_a_tar_cut_inside_of_a_header_or_a_file_is_refused(tmp_path: Path) -> None:
    data = write_tar(tmp_path / "a.tar", {"a": b"a" * 600, "b": b"b" * 600}).read_bytes()
    cut = tmp_path / "cut.tar"

    for length in [*range(1, 1112, 37), *range(1537, 2648, 37)]:
        cut.write_bytes(data[:length])
        with pytest.raises(FormatError) as caught:
            list(Archive(cut).walk())
        assert caught.value.path == cut


@pytest.mark.parametrize("offset", [0, 100, 148, 512 + 1024, 512 + 1024 + 124])
def test_a_damaged_header_of_a_tar_is_refused(offset: int, tmp_path: Path) -> None:
    path = write_tar(tmp_path / "a.tar", {"a": b"a" * 600, "b": b"b" * 600})
    data = bytearray(path.read_bytes())
    data[offset] ^= 0xFF
    path.write_bytes(data)

    with pytest.raises(FormatError):
        Archive(path)


@pytest.mark.parametrize("content", [b"", b"no archive", bytes(100)], ids=["empty", "words", "zeros"])
def test_what_is_no_archive_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_bytes(content)

    with pytest.raises(FormatError):
        Archive(tmp_path / "a.tar")


@pytest.mark.parametrize(("name", "plain"), [("a.tar", True), ("a.tar.gz", False), ("a.tar.xz", False)])
def test_a_tar_that_is_packed_as_a_whole_is_not_plain(name: str, plain: bool, tmp_path: Path) -> None:
    path = write_tar(tmp_path / name, FILES)

    assert is_plain(path) is plain
    assert not is_plain(path, "top/a/1.txt")


def test_inflating_makes_a_plain_tar(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "a.tar.gz", FILES)

    inflate(path, "", tmp_path / "plain.tar", Silent())

    assert sorted(Archive(tmp_path / "plain.tar").walk()) == sorted(FILES)


def test_inflating_takes_an_archive_out_of_another(tmp_path: Path) -> None:
    inner = write_tar(tmp_path / "inner.tar.gz", FILES)
    outer = write_zip(tmp_path / "outer.zip", {"x/inner.tar.gz": inner.read_bytes()})

    inflate(outer, "x/inner.tar.gz", tmp_path / "plain.tar", Silent())

    assert is_plain(tmp_path / "plain.tar")


def test_inflating_what_was_cut_is_refused(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "a.tar.gz", FILES)
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(FormatError, match=r"a\.tar\.gz"):
        inflate(path, "", tmp_path / "plain.tar", Silent())
